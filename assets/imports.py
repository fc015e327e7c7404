"""Land and buildings from the twenty columns of the Local Government Transparency Code 2015."""

from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.db.models.functions import Upper
from django.urls import reverse

from vcse_portal.accounts.models import Role
from vcse_portal.borough.postcodes import ward_at, wards_of
from vcse_portal.imports import (
    EDITED,
    POINTED_TO,
    Importer,
    Outcome,
    Planned,
    changes,
    edited_since,
    put_back,
    register,
    remove,
)
from vcse_portal.search import registry as search
from vcse_portal.ui.csv import unguard

from . import bulk, cells
from .models import Asset
from .words import HOLDING_TYPES, TENURE_DETAILS, TENURE_TYPES, code_of


@register
class LandAndBuildingsImporter(Importer):
    """An asset is its owner's code for it. A UPRN names a property, which may be several assets; many have none."""

    kind = "land_and_buildings"
    label = "Land and buildings (Transparency Code)"
    noun = "asset"
    key_label = "asset code"
    roles = (Role.PROPERTY,)
    source = "Transparency Code file"
    columns = ("OrganisationLabel", "AssetCode", "PropertyName", "TenureType", "TenureDetail", "HoldingType")
    optional_columns = (
        "OrganisationURI", "EffectiveDate", "UPRN", "StreetNumber", "StreetName", "PostTown", "PostCode",
        "CoordinateReferenceSystem", "GeoX", "GeoY", "OtherDetail", "BuildingSize", "LandArea", "EnergyRating",
    )  # fmt: skip
    summary_columns = ("PropertyName", "PostTown", "AssetCode")
    field_labels = {
        "uprn": "UPRN",
        "ward_id": "Ward",
        "effective_on": "True on",
        "owner_uri": "Owner’s identifier",
    }

    def start(self):
        self.uprns = Counter()

    def key(self, row):
        owner, code = _cell(row, "OrganisationLabel"), _cell(row, "AssetCode")
        if not owner:
            raise ValidationError("The row does not say who holds the asset (OrganisationLabel).")
        if not code:
            raise ValidationError("The row has no asset code.")
        if len(code) > 40:
            raise ValidationError("The asset code is longer than 40 characters.")
        if not _cell(row, "PropertyName") and not _cell(row, "StreetName"):
            raise ValidationError("The row has no name and no street.")
        if not code_of(HOLDING_TYPES, row["HoldingType"]):
            known = ", ".join(HOLDING_TYPES)
            raise ValidationError(f"“{row['HoldingType'][:60]}” is not one of {known}.")
        return _key(owner, code)

    def plan(self, rows):
        read = []
        for row in rows:
            reasons: list[str] = []
            read.append((row, facts_of(row, reasons), reasons))
        self.uprns.update(f["uprn"] for _, f, _ in read if f["uprn"])
        wards = wards_of(f["postcode"] for _, f, _ in read if " " in f["postcode"])
        held = self._held([f["asset_code"] for _, f, _ in read])
        for row, facts, reasons in read:
            facts["ward_id"] = _ward(facts, wards)
            yield self._planned(row, facts, reasons, held.get(_key(facts["owner_name"], facts["asset_code"])))

    def _held(self, codes) -> dict[str, Asset]:
        found = Asset.objects.annotate(plain_code=Upper("asset_code")).filter(
            plain_code__in={code.upper() for code in codes}
        )
        return {_key(asset.owner_name, asset.asset_code): asset for asset in found}

    def _planned(self, row, facts, reasons, asset) -> Planned:
        if asset is None:
            return Planned(row, Outcome.NEW, values=facts, reasons=reasons)
        said = {
            n: v for n, v in facts.items() if v not in (None, "") and n not in ("asset_code", "owner_name")
        }
        changed = changes(asset, said)
        planned = Planned(
            row, Outcome.CHANGED, values=said, changes=changed, reasons=reasons, target_id=asset.pk
        )
        if not changed:
            planned.outcome = Outcome.UNCHANGED
        elif facts["effective_on"] and asset.effective_on and facts["effective_on"] < asset.effective_on:
            planned.outcome, planned.then = Outcome.SUSPICIOUS, Outcome.CHANGED
            reasons.append("The row is older than what we hold. Tick it to put the older facts back.")
        return planned

    def remarks(self):
        shared = sum(1 for times in self.uprns.values() if times > 1)
        said = f"{shared} UPRN{' stands' if shared == 1 else 's stand'} at more than one asset."
        return [f"{said} That is no fault: an asset is known by its asset code."] if shared else []

    def apply(self, batch, *, by):
        new = [p for p in batch if p.target_id is None]
        made = bulk.add_many([p.values for p in new], source=self.source)
        for planned, pk in zip(new, made, strict=True):
            planned.target_id = pk
        old = [p for p in batch if p not in new]
        bulk.change_many({p.target_id: {n: p.values[n] for n in p.changes} for p in old})

    def finish(self, *, by):
        search.rebuild_words()

    def undo(self, rows, *, by):
        ids = [r.target_id for r in rows]
        edited = edited_since(self.run, Asset, ids)
        assets = Asset.objects.select_for_update().in_bulk(ids)
        here = [row for row in rows if row.target_id in assets]
        kept = {row.pk: EDITED for row in here if row.target_id in edited}
        mine = [row for row in here if row.pk not in kept]
        made = {row.target_id: row.pk for row in mine if row.outcome == Outcome.NEW}
        kept |= {made[pk]: POINTED_TO for pk in remove(Asset, made)}
        bulk.change_many(_as_before([row for row in mine if row.outcome == Outcome.CHANGED], assets))
        search.index(bulk.KIND, made)
        return kept

    def target_url(self, target_id):
        return reverse("assets:asset", args=[target_id])


def facts_of(row, reasons: list[str]) -> dict:
    """The row in our terms; a sentence in `reasons` for each thing read differently or left out."""
    latitude, longitude = cells.position(
        row.get("CoordinateReferenceSystem"), row.get("GeoX"), row.get("GeoY"), reasons
    )
    return {
        "owner_name": cells.words(_cell(row, "OrganisationLabel"), 120, "The name of the owner", reasons),
        "owner_uri": _address(row.get("OrganisationURI"), reasons),
        "effective_on": cells.day(row.get("EffectiveDate"), "the day the facts were true", reasons),
        "uprn": cells.uprn(row.get("UPRN"), reasons),
        "asset_code": _cell(row, "AssetCode"),
        "name": _name(row, reasons),
        "street_number": cells.words(_cell(row, "StreetNumber"), 20, "The street number", reasons),
        "street": cells.words(_cell(row, "StreetName"), 120, "The street", reasons),
        "town": cells.words(_cell(row, "PostTown"), 60, "The town", reasons),
        "postcode": cells.postcode(row.get("PostCode"), reasons),
        "latitude": latitude,
        "longitude": longitude,
        "tenure_type": cells.coded(TENURE_TYPES, row["TenureType"], "tenure", reasons),
        "tenure_detail": cells.coded(TENURE_DETAILS, row["TenureDetail"], "kind of use", reasons),
        "other_detail": cells.words(_cell(row, "OtherDetail"), 120, "The other detail", reasons),
        "holding_type": code_of(HOLDING_TYPES, row["HoldingType"]),
        "building_size": cells.number(row.get("BuildingSize"), 2, "size in square metres", reasons),
        "land_area": cells.number(row.get("LandArea"), 4, "land area in hectares", reasons),
        "energy_rating": cells.energy_rating(row.get("EnergyRating"), reasons),
    }


def _cell(row, column: str) -> str:
    """The text without the mark that our own download puts before what a spreadsheet might run."""
    return unguard(row.get(column)).strip()


def _name(row, reasons) -> str:
    if name := _cell(row, "PropertyName"):
        return cells.words(name, 250, "The name", reasons)
    reasons.append("The row has no name, so it was named after its street.")
    return f"{_cell(row, 'StreetNumber')} {_cell(row, 'StreetName')}".strip()[:250]


def _address(text: str, reasons) -> str:
    if text and (not text.startswith(("http://", "https://")) or len(text) > 250):
        reasons.append("OrganisationURI is not a web address; it was left out.")
        return ""
    return text


def _key(owner: str, code: str) -> str:
    return f"{owner.strip().lower()[:75]}|{code.strip().upper()}"


def _ward(facts: dict, wards: dict) -> int | None:
    """Of the whole postcode, else of the position."""
    ward = wards.get(facts["postcode"])
    if ward is None and facts["latitude"] is not None:
        ward = ward_at(float(facts["latitude"]), float(facts["longitude"]))
    return ward.pk if ward else None


def _as_before(rows, assets: dict[int, Asset]) -> dict[int, dict]:
    """id → field → the value it had. Newest first: the oldest row has the last word."""
    back: dict[int, dict] = defaultdict(dict)
    for row in rows:
        asset = assets[row.target_id]
        back[asset.pk] |= {name: getattr(asset, name) for name in put_back(asset, row.changes)}
    return back
