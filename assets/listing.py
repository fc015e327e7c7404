"""The list of land and buildings: what was asked, what was found, and the words that say so."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vcse_portal.borough import codes
from vcse_portal.search import listing
from vcse_portal.search.find import CAP, Ask
from vcse_portal.search.listing import Listing

from .models import Asset, HoldingType, TenureDetail
from .search import FACETS

SIZE = 50
UNKNOWN = gettext_lazy("Not known")
HOLDINGS = dict(HoldingType.choices)
TENURES = {**dict(TenureDetail.choices), "unknown": UNKNOWN}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list, all words ready."""

    href: str
    name: str
    place: str
    ward: str
    kind: str
    use: str
    is_published: bool


class Assets(Listing):
    @property
    def is_narrowed(self) -> bool:
        return bool(self.ask.q) or self.ask.facets != {"status": (Asset.Status.CURRENT.value,)}

    @property
    def sentence(self) -> str:
        """What is shown, as "34 places in Hale or Sale, land, vacant"."""
        if self.count.is_capped:
            said = _("More than %(n)s places") % {"n": f"{CAP:,}"}
        else:
            said = ngettext("%(n)s place", "%(n)s places", self.count.total) % {"n": f"{self.count.total:,}"}
        return "".join([said, *self._conditions()])

    def _conditions(self):
        chosen, names = self.ask.facets, codes.names("ward")
        if wards := chosen.get("ward"):
            said = _(" or ").join(_("no known ward") if w == "unknown" else names.get(w, w) for w in wards)
            yield " " + _("in %(wards)s") % {"wards": said}
        for group, words in (("holding", HOLDINGS), ("tenure", TENURES)):
            if picked := chosen.get(group):
                yield ", " + _(" or ").join(str(words.get(code, code)).lower() for code in picked)
        if "disposed" in chosen.get("status", ()):
            yield ", " + _("disposed of")
        if self.ask.q:
            yield ", " + _("matching “%(q)s”") % {"q": self.searched_for}


def ask_of(user, chosen: dict) -> Ask:
    """The question a cleaned filter form puts; without a word about it, what is in the portfolio."""
    status = chosen.get("status") or [Asset.Status.CURRENT]
    return listing.ask_of(user, "asset", FACETS, {**chosen, "status": [str(s) for s in status]})


def look_up(ask: Ask, query: QueryDict) -> Assets:
    """One page of the list."""
    return listing.look_up(ask, query, groups=FACETS, size=SIZE, rows_of=rows_of, listing=Assets)


def rows_of(ids: list[int]) -> list[Row]:
    """Lines in the order of `ids`; one query."""
    base = reverse("assets:assets")
    found = Asset.objects.filter(pk__in=ids).select_related("ward").defer("ward__boundary")
    rows = {a.pk: _row(base, a) for a in found}
    return [rows[pk] for pk in ids if pk in rows]


def _row(base: str, asset: Asset) -> Row:
    use = str(TENURES.get(asset.tenure_detail or "unknown"))
    if asset.other_detail:
        use = (
            f"{use}: {asset.other_detail}"
            if asset.tenure_detail != TenureDetail.OTHER
            else asset.other_detail
        )
    return Row(
        f"{base}{asset.pk}/",
        asset.name,
        asset.address,
        asset.ward.name if asset.ward else "",
        str(HOLDINGS[asset.holding_type]),
        use,
        asset.is_published,
    )
