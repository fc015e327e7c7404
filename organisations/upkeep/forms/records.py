"""Verified facts, as a lead proposes them, and a whole record put right through a mailed link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms import SIZE, SUPPORT, WHAT, WHERE, ProfileForm
from organisations.models import Organisation
from vcse_portal.ui.forms import Fieldset, PortalForm, VersionField

from .. import facts


class FactsMixin(forms.Form):
    """The facts an officer checks."""

    name = forms.CharField(
        label=_("Name"), max_length=250, error_messages={"required": _("Enter the name of the organisation")}
    )
    known_as = forms.CharField(label=_("Known as"), max_length=250, required=False)
    legal_structure = forms.ChoiceField(
        label=_("Legal structure"), choices=Organisation.Structure.choices, required=False
    )
    charity_number = forms.CharField(label=_("Registered charity number"), max_length=40, required=False)
    company_number = forms.CharField(label=_("Company number"), max_length=40, required=False)


class FactsForm(FactsMixin, PortalForm):
    submit = _("Send to the council")

    note = forms.CharField(
        label=_("Why they change"),
        help_text=_("For example “new constitution adopted in May”. It helps the officer who checks it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField()

    def said(self) -> dict:
        return {name: self.cleaned_data[name] for name in facts.VERIFIED}


class CorrectionForm(FactsMixin, ProfileForm):
    """Everything an organisation may say about itself, from the link it was mailed."""

    submit = _("Send what I changed")
    groups = [
        Fieldset(_("Who you are"), "name", "known_as", "legal_structure", "charity_number", "company_number"),
        WHAT,
        WHERE,
        SIZE,
        SUPPORT,
        Fieldset(_("Anything else"), "has_ended", "note"),
    ]

    has_ended = forms.BooleanField(label=_("The group no longer exists"), required=False)
    note = forms.CharField(
        label=_("In your own words"),
        help_text=_("For example a new telephone number, or who to write to. Only council staff read this."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @classmethod
    def facts_of(cls, organisation: Organisation) -> dict:
        return super().facts_of(organisation) | facts.stands(organisation, facts.VERIFIED) | {"key": None}

    def said(self) -> dict:
        """Facts by field name, the end of the group as a status."""
        apart = {"version", "key", "note", "has_ended"}
        said = {name: value for name, value in self.cleaned_data.items() if name not in apart}
        return said | ({"status": Organisation.Status.CLOSED.value} if self.cleaned_data["has_ended"] else {})
