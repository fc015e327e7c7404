"""Registering a group: one question a page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.identifiers import normalise
from organisations.models import Identifier, Organisation
from vcse_portal.borough import codes
from vcse_portal.ui.forms import Checkboxes, Label, PortalForm, PostcodeField, Radios, YesNoField


class StepForm(PortalForm):
    """One page of the journey. `title` heads it; a single question's label is the heading itself."""

    submit = _("Save and continue")
    title = ""


class NameForm(StepForm):
    title = _("What is the group called?")
    asks = {"name": _("Enter the name of the group")}

    name = forms.CharField(label=_("Name of the group"), max_length=250)
    known_as = forms.CharField(
        label=_("Another name people know it by"),
        help_text=_("An abbreviation or an earlier name"),
        max_length=250,
        required=False,
    )


class StartForm(NameForm):
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class WhatForm(StepForm):
    label_is_heading = True
    label_size = "l"
    asks = {"summary": _("Say in a sentence or two what the group does")}

    summary = forms.CharField(
        label=_("What does the group do?"),
        help_text=_("A few sentences in your own words. Everyone can read them in the directory."),
        max_length=4000,
        widget=forms.Textarea,
    )


class ThemesForm(StepForm):
    label_is_heading = True
    label_size = "l"

    themes = forms.MultipleChoiceField(
        label=_("What does it work on?"),
        help_text=_("Choose all that fit. You can change this later."),
        widget=Checkboxes,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["themes"].choices = codes.choices("theme")


class PlaceForm(StepForm):
    label_is_heading = True
    label_size = "l"

    postcode = PostcodeField(
        label=_("What is the group’s postcode?"),
        help_text=_(
            "It tells us the ward. Nobody sees the postcode unless you publish the address later. "
            "A group without an address may leave it empty."
        ),
        required=False,
    )


class KindForm(StepForm):
    label_is_heading = True
    label_size = "l"
    HINTS = {
        "unincorporated": _("people who meet and do something together, without a written constitution"),
        "constituted": _("a group with a written constitution and a committee"),
        "": _("an officer can help you find out"),
    }

    legal_structure = forms.ChoiceField(
        label=_("What kind of group is it in law?"),
        help_text=_("A group needs no legal structure to be listed."),
        widget=Radios,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        left_out = {Organisation.Structure.PUBLIC_BODY}
        kinds = [choice for choice in Organisation.Structure.choices if choice[0] not in left_out]
        self.fields["legal_structure"].choices = [
            (code, Label(_("I do not know") if code == "" else words, self.HINTS.get(code, "")))
            for code, words in kinds
        ]


class NumbersForm(StepForm):
    title = _("Is the group in an official register?")

    charity_number = forms.CharField(
        label=_("Registered charity number"),
        help_text=_("Six or seven digits, such as 1164883"),
        max_length=40,
        required=False,
    )
    company_number = forms.CharField(
        label=_("Company number"),
        help_text=_("Eight characters, such as 02534145"),
        max_length=40,
        required=False,
    )

    def clean_charity_number(self):
        return _number(Identifier.Scheme.CHARITY, self.cleaned_data["charity_number"])

    def clean_company_number(self):
        return _number(Identifier.Scheme.COMPANY, self.cleaned_data["company_number"])


def _number(scheme: str, text: str) -> str:
    return normalise(scheme, text) if text.strip() else ""


class ContactForm(StepForm):
    title = _("How can people reach the group?")
    asks = {"is_email_public": _("Say whether the email address may be published")}

    email = forms.EmailField(
        label=_("The group’s email address"),
        help_text=_("Once a year we ask there whether the entry is still right."),
        required=False,
    )
    is_email_public = YesNoField(label=_("May everyone see this address in the directory?"), required=False)
    website = forms.URLField(label=_("Website"), max_length=250, required=False, assume_scheme="https")

    def clean(self):
        data = super().clean()
        if data.get("email") and data.get("is_email_public") is None:
            self.add_error("is_email_public", self.asks["is_email_public"])
        data["is_email_public"] = bool(data.get("is_email_public") and data.get("email"))
        return data


class YouForm(StepForm):
    title = _("Who are you in the group?")
    asks = {
        "post": _("Enter what you do in the group"),
        "agree": _("Tick the box to say that you may speak for the group"),
    }

    post = forms.CharField(
        label=_("Your role in the group"),
        help_text=_("For example secretary, chair or volunteer. Only council staff see this."),
        max_length=150,
    )
    agree = forms.BooleanField(label=_("The group knows that I register it and speak for it here"))


STEPS: dict[str, type[StepForm]] = {
    "name": NameForm,
    "what": WhatForm,
    "themes": ThemesForm,
    "place": PlaceForm,
    "kind": KindForm,
    "numbers": NumbersForm,
    "contact": ContactForm,
    "you": YouForm,
}
