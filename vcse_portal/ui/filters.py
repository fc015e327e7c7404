"""What a list is narrowed by, in words, from its filter form and the address."""

from dataclasses import dataclass

from .paging import PLACE_KEYS, with_query


@dataclass
class Chosen:
    label: str
    value: str
    remove_href: str


def chosen_filters(form, query) -> list[Chosen]:
    """One entry a chosen value, with the address that lacks it. Values the form refused are left out."""
    if form is None or not form.is_bound:
        return []
    found = []
    for bound in form.visible_fields():
        if bound.errors or not (given := _given(bound, query)):
            continue
        if (
            hasattr(bound.field.widget, "allow_multiple_selected")
            and bound.field.widget.allow_multiple_selected
        ):
            found += [_chosen(bound, query, value) for value in given]
        else:
            found.append(_chosen(bound, query, None))
    return found


def _names(bound) -> list[str]:
    """The query keys of a field: one, or one a part for a date."""
    parts = getattr(bound.field.widget, "widgets_names", [""])
    return [bound.html_name + part for part in parts]


def _given(bound, query) -> list[str]:
    return [value for name in _names(bound) for value in query.getlist(name) if value.strip()]


def _chosen(bound, query, value: str | None) -> Chosen:
    cleaned = getattr(bound.form, "cleaned_data", {}).get(bound.name)
    words = _in_words(bound, value if value is not None else cleaned)
    if value is None:
        return Chosen(str(bound.label), words, with_query(query, drop={*PLACE_KEYS, *_names(bound)}))
    return Chosen(str(bound.label), words, with_query(query, drop=PLACE_KEYS, less=(bound.html_name, value)))


def _in_words(bound, value) -> str:
    if hasattr(value, "strftime"):
        return f"{value.day} {value:%B %Y}"
    for key, label in _flat(getattr(bound.field, "choices", [])):
        if str(getattr(key, "value", key)) == str(getattr(value, "pk", value)):
            return str(getattr(label, "plain", label))  # a count said beside it is not repeated
    if value is True:
        return "yes"
    return str(value if value is not None else ", ".join(_given(bound, bound.form.data)))


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
