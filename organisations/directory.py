"""The public directory: what was asked, what was found, and the words that say so."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.borough import codes
from vcse_portal.search.find import CAP, Ask, Counts, Matches, Page, by_rank, by_title, counts, understand
from vcse_portal.search.models import Audience
from vcse_portal.ui.paging import PLACE_KEYS, with_query

from .bands import Band
from .models import Organisation
from .search import FACETS

SIZE = 50
BANDS = {**dict(Band.choices), "unknown": Band.UNKNOWN.label}
SHORT_BANDS = {code: str(label).split(":")[0] for code, label in Band.choices}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list, all words ready."""

    href: str
    name: str
    themes: str
    ward: str
    band: str


@dataclass(frozen=True)
class Directory:
    ask: Ask
    matches: Matches | None
    page: Page
    count: Counts
    rows: list[Row]
    previous: str
    next: str
    last: str

    @property
    def sentence(self) -> str:
        """What is shown, as "34 organisations in Greenhill with income under £10,000"."""
        if self.count.is_capped:
            said = _("More than %(n)s organisations") % {"n": f"{CAP:,}"}
        else:
            said = ngettext("%(n)s organisation", "%(n)s organisations", self.count.total) % {
                "n": f"{self.count.total:,}"
            }
        return " ".join([said, *self._conditions()])

    def _conditions(self):
        words = {"theme": codes.names("theme"), "ward": codes.names("ward"), "band": BANDS}
        phrases = {"theme": _("working on"), "ward": _("in"), "band": _("of income band")}
        for group in FACETS:
            if chosen := self.ask.facets.get(group):
                yield f"{phrases[group]} {_(' or ').join(str(words[group].get(c, c)) for c in chosen)}"
        if self.ask.q:
            yield _("matching “%(q)s”") % {"q": self.matches.corrected or self.ask.q}


def ask_of(user, chosen: dict) -> Ask:
    """The question a cleaned filter form puts."""
    facets = {group: tuple(sorted(chosen.get(group) or ())) for group in FACETS}
    return Ask(
        audience=Audience.of(user),
        kind="organisation",
        q=chosen.get("q") or "",
        facets={g: c for g, c in facets.items() if c},
    )


def look_up(ask: Ask, query: QueryDict) -> Directory:
    """One page of the directory: at most five queries whatever its size."""
    matches = understand(ask) if ask.q else None
    offset = int(query["from"]) if query.get("from", "").isdecimal() and len(query["from"]) < 5 else 0
    if matches:
        page = by_rank(ask, matches, size=SIZE, offset=offset)
    else:
        page = by_title(
            ask,
            size=SIZE,
            after=query.get("after", ""),
            before=query.get("before", ""),
            last="last" in query,
        )

    def link(**place) -> str:
        return with_query(query, drop=PLACE_KEYS | {"from"}, **place)

    if matches:
        previous = link(**{"from": max(offset - SIZE, 0)}) if offset else ""
        following = link(**{"from": offset + SIZE}) if page.has_next else ""
        last = ""
    else:
        previous = link(before=page.first_key) if page.has_previous else ""
        following = link(after=page.last_key) if page.has_next else ""
        last = link(last=1) if page.has_next else ""
    return Directory(
        ask, matches, page, counts(ask, matches, FACETS), rows_of(page.ids), previous, following, last
    )


def rows_of(ids: list[int]) -> list[Row]:
    """Lines in the order of `ids`; one query, names of codes from the cache."""
    themes = codes.names("theme")
    found = Organisation.objects.filter(pk__in=ids).values_list("pk", "name", "themes", "ward__name", "band")
    rows = {
        pk: Row(
            f"/organisations/{pk}/",
            name,
            ", ".join(themes.get(t, t) for t in codes_),
            ward or "",
            SHORT_BANDS[band],
        )
        for pk, name, codes_, ward, band in found
    }
    return [rows[pk] for pk in ids if pk in rows]
