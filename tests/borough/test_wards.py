"""Wards from boundary files: what is new, changed, closed, and what is refused."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tests.factories import make_administrator
from vcse_portal.borough import codes
from vcse_portal.borough.boundaries import read_geojson
from vcse_portal.borough.models import Ward
from vcse_portal.borough.operations import load_wards, save_council
from vcse_portal.borough.postcodes import ward_at

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "files"
REAL = Path(__file__).parents[3] / "shared/data/geography"


def square(west, south=53.40, size=0.02, **properties):
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def ons(code, name, west, authority="E08000009", year=25):
    names = {
        f"WD{year}CD": code,
        f"WD{year}NM": name,
        f"LAD{year}CD": authority,
        "FID": 1,
        f"WD{year}NMW": " ",
    }
    return square(west, **names)


@pytest.fixture
def three():
    return [
        ons("E05000001", "Abbey", -2.40),
        ons("E05000002", "Brook", -2.38),
        ons("E05000003", "Castle", -2.36),
    ]


def test_load_wards_takes_a_new_file(three):
    administrator = make_administrator()
    loaded = load_wards(three, by=administrator)
    assert str(loaded) == "3 new, 0 changed, 0 unchanged, 0 closed"
    ward = Ward.objects.get(code="E05000002")
    assert (ward.name, ward.authority, ward.is_current) == ("Brook", "E08000009", True)
    assert ward.events.get().pgh_context.metadata == {"deed": "wards loaded", "user": administrator.pk}


def test_load_wards_again_changes_nothing(three):
    load_wards(three)
    assert str(load_wards(three)) == "0 new, 0 changed, 3 unchanged, 0 closed"
    assert Ward.objects.get(code="E05000001").events.count() == 1


def test_load_wards_reads_any_year_in_the_column_names(three):
    load_wards(three)
    again = [ons(f"E0500000{n}", name, -2.42 + n / 50, year=26) for n, name in enumerate("XYZ", start=1)]
    assert str(load_wards(again)) == "0 new, 3 changed, 0 unchanged, 0 closed"


def test_load_wards_closes_what_the_authority_no_longer_has_and_deletes_nothing(three):
    load_wards(three)
    load_wards([ons("E05000009", "Elsewhere", 0.10, authority="E09000015")])
    loaded = load_wards(three[:2], on=date(2026, 5, 7))
    assert str(loaded) == "0 new, 0 changed, 2 unchanged, 1 closed"
    closed = Ward.objects.get(code="E05000003")
    assert (closed.is_current, closed.valid_to) == (False, date(2026, 5, 7))
    assert Ward.objects.get(code="E05000009").is_current
    assert str(load_wards(three)) == "0 new, 1 changed, 2 unchanged, 0 closed"
    assert Ward.objects.get(code="E05000003").valid_to is None


def test_load_wards_without_authority_takes_that_of_the_wards_it_shares(three):
    load_wards(three)
    plain = [square(-2.40, area_code="E05000001", area_name="Abbey")]
    assert str(load_wards(plain)) == "0 new, 0 changed, 1 unchanged, 2 closed"


def test_load_wards_without_authority_or_a_shared_ward_closes_nothing(three):
    load_wards(three)
    save_council(gss_code="E08000009")
    plain = [square(-2.30, area_code="E05000007", area_name="New town")]
    assert str(load_wards(plain)) == "1 new, 0 changed, 0 unchanged, 0 closed"
    assert Ward.objects.get(code="E05000007").authority == "E08000009"


def test_load_wards_does_not_call_a_shift_of_centimetres_a_change(three):
    load_wards(three)
    for feature in three:
        ring = feature["geometry"]["coordinates"][0]
        feature["geometry"]["coordinates"][0] = [[x + 2e-6, y - 2e-6] for x, y in ring]
    assert str(load_wards(three)) == "0 new, 0 changed, 3 unchanged, 0 closed"


def test_load_wards_mends_a_boundary_that_crosses_itself():
    bow_tie = square(-2.4, area_code="E05000001", area_name="Abbey")
    bow_tie["geometry"]["coordinates"] = [
        [[-2.4, 53.4], [-2.3, 53.5], [-2.3, 53.4], [-2.4, 53.5], [-2.4, 53.4]]
    ]
    load_wards([bow_tie])
    assert Ward.objects.get().boundary["type"] == "MultiPolygon"


def test_load_wards_forgets_what_was_cached(three):
    load_wards(three)
    assert codes.names("ward")["E05000001"] == "Abbey"
    assert ward_at(53.41, -2.39).code == "E05000001"
    three[0]["properties"]["WD25NM"] = "Abbey Park"
    load_wards(three)
    assert codes.names("ward")["E05000001"] == "Abbey Park"
    assert ward_at(53.41, -2.39).name == "Abbey Park"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda f: f["properties"].pop("WD25CD"), "no ward code and name"),
        (lambda f: f["properties"].update(WD25CD="E5"), "letter and eight digits"),
        (lambda f: f.update(properties=None), "no properties"),
        (lambda f: f.update(geometry=None), "boundary of Castle"),
        (lambda f: f.update(geometry={"type": "Point", "coordinates": [-2, 53]}), "not an area"),
        (lambda f: f["geometry"].update(coordinates=[[[1, 2]]]), "boundary of Castle"),
        (lambda f: f["geometry"].update(coordinates=[[["x", "y"]] * 4]), "boundary of Castle"),
        (
            lambda f: f["geometry"].update(
                coordinates=[[[377038, 388251], [377138, 388251], [377138, 388351], [377038, 388251]]]
            ),
            "British National Grid",
        ),
        (lambda f: f["properties"].update(WD25CD="E05000001"), "in the file twice"),
    ],
)
def test_load_wards_refuses_the_whole_file_for_one_bad_feature(three, spoil, sentence):
    spoil(three[2])
    with pytest.raises(ValidationError, match=sentence):
        load_wards(three)
    assert Ward.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"features": []}', b'{"features": 3}', b"\xff\xfe\x00", b"[" * 200_000],
)
def test_load_wards_command_refuses_what_is_not_geojson(tmp_path, content):
    path = tmp_path / "wards.geojson"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="The file"):
        call_command("load_wards", path)


def test_load_wards_command_says_when_there_is_no_such_file():
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_wards", "nowhere.geojson")


@pytest.mark.parametrize("name", ["wards_ons_2025.geojson", "wards_plain.geojson"])
def test_load_wards_command_prints_its_counts(name, capsys):
    call_command("load_wards", FILES / name)
    assert capsys.readouterr().out == "Wards: 3 new, 0 changed, 0 unchanged, 0 closed.\n"


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data")
def test_load_wards_takes_three_real_authorities_side_by_side():
    for name, count in [("E08000009", 21), ("E09000015", 22), ("E09000018", 22)]:
        loaded = load_wards(read_geojson(REAL / f"wards_2025_geojson/{name}.geojson"))
        assert (loaded.new, loaded.closed) == (count, 0)
    loaded = load_wards(read_geojson(REAL / "trafford_electoral_ward.geojson"))
    assert (loaded.new, loaded.closed) == (0, 0)
    assert loaded.changed + loaded.unchanged == 21
    assert Ward.objects.current().count() == 65
    assert ward_at(53.3879587, -2.3520922).name == "Altrincham"
    assert json.loads(json.dumps(Ward.objects.first().boundary))["type"] in ("Polygon", "MultiPolygon")
