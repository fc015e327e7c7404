"""A forum, its seats, and who holds them."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forums.models import Forum, Seniority, Side
from vcse_portal.ui.forms import (
    DateField,
    Fieldset,
    Label,
    MarkdownField,
    MoneyField,
    PortalForm,
    Radios,
    VersionField,
)

from .confirm import KeyField, OrganisationField

SIDES = [
    (Side.COUNCIL.value, Label(_("Council"), _("an officer or a councillor"))),
    (Side.SECTOR.value, Label(_("Voluntary sector and partners"), _("a person for an organisation"))),
]


class ForumForm(PortalForm):
    submit = _("Save forum")
    asks = {"name": _("Enter the name of the forum"), "kind": _("Choose what kind of group it is")}

    name = forms.CharField(label=_("Name"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind of group"), choices=Forum.Kind.choices, widget=Radios)
    remit = MarkdownField(label=_("What it is for"), max_length=5000)
    is_public = forms.BooleanField(
        label=_("Everyone can read its page, agreed agendas, minutes and decisions"),
        required=False,
        initial=True,
        help_text=_("If not, only its members and council staff can."),
    )
    payment = MoneyField(
        label=_("Usual payment to a small group for coming"),
        min_value=0,
        max_digits=7,
        required=False,
        help_text=_("For groups with an income under £100,000. Leave empty if time is not paid for."),
    )
    key = KeyField()


class EditForumForm(ForumForm):
    key = None
    version = VersionField()


class SeatForm(PortalForm):
    submit = _("Save seat")
    asks = {"title": _("Say what the seat is called"), "side": _("Choose whose seat it is")}

    side = forms.ChoiceField(label=_("Whose seat is it?"), choices=SIDES, widget=Radios)
    title = forms.CharField(
        label=_("What is the seat called?"),
        max_length=150,
        help_text=_("Such as Faith groups, Small groups in the north, or Director of Communities."),
    )
    is_chair = forms.BooleanField(label=_("This seat chairs the forum"), required=False)
    key = KeyField()


class EditSeatForm(SeatForm):
    side = None
    key = None
    version = VersionField()


class TermForm(PortalForm):
    """The person in a seat."""

    submit = _("Save")
    asks = {"name": _("Enter the name of the person")}

    name = forms.CharField(label=_("Name of the person"), max_length=150)
    email = forms.EmailField(
        label=_("Email address"),
        required=False,
        max_length=254,
        help_text=_("With the address of their account they take part here; otherwise all comes by email."),
    )
    post = forms.CharField(label=_("Job title or role"), max_length=150, required=False)
    seniority = forms.ChoiceField(label=_("How senior?"), choices=Seniority.choices, required=False)
    substitute_name = forms.CharField(label=_("Usual substitute"), max_length=150, required=False)
    substitute_email = forms.EmailField(
        label=_("Email address of the substitute"), required=False, max_length=254
    )
    ends_on = DateField(
        label=_("Last day, if agreed"), required=False, help_text=_("Leave empty if the term is open.")
    )
    version = VersionField()

    groups = [
        Fieldset(_("The person"), "name", "email", "post", "seniority"),
        Fieldset(_("If they cannot come"), "substitute_name", "substitute_email"),
    ]


class FillSeatForm(TermForm):
    submit = _("Give the seat")
    version = None
    asks = TermForm.asks | {
        "organisation": _("Enter the organisation that holds the seat"),
        "starts_on": _("Enter the first day"),
    }

    organisation = OrganisationField(label=_("Organisation"))
    starts_on = DateField(label=_("First day"), initial=timezone.localdate)

    groups = [
        Fieldset(_("The person"), "organisation", "name", "email", "post", "seniority"),
        Fieldset(_("If they cannot come"), "substitute_name", "substitute_email"),
        Fieldset(_("How long"), "starts_on", "ends_on"),
    ]

    def __init__(self, *args, seat, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].user = user
        if seat.side == Side.COUNCIL:
            del self.fields["organisation"]
            person = Fieldset(_("The person"), "name", "email", "post", "seniority")
            self.groups = [person, *self.groups[1:]]

    def clean(self):
        found = super().clean()
        first, last = found.get("starts_on"), found.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day must be after the first day"))
        return found
