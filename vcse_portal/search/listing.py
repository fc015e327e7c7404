"""A list that is a search: the question its filters put, one page of what was found, and the way to its neighbours."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import get_language

from vcse_portal.borough import memory
from vcse_portal.ui.paging import PLACE_KEYS, with_query

from .find import Ask, Counts, Matches, Page, by_title, count, kept
from .models import Audience
from .ranked import answer
from .registry import version

LONGEST_OFFSET = 4  # digits
MOST_LINES = 10_000  # kept of a list


@dataclass(frozen=True)
class Listing:
    """One page of a list. A room's own subclass adds the sentence that says what is shown."""

    ask: Ask
    matches: Matches | None
    page: Page
    count: Counts
    rows: list
    previous: str
    next: str
    last: str

    @property
    def searched_for(self) -> str:
        """The words as a sentence may quote them: corrected where they were, else as they were typed."""
        corrected = self.matches.corrected if self.matches and self.matches.tsquery else ""
        return corrected or self.ask.q

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for, so that finding nothing is the question's doing."""
        return bool(self.ask.q or self.ask.facets)


def ask_of(user, kind: str, groups: tuple[str, ...], chosen: dict) -> Ask:
    """The question a cleaned filter form puts: its words `q`, and its choices in each group of facets."""
    facets = {group: tuple(sorted(chosen.get(group) or ())) for group in groups}
    return Ask(
        audience=Audience.of(user),
        kind=kind,
        q=chosen.get("q") or "",
        facets={g: c for g, c in facets.items() if c},
    )


def look_up(
    ask: Ask,
    query: QueryDict,
    *,
    groups: tuple[str, ...],
    size: int,
    rows_of: Callable[[list[int]], list],
    listing: type[Listing] = Listing,
    keep_rows: bool = False,
) -> Listing:
    """One page, by rank when words were asked for, else by title: at most six queries whatever the size.

    `query` tells the place (after, before, last; from, by rank); `rows_of` makes lines of ids, in their order.
    Answers are kept until an entry of the kind changes. With `keep_rows` lines are kept too, each until its own
    entry is written: they may say nothing but what the thing itself holds, in words and the borough's names.
    """
    now = version(ask.kind)
    if ask.q:
        offset = _offset(query.get("from", ""))
        matches, page, counts = kept(now, answer, ask, groups, size=size, offset=offset)
        places = _ranked_places(page, query, size, offset)
    else:
        matches, counts = None, kept(now, count, ask, None, groups)
        page = kept(
            now,
            by_title,
            ask,
            size=size,
            after=query.get("after", ""),
            before=query.get("before", ""),
            last="last" in query,
        )
        places = _titled_places(page, query)
    rows = _kept_rows(ask.kind, page, rows_of) if keep_rows else rows_of(page.ids)
    return listing(ask, matches, page, counts, rows, *places)


def _kept_rows(kind: str, page: Page, rows_of: Callable[[list[int]], list]) -> list:
    """Lines by id and stamp, in the reader's language, for as long as the borough's lists stay as they are."""
    lines = memory.remember(f"lines.{kind}.{rows_of.__module__}.{get_language()}", dict)
    wanted = list(zip(page.ids, page.stamps, strict=True))
    known = {place: lines[place] for place in wanted if place in lines}
    if missing := [place for place in wanted if place not in known]:
        made = rows_of([pk for pk, _ in missing])
        if len(made) < len(missing):  # one is gone since
            return rows_of(page.ids)
        known.update(zip(missing, made, strict=True))
        if len(lines) > MOST_LINES:
            lines.clear()
        lines.update(known)
    return [known[place] for place in wanted]


def _offset(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_OFFSET else 0


def _link(query: QueryDict, **place) -> str:
    return with_query(query, drop=PLACE_KEYS | {"from"}, **place)


def _ranked_places(page: Page, query: QueryDict, size: int, offset: int) -> tuple[str, str, str]:
    previous = _link(query, **{"from": max(offset - size, 0)}) if offset else ""
    return previous, _link(query, **{"from": offset + size}) if page.has_next else "", ""


def _titled_places(page: Page, query: QueryDict) -> tuple[str, str, str]:
    previous = _link(query, before=page.first_key) if page.has_previous else ""
    following = _link(query, after=page.last_key) if page.has_next else ""
    return previous, following, _link(query, last=1) if page.has_next else ""


class Counted(str):
    """A choice's words with how many it would leave: "Land (15)", and `plain` without."""

    __slots__ = ("plain",)

    def __new__(cls, label, number):
        self = super().__new__(cls, f"{label} ({number:,})")
        self.plain = label
        return self


def count_choices(form, groups: tuple[str, ...], facets: dict[str, int]) -> None:
    """Say beside each choice of a filter form how many things it would leave."""
    for group in groups if facets else ():
        field = form.fields[group]
        counted = [
            (code, Counted(label, facets[f"{group}:{code}"]))
            if f"{group}:{code}" in facets
            else (code, label)
            for code, label in field.choices
        ]
        field._choices = field.widget._choices = (
            counted  # in the shape Django would bring them into once more
        )
