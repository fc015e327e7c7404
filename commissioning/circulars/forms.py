"""Editing a circular and its entries; approving it."""

from django import forms

from vcse_portal.ui.forms import MarkdownField, PortalForm, VersionField


class CircularForm(PortalForm):
    submit = "Save"
    title = forms.CharField(max_length=120, help_text="Also the subject of the email.")
    foreword = MarkdownField(required=False, max_length=4000, rows=6)
    version = VersionField()


class EntryForm(PortalForm):
    submit = "Save entry"
    title = forms.CharField(max_length=250)
    summary = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea({"rows": 5}), help_text="Plain text."
    )
    version = VersionField()


class ApproveForm(PortalForm):
    """A confirmation that carries the version the approver saw."""

    submit = "Approve and send"
    version = VersionField()
