"""Groups by ward for any question to the directory: a map, and the table that says the same."""

from dataclasses import dataclass, replace

from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vcse_portal.borough.models import Ward
from vcse_portal.search.find import Ask, Matches, kept, understand
from vcse_portal.search.registry import version
from vcse_portal.ui.paging import PLACE_KEYS, with_query
from vcse_portal.ui.wardmap import ward_map

GROUP = "ward"
HEADER = ("Ward code", "Ward", "Organisations")


@dataclass(frozen=True)
class WardRow:
    code: str
    name: str
    number: int
    href: str


@dataclass(frozen=True)
class WardMap:
    """Wards with their numbers of groups, most first; a group that works in several wards counts in each."""

    rows: list[WardRow]
    svg: SafeString

    @property
    def most(self) -> WardRow | None:
        return self.rows[0] if self.rows and self.rows[0].number else None


def map_of(ask: Ask, query: QueryDict) -> WardMap:
    """The map of what a question finds, whatever wards it names; each ward leads to its list. Two queries."""
    numbers = groups_by_ward(ask)
    wards = list(Ward.objects.current().order_by("name").values_list("code", "name", "boundary"))
    href = reverse("organisations:directory") + with_query(
        query, drop=PLACE_KEYS | {GROUP, "from"}, ward="{code}"
    )
    href = href.replace("%7Bcode%7D", "{code}")
    rows = [WardRow(c, n, numbers.get(c, 0), href.replace("{code}", c)) for c, n, _boundary in wards]
    svg = ward_map(
        [(code, name, boundary, numbers.get(code, 0)) for code, name, boundary in wards],
        title=_("Map of the wards, each a link to its groups"),
        href=href,
        unit=_("groups"),
    )
    return WardMap(sorted(rows, key=lambda row: (-row.number, row.name)), svg)


def groups_by_ward(ask: Ask) -> dict[str, int]:
    """Ward code → how many of the organisations found work there or are based there: every one, no cap."""
    ask = replace(ask, facets={g: c for g, c in ask.facets.items() if g != GROUP})
    now = version(ask.kind)
    matches = kept(now, understand, ask) if ask.q else Matches()
    return kept(now, _count, ask, matches)


def _count(ask: Ask, matches: Matches) -> dict[str, int]:
    match, match_values = matches.where()
    where, values = ask.where()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT substr(f, {len(GROUP) + 2}), count(*) FROM search_entry, unnest(facets) f"  # noqa: S608
            f" WHERE {match} AND {where} AND f LIKE %s GROUP BY f",
            [*match_values, *values, f"{GROUP}:%"],
        )
        return dict(cursor.fetchall())
