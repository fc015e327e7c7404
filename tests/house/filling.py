"""Fill in any form of the portal as a person would, from the form on its page."""

from datetime import date
from itertools import count
from uuid import uuid4

from django import forms

from vcse_portal.ui.forms import DateField

numbers = count(1)


def answer(form: forms.Form, *, renames: str = "") -> dict:
    """What a browser would send: what stands in the form, and something fitting where an answer is missing.

    `renames` is written before the first text that may be changed, so that something differs.
    """
    sent = {}
    for bound in form:
        value = bound.value()
        if value in (None, "", [], False) and bound.field.required:
            value = fitting(bound.field)
        sent |= as_sent(bound, value)
    if renames and (texts := text_fields(form)):
        sent[texts[0]] = f"{renames} {sent.get(texts[0], '')}"
    return sent


def as_sent(bound, value) -> dict:
    name, field = bound.html_name, bound.field
    value = field.prepare_value(value)
    if isinstance(field, DateField):
        parts = value if isinstance(value, list | tuple) else field.widget.decompress(value)
        return {f"{name}_{index}": part or "" for index, part in enumerate(parts)}
    if isinstance(field, forms.FileField) or value in (None, False):
        return {}
    if isinstance(value, list | tuple | set):
        return {name: [str(one) for one in value]}
    return {name: "on" if value is True else str(value)}


def fitting(field: forms.Field):
    """An answer such a field takes."""
    if isinstance(field, DateField):
        return date(2026, 6, 1)
    if isinstance(field, forms.EmailField):
        return f"new{next(numbers)}@example.org"
    if isinstance(field, forms.MultipleChoiceField):
        return [_first(field.choices)]
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [field.queryset.first().pk]
    if isinstance(field, forms.ModelChoiceField):
        return field.queryset.first().pk
    if isinstance(field, forms.ChoiceField):
        return _first(field.choices)
    if isinstance(field, forms.UUIDField):
        return uuid4()
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return field.min_value or 1
    return True if isinstance(field, forms.BooleanField) else f"words {next(numbers)}"


def _first(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            return _first(label)
        if value != "":
            return value
    return ""


def covered_fields(form: forms.Form) -> set[str]:
    """Names of the fields that only an answer to another question uncovers."""
    reveals = getattr(form, "reveals", {})
    return {name for answers in reveals.values() for names in answers.values() for name in names}


def text_fields(form: forms.Form) -> list[str]:
    """Names of the fields people write words into, covered ones left out."""
    covered = covered_fields(form)
    return [
        bound.html_name
        for bound in form
        if type(bound.field.widget) in (forms.TextInput, forms.Textarea)
        and isinstance(bound.field, forms.CharField)
        and not isinstance(bound.field, forms.SlugField)
        and bound.name not in covered
    ]
