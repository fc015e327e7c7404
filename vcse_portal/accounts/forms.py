"""Shape and wording of what people are asked about accounts."""

from allauth.account.forms import SignupForm
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from vcse_portal.borough.models import Directorate
from vcse_portal.ui.forms import Checkboxes, FilterForm, Label, PortalForm, PortalFormMixin, VersionField

from .models import Invitation, Role, User

ROLE_HINTS = {
    Role.PARTNERSHIPS: "organisations, members, forums and our Compact",
    Role.COMMISSIONING: "what the council plans to buy or fund, and the circular",
    Role.PROPERTY: "buildings, lettings, bookings and community nominations",
    Role.PERFORMANCE: "action plan, indicators and monitoring reports",
    Role.ADMINISTRATOR: "people, roles, reference data and settings; needs a second factor",
    Role.COUNCILLOR: "reads what officers read, confidential matters aside",
}
ASKS = {
    "name": _("Enter your full name"),
    "email": _("Enter your email address"),
    "password": _("Choose a password"),
    "password1": _("Choose a password"),
}
ROLE_CHOICES = [(role.value, Label(role.label, ROLE_HINTS[role])) for role in Role]


PASSWORD_HINT = _("At least 12 characters. Three or four unrelated words are easy to remember.")


class SignUpForm(PortalFormMixin, SignupForm):
    """Open sign-up: an account without roles, confirmed by a code sent by e-mail."""

    submit = _("Create account")
    asks = ASKS
    name = forms.CharField(
        label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Choose a password")
        self.fields["password1"].help_text = PASSWORD_HINT

    def try_save(self, request):
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # the answer takes as long as for a new account
        return super().try_save(request)


class RolesForm(PortalForm):
    """What a person may do and where they work."""

    marks_optional = False
    roles = forms.MultipleChoiceField(choices=ROLE_CHOICES, widget=Checkboxes, required=False)
    directorate = forms.ModelChoiceField(
        Directorate.objects.none(),
        required=False,
        empty_label="None",
        help_text="Every officer works in one directorate. Administrators and councillors need none.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["directorate"].queryset = Directorate.objects.offered(self.initial.get("directorate"))


class InvitePersonForm(RolesForm):
    submit = "Send invitation"
    email = forms.EmailField(label="Email address")
    name = forms.CharField(label="Full name", max_length=150)
    post = forms.CharField(label="Job title (optional)", max_length=150, required=False)
    field_order = ["email", "name", "post", "roles", "directorate"]


class ChangeRolesForm(RolesForm):
    submit = "Save roles"
    version = VersionField()


class RenamePersonForm(PortalForm):
    submit = _("Save changes")
    name = forms.CharField(
        label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    post = forms.CharField(
        label=_("Job title"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    version = VersionField()

    @classmethod
    def facts_of(cls, person: User) -> dict:
        """Starting values from an account."""
        return {name: getattr(person, name) for name in cls.base_fields}


class DeactivatePersonForm(PortalForm):
    submit = "Close account"
    submit_style = "warning"
    reason = forms.CharField(
        label="Reason", max_length=300, required=False, help_text="Kept in the history of this account."
    )


class AcceptInvitationForm(PortalForm):
    """Name and password of the account an invitation opens."""

    submit = _("Create account and sign in")
    asks = ASKS
    name = forms.CharField(
        label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=128,
        strip=False,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, invitation: Invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = User(email=invitation.email)

    def clean_password(self):
        password_validation.validate_password(self.cleaned_data["password"], self.person)
        return self.cleaned_data["password"]


class PeopleFilterForm(FilterForm):
    q = forms.CharField(label="Name, job title or email address", max_length=100)
    role = forms.ChoiceField(choices=[("", "Any"), *Role.choices, ("none", "No council role")])
    directorate = forms.ChoiceField()
    state = forms.ChoiceField(label="Account", choices=[("", "Any"), ("open", "Open"), ("closed", "Closed")])

    def __init__(self, *args, directorates=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["directorate"].choices = [("", "Any"), *directorates]

    def narrow(self, people):
        """The people this form asks for. Answers that are not on offer are ignored."""
        self.is_valid()
        asked = self.cleaned_data
        people = people.matching(asked.get("q") or "")
        if asked.get("role") == "none":
            people = people.filter(roles=[])
        elif asked.get("role"):
            people = people.filter(roles__contains=[asked["role"]])
        if asked.get("directorate"):
            people = people.filter(directorate__code=asked["directorate"])
        if asked.get("state"):
            people = people.filter(is_active=asked["state"] == "open")
        return people

    def in_words(self) -> str:
        """What narrows the list, to follow "7 people": " with the role Property in Places"."""
        asked, words = self.cleaned_data, ""
        if asked.get("state"):
            words += f" whose account is {asked['state']}"
        if asked.get("role"):
            label = dict(self.fields["role"].choices)[asked["role"]]
            words += " with no council role" if asked["role"] == "none" else f" with the role {label}"
        if asked.get("directorate"):
            words += f" in {dict(self.fields['directorate'].choices)[asked['directorate']]}"
        return words + (f" matching “{asked['q']}”" if asked.get("q") else "")
