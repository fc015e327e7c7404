from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assets import operations
from assets.models import Asset
from tests.assets.factories import make_asset
from tests.factories import make_officer, make_ward
from vcse_portal.borough.models import Postcode
from vcse_portal.search.models import Audience, Entry
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-2.4, 53.3], [-2.2, 53.3], [-2.2, 53.5], [-2.4, 53.5], [-2.4, 53.3]]],
}


def last_deed(thing) -> tuple:
    facts = thing.events.order_by("-pgh_id").first().pgh_context.metadata
    return facts["deed"], facts["user"]


def errors(operation, *args, **kwargs) -> dict:
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        operation(*args, **kwargs)
    return caught.value.message_dict


def test_add_asset_tidies_what_was_typed_and_offers_it_to_search():
    officer = make_officer("property")
    asset = make_asset(
        "Éclair House", by=officer, uprn="000 100012797623", postcode="wa141pf", asset_code=" A1 "
    )
    assert (asset.uprn, asset.postcode, asset.name_sort, asset.asset_code) == (
        "100012797623",
        "WA14 1PF",
        "eclair house",
        "A1",
    )
    assert last_deed(asset) == ("added", officer.pk)
    entry = Entry.objects.get(kind="asset")
    assert (entry.title, entry.url, entry.audience) == (
        "Éclair House",
        f"/assets/{asset.pk}/",
        Audience.EVERYONE,
    )


@pytest.mark.parametrize(("typed", "kept"), [("m33", "M33"), ("WA15", "WA15"), ("", "")])
def test_add_asset_takes_the_first_half_of_a_postcode(typed, kept):
    assert make_asset(postcode=typed).postcode == kept


def test_add_asset_finds_the_ward_of_the_postcode_before_that_of_the_position():
    of_postcode, of_place = make_ward("Hale"), make_ward("Sale", boundary=SQUARE)
    Postcode.objects.create(code="WA150HF", ward=of_postcode)
    here = {"latitude": Decimal("53.4"), "longitude": Decimal("-2.3")}
    assert make_asset(postcode="WA15 0HF", **here).ward == of_postcode
    assert make_asset(postcode="WA15", **here).ward == of_place
    assert make_asset(postcode="WA15").ward is None
    assert make_asset(postcode="WA15", ward=of_place).ward == of_place


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"postcode": "M32 OXZ"},
            {"postcode": ["“M32 OXZ” is not a postcode, nor the first half of one. Did you mean M32 0XZ?"]},
        ),
        ({"uprn": "12A"}, {"uprn": ["A UPRN is a number of up to twelve digits."]}),
        ({"holding_type": "air"}, {"holding_type": ["Value 'air' is not a valid choice."]}),
        ({"energy_rating": "Z"}, {"energy_rating": ["An energy rating is a letter from A to G."]}),
        (
            {"latitude": Decimal("53.4")},
            {"longitude": ["Give latitude and longitude together, or neither."]},
        ),
        ({"asset_code": "a1"}, {"asset_code": ["The council has this code already, for First."]}),
    ],
)
def test_add_asset_refuses_what_cannot_be(facts, said):
    make_asset("First", asset_code="A1")
    assert errors(make_asset, "Second", **facts) == said
    assert Asset.objects.count() == 1


def test_codes_are_unique_among_one_owners_assets_only():
    make_asset(asset_code="A1", owner_name="The council")
    make_asset(asset_code="A1", owner_name="Homes for All")
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.filter(owner_name="Homes for All").update(owner_name="THE COUNCIL")


def test_two_assets_may_share_a_uprn():
    assert make_asset(uprn="1").uprn == make_asset(uprn="1").uprn


def test_edit_asset_changes_what_was_given_and_nothing_else():
    officer = make_officer("property")
    asset = make_asset("Before", town="Sale", postcode="M33")
    saved = operations.edit_asset(asset.pk, version=1, by=officer, name="After", is_published=False)
    asset.refresh_from_db()
    assert (asset.name, asset.name_sort, asset.town, asset.version) == ("After", "after", "Sale", 2)
    assert last_deed(saved) == ("edited", officer.pk)
    assert Entry.objects.get(kind="asset").audience == Audience.COUNCIL


def test_edit_asset_refuses_a_stale_version_and_anothers_code():
    officer = make_officer("property")
    make_asset("Other", asset_code="A1")
    asset = make_asset("Ours", asset_code="A2")
    operations.edit_asset(asset.pk, version=1, by=officer, town="Sale")
    with pytest.raises(Conflict):
        operations.edit_asset(asset.pk, version=1, by=officer, town="Hale")
    said = errors(operations.edit_asset, asset.pk, version=2, by=officer, asset_code="a1")
    assert said == {"asset_code": ["The council has this code already, for Other."]}
    asset.refresh_from_db()
    assert (asset.town, asset.asset_code, asset.version) == ("Sale", "A2", 2)
