"""What officers and leads fill in about an organisation, and the filters of the directory."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vcse_portal.borough import codes
from vcse_portal.search.listing import count_choices
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FilterForm,
    Label,
    MoneyField,
    PortalForm,
    PostcodeField,
    Radios,
    VersionField,
)

from .bands import Band
from .models import Contact, Identifier, Membership, Organisation


class DirectoryFilterForm(FilterForm):
    q = forms.CharField(label=_("Name, number or postcode"), max_length=200)
    theme = forms.MultipleChoiceField(label=_("What they do"), widget=Checkboxes)
    ward = forms.MultipleChoiceField(label=_("Ward"), widget=Checkboxes)
    band = forms.MultipleChoiceField(
        label=_("Yearly income"),
        choices=[(b.value or "unknown", b.label) for b in Band],
        widget=Checkboxes,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = list(codes.names("theme").items())
        self.fields["ward"].choices = sorted(codes.names("ward").items(), key=lambda c: c[1])

    def count_choices(self, facets: dict[str, int]) -> None:
        """Say beside each choice how many organisations it would leave."""
        count_choices(self, ("theme", "ward", "band"), facets)


class CodesMixin:
    """Choices of the borough's lists, current when the form is shown, and what the record has of closed ones."""

    code_lists = {"themes": "theme", "communities": "community", "wards_worked": "ward"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, kind in self.code_lists.items():
            current, known = codes.choices(kind), codes.names(kind)
            closed = [code for code in self.initial.get(name) or [] if code not in dict(current)]
            self.fields[name].choices = [*current, *((code, known.get(code, code)) for code in closed)]


class ProfileForm(CodesMixin, PortalForm):
    """What a lead keeps up to date. Verified facts (name, numbers, structure) are for officers."""

    submit = _("Save profile")

    summary = forms.CharField(label=_("What you do"), max_length=4000, required=False, widget=forms.Textarea)
    website = forms.URLField(label=_("Website"), max_length=250, required=False, assume_scheme="https")
    opening_text = forms.CharField(label=_("Opening times"), max_length=500, required=False)
    themes = forms.MultipleChoiceField(label=_("What you work on"), widget=Checkboxes, required=False)
    communities = forms.MultipleChoiceField(label=_("Who you work with"), widget=Checkboxes, required=False)
    wards_worked = forms.MultipleChoiceField(label=_("Wards you work in"), widget=Checkboxes, required=False)
    address = forms.CharField(label=_("Address"), max_length=400, required=False)
    postcode = PostcodeField(label=_("Postcode"), required=False)
    is_address_public = forms.BooleanField(label=_("Show the address to everyone"), required=False)
    staff_fte = forms.DecimalField(
        label=_("Paid staff (full-time equivalent)"),
        min_value=0,
        max_digits=8,
        decimal_places=1,
        required=False,
    )
    volunteers = forms.IntegerField(label=_("Volunteers"), min_value=0, max_value=1_000_000, required=False)
    premises = forms.ChoiceField(
        label=_("Premises"), choices=Organisation.Premises.choices, widget=Radios, required=False
    )
    support_needs = forms.CharField(
        label=_("Help you would like"), max_length=2000, required=False, widget=forms.Textarea
    )
    version = VersionField()


class OrganisationForm(ProfileForm):
    """Everything an officer keeps about an organisation."""

    submit = "Save organisation"

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="Organisation name", max_length=250)
    known_as = forms.CharField(label="Known as", max_length=250, required=False)
    legal_structure = forms.ChoiceField(
        label="Legal structure", choices=Organisation.Structure.choices, required=False
    )
    charity_number = forms.CharField(label="Registered charity number", max_length=40, required=False)
    company_number = forms.CharField(label="Company number", max_length=40, required=False)
    status = forms.ChoiceField(
        label="Status",
        choices=[c for c in Organisation.Status.choices if c[0] != "merged"],
        widget=Radios,
        initial=Organisation.Status.ACTIVE,
    )
    status_reason = forms.CharField(label="Reason for the status", max_length=250, required=False)
    income = MoneyField(label="Annual income (last accounts)", min_value=0, required=False)
    income_year_end = DateField(label="Year ended", required=False)
    income_source = forms.CharField(label="Source of the income figure", max_length=60, required=False)
    is_published = forms.BooleanField(label="Show in the public directory", required=False, initial=True)
    is_equalities_led = forms.BooleanField(label="Equalities-led", required=False)
    is_infrastructure = forms.BooleanField(label="Infrastructure body", required=False)
    is_anchor = forms.BooleanField(label="Community anchor", required=False)
    is_consortium = forms.BooleanField(label="Consortium", required=False)
    is_faith_group = forms.BooleanField(label="Faith group", required=False)
    is_public_body = forms.BooleanField(label="Public body", required=False)

    groups = [
        Fieldset("Who they are", "name", "known_as", "legal_structure", "charity_number", "company_number"),
        Fieldset(
            "Kind of organisation",
            "is_equalities_led",
            "is_infrastructure",
            "is_anchor",
            "is_consortium",
            "is_faith_group",
            "is_public_body",
        ),
        Fieldset("What they do", "summary", "themes", "communities", "wards_worked"),
        Fieldset(
            "Where and how to find them",
            "website",
            "opening_text",
            "address",
            "postcode",
            "is_address_public",
            "premises",
        ),
        Fieldset("Size", "income", "income_year_end", "income_source", "staff_fte", "volunteers"),
        Fieldset("On the register", "status", "status_reason", "is_published", "support_needs"),
    ]

    @staticmethod
    def facts_of(organisation: Organisation) -> dict:
        """Starting values from a record."""
        numbers = {i.scheme: i.number for i in organisation.identifiers.all()}
        values = {name: getattr(organisation, name) for name in PLAIN}
        return values | {
            "charity_number": numbers.get(Identifier.Scheme.CHARITY, ""),
            "company_number": numbers.get(Identifier.Scheme.COMPANY, ""),
        }

    def numbers(self) -> dict[str, str]:
        return {
            Identifier.Scheme.CHARITY: self.cleaned_data["charity_number"],
            Identifier.Scheme.COMPANY: self.cleaned_data["company_number"],
        }


NOT_PLAIN = {"charity_number", "company_number", "key"}
PLAIN = [n for n in OrganisationForm.base_fields if n not in NOT_PLAIN]


class ContactForm(PortalForm):
    submit = "Save contact"

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    channel = forms.ChoiceField(label="Kind of contact", choices=Contact.Channel.choices, widget=Radios)
    value = forms.CharField(label="Email address, telephone number or postal address", max_length=254)
    name = forms.CharField(label="Name of the person", max_length=150, required=False)
    post = forms.CharField(label="Their role", max_length=150, required=False)
    consent = forms.ChoiceField(
        label="May it be published?",
        choices=Contact.Consent.choices,
        widget=Radios,
        help_text="Only with the clear agreement of the person or organisation.",
    )

    def clean(self):
        data = super().clean()
        if data.get("channel") == Contact.Channel.EMAIL and data.get("value"):
            try:
                forms.EmailField().clean(data["value"])
            except forms.ValidationError:
                self.add_error("value", "Enter an email address like name@example.org")
        return data


class AddMemberForm(PortalForm):
    submit = _("Add person")

    email = forms.EmailField(
        label=_("Their email address"),
        help_text=_("They need an account: anyone can create one on the sign-in page."),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Membership.Role.REPRESENTATIVE, Label(_("Representative"), _("comments and proposes"))),
            (Membership.Role.LEAD, Label(_("Lead"), _("also edits the profile, confirms people and signs"))),
        ],
        widget=Radios,
        initial=Membership.Role.REPRESENTATIVE,
    )
