"""The list as the Transparency Code lays it out: the same twenty columns that the import reads."""

from collections.abc import Iterator

from vcse_portal.search.find import Ask, all_ids

from .models import Asset
from .words import HOLDING_TYPES, TENURE_DETAILS, TENURE_TYPES, word_of

HEADER = (
    "OrganisationLabel", "OrganisationURI", "EffectiveDate", "UPRN", "AssetCode", "PropertyName", "StreetNumber",
    "StreetName", "PostTown", "PostCode", "CoordinateReferenceSystem", "GeoX", "GeoY", "TenureType", "TenureDetail",
    "OtherDetail", "HoldingType", "BuildingSize", "LandArea", "EnergyRating",
)  # fmt: skip
CHUNK = 1000


def rows(ask: Ask) -> Iterator[tuple]:
    """Every asset the question finds, by name."""
    ids = all_ids(ask)
    for start in range(0, len(ids), CHUNK):
        for asset in Asset.objects.filter(pk__in=ids[start : start + CHUNK]):
            yield row_of(asset)


def row_of(a: Asset) -> tuple:
    return (
        a.owner_name, a.owner_uri, a.effective_on, a.uprn, a.asset_code, a.name, a.street_number,
        a.street, a.town, a.postcode, "WGS84" if a.has_position else "", _plain(a.longitude), _plain(a.latitude),
        word_of(TENURE_TYPES, a.tenure_type), word_of(TENURE_DETAILS, a.tenure_detail),
        a.other_detail, word_of(HOLDING_TYPES, a.holding_type), _plain(a.building_size), _plain(a.land_area),
        a.energy_rating,
    )  # fmt: skip


def _plain(number):
    """Without the zeros that only say how many places we keep."""
    return None if number is None else number.normalize() + 0
