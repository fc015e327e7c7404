"""The public directory: what was asked, what was found, and the words that say so."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.borough import codes
from vcse_portal.search import listing
from vcse_portal.search.find import CAP, Ask, Page, count, kept, understand
from vcse_portal.search.listing import Listing
from vcse_portal.search.registry import version

from .bands import Band
from .models import Organisation
from .search import FACETS, UNKNOWN

SIZE = 50
BANDS = {**dict(Band.choices), UNKNOWN: Band.UNKNOWN.label}
STRUCTURES = {**dict(Organisation.Structure.choices), UNKNOWN: Organisation.Structure.UNKNOWN.label}
AMOUNTS = {
    code: capfirst(str(label).split(": ")[-1]) for code, label in BANDS.items()
}  # without the band's name
AMOUNTS_WITHIN = {code: words[:1].lower() + words[1:] for code, words in AMOUNTS.items()}  # a sentence


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list, all words ready."""

    href: str
    name: str
    themes: str
    ward: str
    band: str


class Directory(Listing):
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
        words = {
            "theme": codes.names("theme"),
            "community": codes.names("community"),
            "ward": codes.names("ward"),
            "structure": STRUCTURES,
            "band": AMOUNTS_WITHIN,
            "support": codes.names("support"),
        }
        phrases = {
            "theme": _("working on"),
            "community": _("serving"),
            "ward": _("in"),
            "structure": _("with the legal structure"),
            "band": _("with an income of"),
            "support": _("offering others help with"),
        }
        for group, phrase in phrases.items():
            if chosen := self.ask.facets.get(group):
                yield f"{phrase} {_(' or ').join(str(words[group].get(c, c)) for c in chosen)}"
        if self.ask.q:
            yield _("matching “%(q)s”") % {"q": self.searched_for}


def ask_of(user, chosen: dict) -> Ask:
    """The question a cleaned filter form puts."""
    return listing.ask_of(user, "organisation", FACETS, chosen)


def look_up(ask: Ask, query: QueryDict) -> Directory:
    """One page of the directory."""
    return listing.look_up(
        ask, query, groups=FACETS, size=SIZE, rows_of=rows_of, listing=Directory, keep_rows=True
    )


def look_up_for_map(ask: Ask) -> Directory:
    """What is said above a map: how many were found and how many each filter would leave, without a page of them."""
    now = version(ask.kind)
    matches = kept(now, understand, ask) if ask.q else None
    nothing = Page([], [], has_next=False, has_previous=False)
    return Directory(ask, matches, nothing, kept(now, count, ask, matches, FACETS), [], "", "", "")


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
            AMOUNTS[band],
        )
        for pk, name, codes_, ward, band in found
    }
    return [rows[pk] for pk in ids if pk in rows]
