"""A list that is a search: the question its filters put, one page of what was found, and the way to its neighbours."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from vcse_portal.ui.paging import PLACE_KEYS, with_query

from .find import Ask, Counts, Matches, Page, by_rank, by_title, counts, understand
from .models import Audience

LONGEST_OFFSET = 4  # digits


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
) -> Listing:
    """One page, by rank when words were asked for, else by title: at most five queries whatever the size.

    `query` tells the place (after, before, last; from, by rank); `rows_of` makes lines of ids, in their order.
    """
    matches = understand(ask) if ask.q else None
    if matches:
        offset = _offset(query.get("from", ""))
        page = by_rank(ask, matches, size=size, offset=offset)
        places = _ranked_places(page, query, size, offset)
    else:
        page = by_title(
            ask,
            size=size,
            after=query.get("after", ""),
            before=query.get("before", ""),
            last="last" in query,
        )
        places = _titled_places(page, query)
    return listing(ask, matches, page, counts(ask, matches, groups), rows_of(page.ids), *places)


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
    for group in groups:
        field = form.fields[group]
        field.choices = [
            (code, Counted(label, facets[f"{group}:{code}"]))
            if f"{group}:{code}" in facets
            else (code, label)
            for code, label in field.choices
        ]
