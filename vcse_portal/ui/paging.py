"""Long lists in pages: numbered where people jump about, by key where a list has many thousand rows."""

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

PLACE_KEYS = frozenset({"page", "after", "before", "last", "format"})


def with_query(query, *, drop=frozenset(), less: tuple[str, str] | None = None, **changes) -> str:
    """The same address with its query changed: keys dropped, one value of a key taken out, keys set."""
    changed = query.copy()
    for key in drop:
        changed.pop(key, None)
    if less:
        key, value = less
        changed.setlist(key, [one for one in changed.getlist(key) if one != value])
    for key, value in changes.items():
        changed[key] = value
    return f"?{changed.urlencode()}"


def page_of(request, rows, per_page: int = 25) -> Page:
    """The page the address asks for; a page that does not exist gives the nearest one that does."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


@dataclass
class KeysetPage:
    """Rows after or before a place in the order; the place is the key of a row, not its number."""

    object_list: list
    keys: tuple[str, ...]
    has_previous: bool = False
    has_next: bool = False

    def __iter__(self):
        return iter(self.object_list)

    def __len__(self):
        return len(self.object_list)

    def __bool__(self):
        return bool(self.object_list)

    @property
    def after(self) -> str:
        return place_of(self.object_list[-1], self.keys) if self.object_list else ""

    @property
    def before(self) -> str:
        return place_of(self.object_list[0], self.keys) if self.object_list else ""


def keyset_page(request, queryset: QuerySet, keys: Sequence[str] = ("pk",), per_page: int = 25) -> KeysetPage:
    """A page of `queryset` ordered by `keys`, such as ("-published_on", "-pk"); the last key must be unique.

    Takes ?after=PLACE, ?before=PLACE and ?last=1; a place that cannot be read gives the first page. One query,
    as fast for the last page as for the first. Keys must never be null.
    """
    keys = tuple(keys)
    backward, place = _asked(request.GET, keys)
    rows = queryset.order_by(*[_opposite(key) for key in keys] if backward else keys)
    if place:
        try:
            rows = rows.filter(_beyond(keys, place, backward=backward))
        except (ValueError, TypeError, OverflowError, ValidationError):  # not a value this key can have
            place, backward, rows = None, False, queryset.order_by(*keys)
    found = list(rows[: per_page + 1])
    more, found = len(found) > per_page, found[:per_page]
    if backward:
        found.reverse()
        return KeysetPage(found, keys, has_previous=more, has_next=bool(place))
    return KeysetPage(found, keys, has_previous=bool(place), has_next=more)


def _asked(query, keys) -> tuple[bool, list | None]:
    if query.get("last"):
        return True, None
    if place := _read_place(query.get("before", ""), keys):
        return True, place
    return False, _read_place(query.get("after", ""), keys)


def _opposite(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(keys: tuple[str, ...], place: list, *, backward: bool) -> Q:
    """(a, b, …) lies beyond the place in the given order, directions mixed as they may be.

    The first key is also bounded by itself, so that an index on it is used.
    """
    condition = Q()
    for index, key in enumerate(keys):
        name = key.lstrip("-")
        beyond = "lt" if key.startswith("-") != backward else "gt"
        same = {k.lstrip("-"): v for k, v in zip(keys[:index], place[:index], strict=True)}
        condition |= Q(**same, **{f"{name}__{beyond}": place[index]})
    first = keys[0]
    bound = "lte" if first.startswith("-") != backward else "gte"
    return Q(**{f"{first.lstrip('-')}__{bound}": place[0]}) & condition


def place_of(row, keys: Sequence[str]) -> str:
    """The row's key as a short text for an address."""
    values = [_plain(_value(row, key.lstrip("-"))) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _value(row, name: str):
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value):
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read_place(text: str, keys: Sequence[str]) -> list | None:
    if not text or len(text) > 2000:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None
    is_place = isinstance(values, list) and len(values) == len(keys) and all(map(_is_storable, values))
    return values if is_place else None


def _is_storable(value) -> bool:
    """A number, or text that PostgreSQL can hold."""
    if isinstance(value, str):
        return "\0" not in value and value.encode(errors="ignore").decode() == value
    return isinstance(value, int | float)


def page_links(page, query) -> dict:
    """What the pagination component shows: first, previous, numbers, next, last, each with its address."""
    if isinstance(page, KeysetPage):
        return {
            "first": with_query(query, drop=PLACE_KEYS) if page.has_previous else "",
            "previous": with_query(query, drop=PLACE_KEYS, before=page.before) if page.has_previous else "",
            "next": with_query(query, drop=PLACE_KEYS, after=page.after) if page.has_next else "",
            "last": with_query(query, drop=PLACE_KEYS, last="1") if page.has_next else "",
            "numbers": [],
        }
    if page.paginator.num_pages < 2:
        return {"numbers": []}

    def href(number):
        return with_query(query, drop=PLACE_KEYS, page=number)

    numbers = [
        (number, href(number) if isinstance(number, int) else "", number == page.number)
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "previous": href(page.previous_page_number()) if page.has_previous() else "",
        "next": href(page.next_page_number()) if page.has_next() else "",
        "numbers": numbers,
        "showing": f"{page.start_index():,} to {page.end_index():,} of {page.paginator.count:,}",
    }
