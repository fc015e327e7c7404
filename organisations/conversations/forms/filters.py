"""Narrowing the lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vcse_portal.accounts.models import User
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    FilterForm,
)

from ..models import Kind, RelationshipManager
from .choices import officers


class ConversationFilterForm(FilterForm):
    q = forms.CharField(label=_("Words in it"), max_length=200)
    organisation = forms.CharField(label=_("Organisation"), max_length=250)
    officer = forms.ChoiceField(label="Officer")
    kind = forms.MultipleChoiceField(label=_("Kind"), choices=Kind.choices, widget=Checkboxes)
    first = DateField(label=_("From"))
    last = DateField(label=_("Until"))
    open = forms.BooleanField(label=_("Something still to be done"))
    drafts = forms.BooleanField(label="My drafts only")

    def __init__(self, *args, for_officer: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if for_officer:
            self.fields["officer"].choices = [("", "Any officer"), *_names(officers())]
        else:
            del self.fields["officer"], self.fields["drafts"]


class RelationshipFilterForm(FilterForm):
    kept = forms.ChoiceField(label="Kept by")
    quiet = forms.BooleanField(label="Not spoken with for too long")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        keepers = RelationshipManager.objects.open().values("officer")
        self.fields["kept"].choices = [
            ("", "Anybody"),
            ("nobody", "Nobody yet"),
            *_names(officers() | User.objects.filter(pk__in=keepers)),  # also those who have left
        ]


def _names(people) -> list[tuple[str, str]]:
    return [(str(one.pk), one.display_name) for one in people.only("pk", "name", "email")]
