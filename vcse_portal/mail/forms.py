"""Joining a list and choosing what it brings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vcse_portal.borough.codes import choices
from vcse_portal.ui.forms import Checkboxes, PortalForm

from .subscriptions import CONSENT_WORDS


def themes_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Which subjects matter to you?"),
        help_text=_("Everyone gets the whole circular. Your answer tells us what readers look for."),
        choices=lambda: choices("theme"),
        widget=Checkboxes,
        required=False,
    )


class AddressForm(PortalForm):
    submit = _("Send me a link")
    email = forms.EmailField(label=_("Email address"), max_length=254)
    email.widget.attrs |= {"autocomplete": "email", "spellcheck": "false"}


class SubscribeForm(AddressForm):
    submit = _("Subscribe")
    asks = {"agree": _("Tick the box if you agree, or we cannot send you the circular")}
    name = forms.CharField(label=_("Your name"), max_length=60, required=False)
    name.widget.attrs["autocomplete"] = "name"
    themes = themes_field()
    agree = forms.BooleanField(label=CONSENT_WORDS)


class PreferencesForm(PortalForm):
    submit = _("Save your choice")
    themes = themes_field()
