"""A form of one button, and a field that finds an organisation by its name or number."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Organisation
from vcse_portal.ui.forms import PortalForm


class ConfirmForm(PortalForm):
    """One button: the page above it says what will happen."""

    def __init__(self, *args, submit: str, submit_style: str = "", **kwargs):
        self.submit, self.submit_style = submit, submit_style
        super().__init__(*args, **kwargs)


class KeyField(forms.UUIDField):
    """Made with the form, so that a second click adds nothing."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.HiddenInput, initial=uuid4, **kwargs)


class OrganisationField(forms.CharField):
    """The one organisation of the name or number typed, else a sentence that says which were meant.

    `user` (set by the form) decides which may be known of.
    """

    user = None

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", gettext_lazy("Its name or number as in the directory."))
        super().__init__(max_length=250, **kwargs)

    def prepare_value(self, value):
        return value.name if isinstance(value, Organisation) else value

    def clean(self, value) -> Organisation | None:
        asked = super().clean(value)
        return self._find(asked) if asked else None

    def _find(self, asked: str) -> Organisation:
        known = Organisation.objects.visible_to(self.user)
        named = Q(name__iexact=asked) | Q(known_as__iexact=asked)
        found = list(known.filter(named | Q(identifiers__number__iexact=asked)).distinct()[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(_("Several organisations have this name. Enter the number instead"))
        near = [
            f"“{name}”" for name in known.filter(name__icontains=asked).values_list("name", flat=True)[:3]
        ]
        words = _("No organisation in the directory is called “%(asked)s”.") % {"asked": asked}
        meant = _(" Did you mean %(names)s?") % {"names": _(" or ").join(near)} if near else ""
        raise ValidationError(words + meant)
