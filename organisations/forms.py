"""What officers and leads fill in about an organisation."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from vcse_portal.borough import codes
from vcse_portal.borough.models import Ward
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FilterForm,
    MoneyField,
    PortalForm,
    PostcodeField,
    Radios,
    VersionField,
    WholeNumberField,
)

from .models import Contact, Identifier, Link, Organisation


class WordsField(forms.CharField):
    """Several words or names separated by commas, as a list without repeats."""

    def __init__(self, *, max_each: int, max_words: int = 30, **kwargs):
        super().__init__(max_length=max_words * (max_each + 2), **kwargs)
        self.max_each, self.max_words = max_each, max_words

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        words = [" ".join(word.split()) for word in re.split(r"[,;\n]", super().to_python(value))]
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, value):
        super().validate(value)
        if len(value) > self.max_words:
            raise forms.ValidationError(_("Name at most %(n)s") % {"n": self.max_words})
        if any(len(word) > self.max_each for word in value):
            raise forms.ValidationError(
                _("Keep each one to %(n)s characters, with commas between them") % {"n": self.max_each}
            )

    def has_changed(self, initial, data):
        return self.to_python(data or "") != list(initial or [])

    def run_validators(self, value):  # those of a text, such as that no NUL is in it
        super().run_validators(", ".join(value))


class CodesMixin:
    """Choices of the borough's lists, current when the form is shown, and what the record has of closed ones."""

    code_lists = {
        "themes": "theme",
        "communities": "community",
        "wards_worked": "ward",
        "support_wanted": "support",
        "support_offered": "support",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, kind in self.code_lists.items():
            current, known = codes.choices(kind), codes.names(kind)
            closed = [code for code in self.initial.get(name) or [] if code not in dict(current)]
            self.fields[name].choices = [*current, *((code, known.get(code, code)) for code in closed)]
            if not self.fields[name].choices:
                self.fields[name].widget = forms.MultipleHiddenInput()  # the borough keeps no such list


WHAT = Fieldset(
    _("What you do"), "summary", "themes", "communities", "wards_worked", "languages", "is_equalities_led"
)
WHERE = Fieldset(
    _("Where and how to find you"),
    "website",
    "opening_text",
    "address",
    "postcode",
    "is_address_public",
    "premises",
)
SIZE = Fieldset(
    _("Your size"),
    "income",
    "income_year_end",
    "staff_fte",
    "volunteers",
    "trustees",
    "beneficiaries",
)
SUPPORT = Fieldset(_("Help you want and offer"), "support_wanted", "support_needs", "support_offered")


class ProfileForm(CodesMixin, PortalForm):
    """What a lead keeps up to date. Verified facts (name, numbers, structure) wait for an officer."""

    submit = _("Save profile")
    groups = [WHAT, WHERE, SIZE, SUPPORT]

    summary = forms.CharField(label=_("What you do"), max_length=4000, required=False, widget=forms.Textarea)
    website = forms.URLField(label=_("Website"), max_length=250, required=False, assume_scheme="https")
    opening_text = forms.CharField(label=_("Opening times"), max_length=500, required=False)
    themes = forms.MultipleChoiceField(label=_("What you work on"), widget=Checkboxes, required=False)
    communities = forms.MultipleChoiceField(label=_("Who you work with"), widget=Checkboxes, required=False)
    languages = WordsField(
        label=_("Languages you work in"),
        help_text=_("Besides English, with commas between them"),
        max_each=40,
        required=False,
    )
    wards_worked = forms.MultipleChoiceField(label=_("Wards you work in"), widget=Checkboxes, required=False)
    is_equalities_led = forms.BooleanField(
        label=_("Led by people of the community it serves (equalities-led)"), required=False
    )
    address = forms.CharField(label=_("Address"), max_length=400, required=False)
    postcode = PostcodeField(label=_("Postcode"), required=False)
    is_address_public = forms.BooleanField(
        label=_("Show the address to everyone"),
        help_text=_("If not, only the ward is shown"),
        required=False,
    )
    income = MoneyField(label=_("Annual income (last accounts)"), min_value=0, required=False)
    income_year_end = DateField(label=_("Year ended"), required=False)
    staff_fte = forms.DecimalField(
        label=_("Paid staff (full-time equivalent)"),
        min_value=0,
        max_digits=8,
        decimal_places=1,
        required=False,
    )
    volunteers = WholeNumberField(label=_("Volunteers"), min_value=0, max_value=1_000_000, required=False)
    trustees = WholeNumberField(
        label=_("Trustees or committee members"), min_value=0, max_value=10_000, required=False
    )
    beneficiaries = WholeNumberField(
        label=_("People helped in a year"), min_value=0, max_value=100_000_000, required=False
    )
    premises = forms.ChoiceField(
        label=_("Premises"), choices=Organisation.Premises.choices, widget=Radios, required=False
    )
    support_wanted = forms.MultipleChoiceField(
        label=_("Kinds of help you would like"),
        help_text=_("Only you and council staff see this"),
        widget=Checkboxes,
        required=False,
    )
    support_needs = forms.CharField(
        label=_("More about the help you would like"),
        help_text=_("Only you and council staff see this"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )
    support_offered = forms.MultipleChoiceField(
        label=_("Help you offer to other groups"), widget=Checkboxes, required=False
    )
    version = VersionField()

    def clean(self):
        data = super().clean()
        if "income" in self.changed_data and "income_source" not in self.fields:
            data["income_source"] = _("The organisation") if data.get("income") is not None else ""
        return data

    @classmethod
    def facts_of(cls, organisation: Organisation) -> dict:
        """Starting values from a record."""
        return {name: getattr(organisation, name) for name in cls.base_fields if hasattr(organisation, name)}


class OrganisationForm(ProfileForm):
    """Everything an officer keeps about an organisation."""

    submit = "Save organisation"

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="Organisation name", max_length=250)
    known_as = forms.CharField(label="Known as", max_length=250, required=False)
    legal_structure = forms.ChoiceField(
        label="Legal structure", choices=Organisation.Structure.choices, required=False
    )
    registered_on = DateField(label="Registered or founded on", required=False)
    charity_number = forms.CharField(label="Registered charity number", max_length=40, required=False)
    company_number = forms.CharField(label="Company number", max_length=40, required=False)
    ward = forms.ChoiceField(
        label="Ward it is based in", help_text="The postcode decides where it is known.", required=False
    )
    status = forms.ChoiceField(
        label="Status",
        choices=[c for c in Organisation.Status.choices if c[0] != "merged"],
        widget=Radios,
        initial=Organisation.Status.ACTIVE,
    )
    status_reason = forms.CharField(label="Reason for the status", max_length=250, required=False)
    income_source = forms.CharField(label="Source of the income figure", max_length=60, required=False)
    is_published = forms.BooleanField(label="Show in the public directory", required=False, initial=True)
    is_infrastructure = forms.BooleanField(
        label="Infrastructure body",
        help_text="Supports, represents or convenes other organisations.",
        required=False,
    )
    is_anchor = forms.BooleanField(label="Community anchor", required=False)
    is_consortium = forms.BooleanField(label="Consortium", required=False)
    is_faith_group = forms.BooleanField(label="Faith group", required=False)
    is_public_body = forms.BooleanField(label="Public body", required=False)

    groups = [
        Fieldset(
            "Who they are",
            "name",
            "known_as",
            "legal_structure",
            "registered_on",
            "charity_number",
            "company_number",
        ),
        Fieldset(
            "Kind of organisation",
            "is_equalities_led",
            "is_infrastructure",
            "is_anchor",
            "is_consortium",
            "is_faith_group",
            "is_public_body",
        ),
        Fieldset("What they do", "summary", "themes", "communities", "wards_worked", "languages"),
        Fieldset(
            "Where and how to find them",
            "website",
            "opening_text",
            "address",
            "postcode",
            "is_address_public",
            "ward",
            "premises",
        ),
        Fieldset(
            "Size",
            "income",
            "income_year_end",
            "income_source",
            "staff_fte",
            "volunteers",
            "trustees",
            "beneficiaries",
        ),
        Fieldset("Help they want and offer", "support_wanted", "support_needs", "support_offered"),
        Fieldset("On the register", "status", "status_reason", "is_published"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        wards = Ward.objects.offered(self.initial.get("ward") or None).values_list("pk", "name")
        self.fields["ward"].choices = [("", "Not known"), *((str(pk), name) for pk, name in wards)]

    def clean_ward(self):
        chosen = self.cleaned_data["ward"]
        return Ward.objects.get(pk=chosen) if chosen else None

    @classmethod
    def facts_of(cls, organisation: Organisation) -> dict:
        numbers: dict[str, str] = {}
        for number in sorted(organisation.identifiers.all(), key=lambda one: one.pk):
            numbers.setdefault(number.scheme, number.number)  # the first of a kind, as `set_numbers` reads it
        return super().facts_of(organisation) | {
            "ward": organisation.ward_id or "",
            "charity_number": numbers.get(Identifier.Scheme.CHARITY, ""),
            "company_number": numbers.get(Identifier.Scheme.COMPANY, ""),
        }

    def numbers(self) -> dict[str, str]:
        return {
            Identifier.Scheme.CHARITY: self.cleaned_data["charity_number"],
            Identifier.Scheme.COMPANY: self.cleaned_data["company_number"],
        }


class NumberForm(PortalForm):
    submit = "Add number"

    scheme = forms.ChoiceField(label="Which register", choices=Identifier.Scheme.choices, widget=Radios)
    number = forms.CharField(label="Number", max_length=60)


class CheckNumberForm(PortalForm):
    """What the officer saw when looking the number up."""

    submit = "Save what you found"
    reveals = {"found": {"no": ["removed_on", "reason"]}}

    found = forms.ChoiceField(
        label="Is it still in that register?",
        choices=[("yes", "Yes"), ("no", "No, it has been removed")],
        widget=Radios,
    )
    removed_on = DateField(label="Removed on", required=False)
    reason = forms.CharField(label="Reason the register gives", max_length=120, required=False)

    def clean(self):
        data = super().clean()
        if data.get("found") == "no" and not data.get("removed_on") and "removed_on" not in self.errors:
            self.add_error("removed_on", "Enter the day it was removed")
        return data


class FindOrganisationForm(FilterForm):
    submit = _("Search")

    q = forms.CharField(label=_("Name, number or postcode of the other organisation"), max_length=200)


class LinkForm(PortalForm):
    """How two organisations belong together, read from the one whose page the form was opened on."""

    submit = _("Save tie")

    tie = forms.ChoiceField(label=_("How they belong together"), widget=Radios)
    starts_on = DateField(label=_("Since"), required=False)
    note = forms.CharField(
        label=_("Note"), help_text=_("Everybody can read it"), max_length=250, required=False
    )

    def __init__(self, *args, here: Organisation, there: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.ends = here, there
        self.fields["tie"].choices = [
            (f"{direction}:{kind.value}", f"{here} {words} {there}")
            for kind in Link.Kind
            for direction, words in (("out", kind.label), ("in", Link.FROM_THE_OTHER_END[kind]))
        ]

    def facts(self) -> dict:
        """What `add_link` wants of the answers."""
        direction, kind = self.cleaned_data["tie"].split(":")
        here, there = self.ends if direction == "out" else reversed(self.ends)
        data = self.cleaned_data
        return {
            "from_organisation_id": here.pk,
            "kind": kind,
            "to_organisation_id": there.pk,
            "starts_on": data["starts_on"],
            "note": data["note"],
        }


class EndLinkForm(PortalForm):
    submit = _("End this tie")
    submit_style = "warning"

    ends_on = DateField(label=_("The first day it no longer holds"))


class ContactForm(PortalForm):
    submit = _("Save contact")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)

    channel = forms.ChoiceField(label=_("Kind of contact"), choices=Contact.Channel.choices, widget=Radios)
    value = forms.CharField(label=_("Email address, telephone number or postal address"), max_length=254)
    name = forms.CharField(label=_("Name of the person"), max_length=150, required=False)
    post = forms.CharField(label=_("Their role"), max_length=150, required=False)
    consent = forms.ChoiceField(
        label=_("May it be published?"),
        choices=Contact.Consent.choices,
        widget=Radios,
        help_text=_("Only with the clear agreement of the person or organisation."),
    )

    def clean(self):
        data = super().clean()
        if data.get("channel") == Contact.Channel.EMAIL and data.get("value"):
            try:
                forms.EmailField().clean(data["value"])
            except forms.ValidationError:
                self.add_error("value", _("Enter an email address like name@example.org"))
        return data
