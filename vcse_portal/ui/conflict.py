"""Two people edit the same thing: the second is told what changed and keeps what they wrote."""

from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


class Conflict(ValidationError):
    """The record is no longer the one the person was shown."""

    def __init__(self):
        super().__init__(_("Someone else changed this while you were writing."), code="conflict")


def check_version(obj, version: int | None, *, counter: str = "version") -> None:
    """Raise Conflict unless `version` is the one stored. Call it with the row locked. None means not asked.

    `counter` names the field that counts saves, for records whose `version` means something else.
    """
    if version is not None and getattr(obj, counter) != version:
        raise Conflict


@dataclass
class Difference:
    label: str
    written: str
    stored: str


def conflict_page(request, form, obj, *, template_name="409.html", counter="version", **context):
    """409: the form again with everything the person wrote, and what is stored now beside it.

    The form carries the new version, so pressing its button again is a decision made knowingly.
    """
    fresh = copy(form)
    fresh._bound_fields_cache = {}  # those of the form we copied still show its version
    fresh.data = form.data.copy()
    fresh.data[form.add_prefix("version")] = getattr(obj, counter)
    context |= {"form": fresh, "obj": obj, "differences": differences(form, obj)}
    return render(request, template_name, context, status=409)


def differences(form, obj) -> list[Difference]:
    """Fields of the same name on form and record whose values differ, in words."""
    found = []
    for bound in form.visible_fields():
        if bound.name not in form.cleaned_data or not hasattr(obj, bound.name):
            continue
        written, stored = form.cleaned_data[bound.name], getattr(obj, bound.name)
        if (written or None) != (stored or None):
            found.append(Difference(str(bound.label), _in_words(bound, written), _in_words(bound, stored)))
    return found


def written(form) -> list[tuple[str, str]]:
    """(question, answer) of what the person changed in the form, to be shown where it cannot be saved."""
    form.is_valid()
    return [
        (str(bound.label), _in_words(bound, form.cleaned_data.get(bound.name, bound.data)))
        for bound in form.visible_fields()
        if bound.name in form.changed_data
    ]


def _in_words(bound, value) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list | tuple | set):
        return ", ".join(_in_words(bound, one) for one in value)
    choices = getattr(bound.field, "choices", None)
    if isinstance(choices, list):
        value = dict(choices).get(value, value)
    return str(value) if value not in (None, "") else str(_("nothing"))
