"""What a form says when an answer is missing, too long or not understood; Django's own words replaced."""

from functools import lru_cache

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .dates import DateField

DEFAULT_LIMIT = 10_000


def give_limits(form) -> None:
    """No text is without a limit; the common one is not counted down on the page."""
    for field in form.fields.values():
        is_text = isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField)
        if is_text and field.max_length is None:
            field.max_length = DEFAULT_LIMIT
            field.limit_is_silent = True
            field.validators = [*field.validators, MaxLengthValidator(DEFAULT_LIMIT)]


def give_sentences(form) -> None:
    for name, field in form.fields.items():
        label = str(field.label or name.replace("_", " ").capitalize())
        own = _own_messages(field)
        for code, sentence in _sentences(type(field), label, get_language()).items():
            if code not in own:
                field.error_messages[code] = sentence
        if name in form.asks:
            field.error_messages["required"] = form.asks[name]


def _own_messages(field) -> set[str]:
    """Codes whose message was given where the field was written: those that differ from the classes' defaults."""
    defaults: dict = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    return {code for code, message in field.error_messages.items() if message is not defaults.get(code)}


def _lower_first(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _required(kind: type, label: str) -> str:
    verb = _("Enter %(what)s")
    if issubclass(kind, forms.FileField):
        verb = _("Choose %(what)s")
    elif issubclass(kind, forms.BooleanField):
        return _("Tick the box “%(what)s”") % {"what": label}
    elif issubclass(kind, forms.ChoiceField | forms.ModelChoiceField):
        verb = _("Select %(what)s")
    if label.endswith("?"):
        return _("Answer the question “%(what)s”") % {"what": label}
    return verb % {"what": _lower_first(label)}


@lru_cache(2000)
def _sentences(kind: type, label: str, language: str) -> dict[str, str]:
    """Messages by code for a kind of field; said once for each label and language."""
    label = label.replace("%", "%%")
    found = {
        "required": _required(kind, label.replace("%%", "%")),
        "max_length": _("%(what)s must be {limit} characters or fewer. You wrote {found}.") % {"what": label},
        "min_length": _("%(what)s must be {limit} characters or more") % {"what": label},
        "min_value": _("%(what)s must be {limit} or more") % {"what": label},
        "max_value": _("%(what)s must be {limit} or less") % {"what": label},
    }
    for code, text in found.items():
        found[code] = text.replace("{limit}", "%(limit_value)s").replace("{found}", "%(show_value)s")
    if issubclass(kind, forms.EmailField):
        found["invalid"] = _("Enter an email address in the correct format, like name@example.com")
    elif issubclass(kind, forms.URLField):
        found["invalid"] = _("%(what)s must be a web address, like https://www.example.org") % {"what": label}
    elif issubclass(kind, forms.IntegerField) and not issubclass(kind, forms.FloatField | forms.DecimalField):
        found["invalid"] = _("%(what)s must be a whole number, like 12") % {"what": label}
    elif issubclass(kind, forms.ChoiceField | forms.ModelChoiceField):
        found["invalid_choice"] = _("%(what)s: choose one of the answers shown") % {"what": label}
        found["invalid_list"] = found["invalid_pk_value"] = found["invalid_choice"]
    elif issubclass(kind, forms.FileField):
        found["empty"] = _("The file is empty")
        found["max_length"] = _("The file's name is too long. Give it a shorter name.")
    if issubclass(kind, DateField):
        found.pop("max_length")
    return found
