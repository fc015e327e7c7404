import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assets import operations
from assets.export import HEADER
from assets.imports import LandAndBuildingsImporter
from assets.models import Asset
from tests.assets.factories import make_asset
from tests.assets.test_operations import SQUARE
from tests.factories import make_officer, make_ward
from vcse_portal.borough.models import Postcode
from vcse_portal.imports.operations import run_now, undo_now
from vcse_portal.search.models import Entry

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[1] / "files/assets/land_and_buildings.csv"
REAL = Path(__file__).parents[2].parent / "shared/data/property_and_premises"
TRAFFORD = REAL / "trafford_land_and_building_assets.csv"
needs_real = [pytest.mark.real_data, pytest.mark.skipif(not REAL.exists(), reason="no ../shared/data")]
KIND = "land_and_buildings"
OWNER = "Trafford Council"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def counts(run) -> tuple:
    return tuple(run.counts[k] for k in ("new", "changed", "unchanged", "suspicious", "rejected"))


def coded(code: str) -> Asset:
    return Asset.objects.get(asset_code=code)


def reasons(run) -> dict[int, list[str]]:
    return {row.row_number: row.reasons for row in run.rows.all() if row.reasons}


def test_import_takes_good_rows_and_says_why_not_others():
    run = run_now(FILE, kind=KIND, by=make_officer("property"))
    assert counts(run) == (9, 0, 0, 0, 4)
    rejected = {r.row_number: r.reasons for r in run.rows.filter(outcome="rejected")}
    assert rejected == {
        10: ["Row 2 has the same asset code. Only the first was read."],
        11: ["The row has no asset code."],
        12: ["“Airspace” is not one of Land, Buildings, Land/Buildings."],
        13: ["The row has no name and no street."],
    }
    assert Entry.objects.filter(kind="asset").count() == 9


def test_import_reads_a_whole_row():
    make_ward("Sale", boundary=SQUARE)
    Postcode.objects.create(code="WA141PF", ward=make_ward("Altrincham"))
    run_now(FILE, kind=KIND, by=None)
    hall = coded("T0001")
    facts = {n: getattr(hall, n) for n in ("name", "uprn", "address", "tenure_type", "tenure_detail")}
    assert facts == {
        "name": "Altrincham Town Hall",
        "uprn": "100012797623",
        "address": "Market Street, Altrincham, WA14 1PF",
        "tenure_type": "freehold",
        "tenure_detail": "owner_occupied",
    }
    assert (hall.latitude, hall.longitude) == (Decimal("53.387959"), Decimal("-2.352092"))
    assert (hall.building_size, hall.land_area, hall.energy_rating) == (Decimal("415.05"), None, "E")
    assert (hall.ward.name, coded("T0005").ward.name, coded("T0003").ward) == ("Altrincham", "Sale", None)
    assert (hall.source, hall.owner_name, hall.holding_type) == ("Transparency Code file", OWNER, "buildings")


def test_import_reads_words_of_any_case_and_keeps_one_uprn_at_two_assets():
    run = run_now(FILE, kind=KIND, by=None)
    assert [coded(c).tenure_detail for c in ("T0002", "T0004")] == ["leasehold_out", "vacant"]
    assert Asset.objects.filter(uprn="100012797623").count() == 2
    assert run.remarks == [
        "1 UPRN stands at more than one asset. That is no fault: an asset is known by its asset code."
    ]


def test_import_keeps_the_good_part_of_a_row_with_bad_cells_and_says_what_it_left_out():
    said = reasons(run_now(FILE, kind=KIND, by=None))
    assert [coded(c).postcode for c in ("T0003", "T0004", "T0005", "T0012")] == [
        "M33",
        "WA14",
        "M32 0XZ",
        "M33",
    ]
    assert said[5] == ["The postcode WA14 1 was read as WA14."]
    assert said[6] == [
        "“12A” is not a UPRN, a number of up to twelve digits; it was left out.",
        "The postcode M32 OXZ was read as M32 0XZ.",
        "“Rented” is not a kind of use we know (Owner Occupied, Leasehold Out, Leasehold In, Vacant, Other);"
        " it was left out.",
        "“-5” is not a size in square metres; it was left out.",
        "“Z” is not an energy rating from A to G; it was left out.",
    ]
    assert said[7] == [
        "GeoX and GeoY stood the wrong way round; they were changed over.",
        "“2025-02-30” is not a date; the day the facts were true was left out.",
    ]
    assert (coded("T0006").latitude, coded("T0006").longitude) == (Decimal("53.44"), Decimal("-2.3"))
    assert said[8] == ["Positions in OSGB36 cannot be read, only in WGS84; the position was left out."]
    assert (said[9], coded("T0008").name) == (
        ["The row has no name, so it was named after its street."],
        "2 School Road",
    )
    assert said[14] == [
        "The position is outside Great Britain; it was left out.",
        "The postcode M33 1AA; DROP TABLE was read as M33.",
        "“1e999” is not a size in square metres; it was left out.",
        "“NaN” is not a land area in hectares; it was left out.",
    ]


def test_import_a_second_time_changes_nothing():
    run_now(FILE, kind=KIND, by=None)
    before = list(Asset.objects.order_by("pk").values())
    assert counts(run_now(FILE, kind=KIND, by=None)) == (0, 0, 9, 0, 4)
    assert list(Asset.objects.order_by("pk").values()) == before


def test_import_preview_writes_nothing():
    assert counts(run_now(FILE, kind=KIND, by=None, preview_only=True)) == (9, 0, 0, 0, 4)
    assert Asset.objects.count() == 0


def test_import_brings_an_asset_up_to_date_and_undo_puts_the_whole_back():
    ours = make_asset("Old name", asset_code="t0001", owner_name="trafford council", town="Hale", land_area=2)
    run = run_now(FILE, kind=KIND, by=make_officer("property"))
    assert counts(run) == (8, 1, 0, 0, 4)
    ours.refresh_from_db()
    assert (ours.name, ours.town, ours.land_area, ours.version) == (
        "Altrincham Town Hall",
        "Altrincham",
        2,
        2,
    )
    undo_now(run.pk, by=make_officer("property"))
    assert Asset.objects.count() == Entry.objects.filter(kind="asset").count() == 1
    ours.refresh_from_db()
    assert (ours.name, ours.name_sort, ours.town, ours.postcode, ours.latitude, ours.tenure_detail) == (
        "Old name",
        "old name",
        "Hale",
        "",
        None,
        "",
    )


def test_undo_keeps_what_somebody_edited_since():
    run = run_now(FILE, kind=KIND, by=None)
    hall = coded("T0001")
    operations.edit_asset(hall.pk, by=make_officer("property"), town="Hale")
    undo_now(run.pk)
    assert [a.asset_code for a in Asset.objects.all()] == ["T0001"]


def test_import_suspects_a_row_older_than_what_we_hold():
    make_asset("Newer name", asset_code="T0001", owner_name=OWNER, effective_on="2026-01-01")
    run = run_now(FILE, kind=KIND, by=None)
    assert counts(run) == (8, 0, 0, 1, 4)
    assert coded("T0001").name == "Newer name"


def test_import_of_anothers_code_adds_an_asset_of_its_own():
    make_asset("Theirs", asset_code="T0001", owner_name="Homes for All")
    assert counts(run_now(FILE, kind=KIND, by=None)) == (9, 0, 0, 0, 4)


def test_download_reads_back_as_unchanged(tmp_path):
    run_now(FILE, kind=KIND, by=None)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(Client().get("/assets/", {"format": "csv"}).getvalue())
    with copy.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEADER
    assert sum(r["PropertyName"].startswith("'=HYPERLINK") for r in rows) == 1
    assert counts(run_now(copy, kind=KIND, by=None)) == (0, 0, 9, 0, 0)


def test_only_property_officers_import():
    assert LandAndBuildingsImporter.may_import(make_officer("property")) is True
    assert LandAndBuildingsImporter.may_import(make_officer("partnerships")) is False


def test_import_queries_do_not_grow_with_rows(django_assert_max_num_queries, tmp_path):
    header, row, *_ = FILE.read_text().splitlines()
    many = tmp_path / "many.csv"
    many.write_text("\n".join([header, *(row.replace("T0001", f"X{i}") for i in range(400))]))
    with django_assert_max_num_queries(100):
        assert run_now(many, kind=KIND, by=None).counts["new"] == 400


@pytest.mark.parametrize(
    "text", ["", "not,a,land,file\n1,2,3,4\n", "\x00\x01\x02", ",".join(HEADER) + "\n", "AssetCode\nT1\n"]
)
def test_command_refuses_a_file_that_is_not_one(tmp_path, text):
    bad = tmp_path / "bad.csv"
    bad.write_text(text)
    with pytest.raises(CommandError):
        call_command("import_assets", str(bad))
    assert Asset.objects.count() == 0


def test_command_prints_counts_and_a_preview_changes_nothing(capsys):
    line = '{"new":9,"changed":0,"unchanged":0,"suspicious":0,"rejected":4}'
    call_command("import_assets", str(FILE), "--preview")
    assert (capsys.readouterr().out.strip().splitlines()[-1], Asset.objects.count()) == (line, 0)
    call_command("import_assets", str(FILE))
    assert (capsys.readouterr().out.strip().splitlines()[-1], Asset.objects.count()) == (line, 9)


@pytest.mark.parametrize("mark", [pytest.param("real", marks=needs_real)])
def test_import_of_a_real_boroughs_land_and_buildings(mark):
    run = run_now(TRAFFORD, kind=KIND, by=None)
    assert counts(run) == (608, 0, 0, 0, 0)
    with TRAFFORD.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert Asset.objects.exclude(uprn="").count() == sum(1 for r in rows if r["UPRN"]) == 272
    times = Counter(r["UPRN"] for r in rows if r["UPRN"])
    repeated = sum(1 for n in times.values() if n > 1)
    assert (repeated, run.remarks[0].split()[0]) == (24, "24")
    details = Counter(Asset.objects.values_list("tenure_detail", flat=True))
    assert details == {
        "vacant": 187,
        "owner_occupied": 171,
        "leasehold_out": 123,
        "other": 121,
        "leasehold_in": 6,
    }
    assert Asset.objects.filter(land_area=None).count() == 608
    assert Asset.objects.exclude(latitude=None).count() == 373
    assert Asset.objects.filter(postcode="M33").count() == 38
    assert sorted(sentence for said in reasons(run).values() for sentence in said) == [
        "GeoX and GeoY stood the wrong way round; they were changed over.",
        "The postcode M32 OXZ was read as M32 0XZ.",
        "The postcode WA14 1 was read as WA14.",
    ]
    assert counts(run_now(TRAFFORD, kind=KIND, by=None)) == (0, 0, 608, 0, 0)
    undo_now(run.pk)
    assert Asset.objects.count() == Entry.objects.filter(kind="asset").count() == 0


@pytest.mark.parametrize("is_new", [True, False])
def test_undo_queries_do_not_grow_with_rows(is_new, tmp_path):
    header, first, *_rest = FILE.read_text(encoding="utf-8-sig").splitlines()
    seen = set()
    for n in (2, 60):
        if not is_new:
            for i in range(n):
                make_asset(f"Old {i}", asset_code=f"Z{i:03}", owner_name=OWNER)
        path = tmp_path / "many.csv"
        path.write_text("\n".join([header, *(first.replace("T0001", f"Z{i:03}") for i in range(n))]))
        run = run_now(path, kind=KIND)
        assert run.counts["new" if is_new else "changed"] == n
        with CaptureQueriesContext(connection) as captured:
            assert undo_now(run.pk).put_back == n
        seen.add(len(captured))
        assert set(Asset.objects.values_list("town", flat=True)) == (set() if is_new else {""})
        Asset.objects.all().delete()
    assert len(seen) == 1
