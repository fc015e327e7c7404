"""What is to be done, who keeps a relationship, who is champion, who takes over."""

from uuid import uuid4

from django import forms
from django.utils import timezone

from vcse_portal.accounts.models import User
from vcse_portal.ui.forms import (
    DateField,
    PortalForm,
    VersionField,
    WholeNumberField,
)

from .choices import officers


class FollowUpForm(PortalForm):
    submit = "Save follow-up"
    what = forms.CharField(label="What is to be done?", max_length=300)
    owner = forms.ModelChoiceField(User.objects.none(), label="Who does it?", empty_label="Select an officer")
    due_on = DateField(label="By when?")
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)

    def __init__(self, *args, followup=None, **kwargs):
        initial = {"key": uuid4()}
        if followup:
            initial = {name: getattr(followup, name) for name in ("what", "owner", "due_on", "version")}
        super().__init__(*args, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)
        self.fields["version"].required = followup is not None
        self.fields["owner"].queryset = officers()


class TermForm(PortalForm):
    """Who holds something, and since when."""

    marks_optional = False
    officer = forms.ModelChoiceField(
        User.objects.none(), label="Officer", required=False, empty_label="Nobody"
    )
    starts_on = DateField(
        label="Since", latest=timezone.localdate, required=False, help_text="Today if left empty."
    )
    version = VersionField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers()


class ManagerForm(TermForm):
    submit = "Save relationship manager"


class ChampionForm(TermForm):
    submit = "Save champion"


class HandOverForm(PortalForm):
    submit = "Hand over"
    officer = forms.ModelChoiceField(
        User.objects.none(), label="Who takes over?", empty_label="Select an officer"
    )
    with_followups = forms.BooleanField(
        label="Also everything still to be followed up", required=False, initial=True
    )

    def __init__(self, *args, before: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers().exclude(pk=before.pk)


class QuietMonthsForm(PortalForm):
    submit = "Save months"
    months = WholeNumberField(
        label="After how many months without a conversation should we be in touch?", min_value=1, max_value=36
    )
