"""Parts of pages drawn once and kept in the process: the same template and the same values give the same markup.

A part is drawn from what is named and nothing else, neither the reader nor the request, and all that is named is
what it is found again by. So nothing of one person, language or day can come to another, and nothing has to be
thrown away when a record changes: changed words are another part.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 4096  # parts kept; a line of a list has some 400 bytes
PLAIN = frozenset({str, SafeString, int, float, bool, type(None), Decimal, dt.date})


def drawn(template: str, **values) -> SafeString:
    """The markup of a template for these values: words, figures, days, and tuples or frozen dataclasses of them.

    A thing may also say itself what its markup follows from: `drawn_from()` gives something hashable, or None when
    it has to be drawn afresh. TypeError is raised for what may change while it stays equal, such as a model.
    """
    try:
        part = _Part((template, *_reading(), *values, *map(_key, values.values())), values)
    except DrawAfresh:
        return get_template(template).render(values)
    return _of(part)


def drawn_rows(template: str, rows: Iterable, **values) -> SafeString:
    """One part a row, which the template knows as `row`, one after the other; for each as for `drawn`."""
    common = template, *_reading(), *values, *map(_key, values.values())
    parts = [_Part((*common, _key(row)), {"row": row, **values}) for row in rows]
    return SafeString("".join(map(_of, parts)))


def _reading() -> tuple:
    """In what language and on which day the part is read: it may say "in 3 days"."""
    return get_language(), timezone.localdate()


class DrawAfresh(Exception):
    """One of the values is not to be kept this time."""


class _Part:
    """What to draw, equal to another when all that is named is."""

    __slots__ = ("key", "values")

    def __init__(self, key: tuple, values: dict):
        self.key, self.values = key, values

    def __hash__(self):
        return hash(self.key)

    def __eq__(self, other):
        return self.key == other.key


def _of(part: _Part) -> SafeString:
    return _undrawn(part) if settings.DEBUG else _drawn(part)  # under a developer's hands templates change


def _undrawn(part: _Part) -> SafeString:
    return get_template(part.key[0]).render(dict(part.values))


_drawn = lru_cache(MOST)(_undrawn)


def _key(value) -> Hashable:
    """Equal for what draws alike. Types count: True is no 1, and safe markup no text that reads the same."""
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if isinstance(value, Promise):  # words of the reader's language
        return str, str(value)
    if isinstance(value, list | tuple):
        return tuple([_key(one) for one in value])
    if is_dataclass(kind) and kind.__dataclass_params__.frozen:
        found = _fields(kind)(value)
        types = tuple(map(type, found))
        return (kind, found, types) if PLAIN.issuperset(types) else (kind, *map(_key, found))
    if hasattr(value, "drawn_from"):
        if (found := value.drawn_from()) is None:
            raise DrawAfresh
        return kind, found
    raise TypeError(f"A part that is kept is drawn from plain values, not from {kind.__name__}.")


@cache
def _fields(kind: type) -> Callable:
    names = [f.name for f in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda record: tuple(getattr(record, n) for n in names)
