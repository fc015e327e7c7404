import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets import operations
from assets.models import Asset
from tests.assets.factories import make_asset
from tests.factories import make_councillor, make_officer, make_user, make_ward
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db
LIST = "/assets/"
ADD = "/assets/add/"


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def names(page) -> list[str]:
    return [row.name for row in page.context["found"].rows]


# The list -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["", "?q=park", "?q=prak", "?last=1", "?holding=land&tenure=vacant"])
def test_assets_asks_as_many_queries_for_four_rows_as_for_one(sign_in, query):
    officer, ward = sign_in(make_officer("property")), make_ward("Sale")
    facts = {"ward": ward, "tenure_detail": "vacant"}
    make_asset("Park one", **facts)
    one = queries(officer, LIST + query)
    for i in range(3):
        make_asset(f"Park {i}", **facts)
    assert one == queries(officer, LIST + query) <= 8


def test_assets_uses_at_most_six_queries(client, sign_in):
    for i in range(4):
        make_asset(f"Park {i}")
    officer = sign_in(make_officer("property"))
    for reader in (client, officer):
        assert queries(reader, LIST) <= 6
        assert queries(reader, LIST + "?q=park") <= 6


def test_assets_tells_an_empty_list_from_a_search_without_result(client):
    assert "No place is listed yet" in client.get(LIST).content.decode()
    for query in ({"q": "hall"}, {"holding": "land"}):
        assert "Nothing found" in client.get(LIST, query).content.decode()


def test_assets_says_what_it_shows(client):
    ward = make_ward("Sale")
    make_asset("Here", ward=ward, tenure_detail="vacant")
    make_asset("Leased", ward=ward, tenure_detail="leasehold_out")
    make_asset("There", ward=make_ward("Hale"), tenure_detail="vacant")
    page = client.get(LIST, {"ward": ward.code, "tenure": "vacant", "holding": "land"})
    assert page.context["found"].sentence == "1 place in Sale, land, vacant"
    assert names(page) == ["Here"]
    assert client.get(LIST).context["found"].sentence == "3 places"


def test_assets_quotes_the_words_as_typed_when_it_shows_names_like_them(client):
    make_asset("Longford Park")
    assert client.get(LIST, {"q": "longfrod"}).context["found"].sentence == "1 place, matching “longford”"
    found = client.get(LIST, {"q": "longford prak"}).context["found"]
    assert (names(client.get(LIST, {"q": "longford prak"})), found.sentence[:8]) == (
        ["Longford Park"],
        "1 place,",
    )
    assert "names like this" not in found.sentence


@pytest.mark.parametrize(
    "typed",
    ["broomwood", "Mainwood Road", "WA15 7JU", "wa15", "100012800714", "TMBC0002/B0000066", "bromwood"],
)
def test_assets_finds_by_name_street_postcode_and_number(client, typed):
    make_asset(
        "Broomwood Centre",
        street="Mainwood Road",
        postcode="WA15 7JU",
        uprn="100012800714",
        asset_code="TMBC0002/B0000066",
    )
    make_asset("Claremont Centre", street="Claremont Road", postcode="M33 7DZ", uprn="100012702108")
    assert names(client.get(LIST, {"q": typed})) == ["Broomwood Centre"]


def test_assets_finds_land_by_half_a_postcode_and_those_without_a_ward(client):
    make_asset("Field", postcode="M33")
    make_asset("Hall", ward=make_ward("Sale"))
    assert names(client.get(LIST, {"q": "m33"})) == ["Field"]
    assert names(client.get(LIST, {"ward": "unknown"})) == ["Field"]


def test_assets_leaves_out_what_was_disposed_of_unless_an_officer_asks(client, sign_in):
    make_asset("Sold", status="disposed")
    make_asset("Kept")
    assert names(client.get(LIST)) == names(client.get(LIST, {"status": "disposed"})) == ["Kept"]
    officer = sign_in(make_officer("property"))
    assert names(officer.get(LIST)) == ["Kept"]
    assert names(officer.get(LIST, {"status": "disposed"})) == ["Sold"]


def test_assets_hides_unpublished_ones_from_visitors(client, sign_in):
    hidden = make_asset("Secret depot", is_published=False)
    for reader in (client, sign_in(make_user())):
        assert names(reader.get(LIST)) == names(reader.get(LIST, {"q": "secret"})) == []
        assert b"Secret" not in reader.get(LIST, {"format": "csv"}).getvalue()
        assert reader.get(hidden.get_absolute_url()).status_code == 404
    assert names(sign_in(make_councillor()).get(LIST)) == ["Secret depot"]


@pytest.mark.parametrize(
    "query", ["?ward=nonsense", "?after=%00", "?from=-1", "?q=%00", "?holding=land&holding=%27", "?page=x"]
)
def test_assets_survives_odd_addresses(client, query):
    make_asset()
    assert client.get(LIST + query).status_code == 200


def test_assets_keeps_its_place_forwards_and_back(client, monkeypatch):
    monkeypatch.setattr("assets.listing.SIZE", 2)
    for letter in "abc":
        make_asset(letter)
    first = client.get(LIST)
    second = client.get(LIST + first.context["found"].next)
    assert (names(first), names(second)) == (["a", "b"], ["c"])
    assert names(client.get(LIST + second.context["found"].previous)) == ["a", "b"]


def test_csv_holds_what_the_filters_left_in_the_transparency_codes_columns(client):
    make_asset("Hall", holding_type="buildings", tenure_detail="leasehold_out", building_size="415.50")
    make_asset("Field")
    text = client.get(LIST, {"format": "csv", "holding": "buildings"}).getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["PropertyName"], r["TenureDetail"], r["BuildingSize"], r["LandArea"]) for r in rows] == [
        ("Hall", "Leasehold Out", "415.5", "")
    ]
    assert len(rows[0]) == 20


# One asset -------------------------------------------------------------------------------------------------
def test_asset_shows_visitors_facts_and_council_people_more(client, sign_in):
    asset = make_asset("Hall", uprn="1", source="Survey of 2025", building_size="1299.30", by=make_officer())
    make_asset("Car park", uprn="1")
    page = client.get(asset.get_absolute_url()).content.decode()
    assert "1,299.3 square metres" in page
    council = sign_in(make_councillor()).get(asset.get_absolute_url()).content.decode()
    for words in ("Survey of 2025", "Car park", "History"):
        assert (words in page, words in council) == (False, True), words


def test_asset_does_not_link_an_owner_that_is_not_published(client, sign_in):
    owner = make_organisation("Quiet Trust", is_published=False)
    asset = make_asset("Hall", owner=owner, owner_name="Quiet Trust")
    link = owner.get_absolute_url().encode()
    assert link not in client.get(asset.get_absolute_url()).content
    assert link in sign_in(make_councillor()).get(asset.get_absolute_url()).content


def test_asset_uses_at_most_nine_queries_however_many_share_its_uprn(sign_in):
    asset = make_asset(uprn="1", ward=make_ward(), owner=make_organisation())
    officer = sign_in(make_officer("property"))
    make_asset(uprn="1")
    operations.edit_asset(asset.pk, by=make_officer("property"), town="Hale")
    one = queries(officer, asset.get_absolute_url())
    for _ in range(3):
        make_asset(uprn="1")
        operations.edit_asset(asset.pk, by=make_officer("property"), town="Sale")
    assert one == queries(officer, asset.get_absolute_url()) <= 9


# Writing ----------------------------------------------------------------------------------------------------
def facts(**changes) -> dict:
    known = {"name": "Hall", "holding_type": "land", "asset_code": "A1", "owner_name": "The council"}
    return known | {"status": "current", "is_published": "on", "version": "1"} | changes


def test_asset_add_puts_it_on_the_list_once_however_often_it_is_pressed(sign_in):
    officer = sign_in(make_officer("property"))
    assert officer.get(ADD).status_code == 200
    answer = officer.post(ADD, facts(postcode="m33"))
    asset = Asset.objects.get()
    assert (answer.url, asset.postcode, asset.source) == (asset.get_absolute_url(), "M33", "Council officer")
    again = officer.post(ADD, facts(postcode="m33"))
    assert list(again.context["form"].errors) == ["asset_code"]
    assert Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("holding_type", "air"),
        ("uprn", "12A"),
        ("postcode", "nowhere"),
        ("latitude", "north"),
        ("latitude", "NaN"),
        ("longitude", "181"),
        ("building_size", "-1"),
        ("land_area", "1e99"),
        ("energy_rating", "Z"),
        ("effective_on_0", "31"),
        ("owner", "999"),
        ("ward", "999"),
        ("version", ""),
    ],
)
def test_asset_add_says_what_is_wrong_and_keeps_nothing(sign_in, field, value):
    answer = sign_in(make_officer("property")).post(ADD, facts(**{field: value}))
    assert (answer.status_code, Asset.objects.count()) == (200, 0)
    assert list(answer.context["form"].errors) == [field.removesuffix("_0")]


def test_asset_edit_changes_it_and_a_stale_form_is_a_conflict_that_keeps_the_input(sign_in):
    asset = make_asset("Before", asset_code="A1", owner=make_organisation("Owner"))
    address = reverse("assets:asset_edit", args=[asset.pk])
    officer = sign_in(make_officer("property"))
    shown = officer.get(address)
    assert shown.context["form"].initial["owner"] == asset.owner
    assert officer.post(address, facts(name="Theirs", owner=asset.owner_id)).status_code == 302
    answer = officer.post(address, facts(name="Mine"))
    asset.refresh_from_db()
    assert (answer.status_code, asset.name, asset.version) == (409, "Theirs", 2)
    assert b"Mine" in answer.content
    assert officer.post(address, facts(name="Mine", version="2")).status_code == 302


def test_writing_is_for_property_officers(client, sign_in):
    edit = reverse("assets:asset_edit", args=[make_asset().pk])
    for address in (ADD, edit):
        assert client.get(address).status_code == 302
        for person in (make_user(), make_officer("partnerships"), make_councillor()):
            assert sign_in(person).get(address).status_code == 403
            assert sign_in(person).post(address, facts()).status_code == 403
    assert Asset.objects.count() == 1


@pytest.mark.parametrize("path", ["999999/", "999999/edit/"])
def test_an_asset_nobody_knows_is_not_there(sign_in, path):
    assert sign_in(make_officer("property")).get(LIST + path).status_code == 404


def test_asset_edit_keeps_a_ward_that_is_gone(sign_in):
    ward = make_ward("Old ward", is_current=False)
    asset = make_asset("Hall", asset_code="A1", ward=ward)
    officer, address = sign_in(make_officer("property")), reverse("assets:asset_edit", args=[asset.pk])
    assert f'value="{ward.pk}" selected' in str(officer.get(address).context["form"]["ward"])
    assert officer.post(address, facts(ward=ward.pk)).status_code == 302
    asset.refresh_from_db()
    assert (asset.ward, asset.version) == (ward, 2)
    assert "Old ward" not in str(officer.get(ADD).context["form"]["ward"])
