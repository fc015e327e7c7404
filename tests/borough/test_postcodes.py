"""Postcodes: how they are written, what was meant, where they lie, and loading them."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_ward
from vcse_portal.borough.models import Postcode
from vcse_portal.borough.operations import PostcodeRow, load_postcodes
from vcse_portal.borough.postcodes import (
    normalise_postcode,
    partial_postcode,
    suggest_postcode,
    ward_at,
    ward_of,
    wards_of,
)
from vcse_portal.imports.operations import run_now

FILES = Path(__file__).parent.parent / "files"
REAL = Path(__file__).parents[3] / "shared/data/geography"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WA15 0HF", "WA15 0HF"),
        (" wa15-0hf ", "WA15 0HF"),
        ("M1 1AE", "M1 1AE"),
        ("ec1a1bb", "EC1A 1BB"),
        ("GIR 0AA", "GIR 0AA"),
        ("WA15 OHF", ""),
        ("WA15 0HC", ""),  # C never ends a postcode's last two letters
        ("M33", ""),
        ("", ""),
        ("NA", ""),
        ("W" * 500, ""),
    ],
)
def test_normalise_postcode(text, expected):
    assert normalise_postcode(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WA15 OHF", "WA15 0HF"),
        ("WAI5 0HF", "WA15 0HF"),
        ("M33 lAB", "M33 1AB"),
        ("SKI 4QE", "SK1 4QE"),
        ("0L1 1AA", "OL1 1AA"),
        ("WA15 0HF", ""),
        ("nonsense", ""),
        ("M33", ""),
    ],
)
def test_suggest_postcode(text, expected):
    assert suggest_postcode(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("m33", "M33"), (" WA15 ", "WA15"), ("M33 1AB", ""), ("", "")]
)
def test_partial_postcode(text, expected):
    assert partial_postcode(text) == expected


def ring(west, south):
    corners = [(0, 0), (0.02, 0), (0.02, 0.02), (0, 0.02), (0, 0)]
    return {"type": "Polygon", "coordinates": [[[west + x, south + y] for x, y in corners]]}


@pytest.fixture
def wards(db):
    return (
        make_ward("Abbey", code="E05000001", boundary=ring(-2.40, 53.40)),
        make_ward("Brook", code="E05000002", boundary=ring(-2.38, 53.40)),
    )


def row(code, ward="E05000001", latitude=53.41, longitude=-2.39, is_live=True):
    return PostcodeRow(code, ward, latitude, longitude, is_live)


def test_load_postcodes_writes_only_what_differs(wards):
    first = load_postcodes(
        [row("M331AA"), row("M331AB", "E05000002"), row("M331AE", "E05099999"), row("M331AD", "")]
    )
    assert (first.new, first.changed, first.unchanged) == (4, 0, 0)
    assert first.unknown_wards == {"E05099999": 1}
    second = load_postcodes([row("M331AA"), row("M331AB"), row("M331AE", is_live=False), row("M331AE")])
    assert (second.new, second.changed, second.unchanged) == (0, 2, 1)
    assert Postcode.objects.get(code="M331AB").ward == wards[0]


def test_ward_of_and_wards_of_accept_any_writing(wards, django_assert_num_queries):
    load_postcodes([row("M331AA"), row("M331AB", "E05000002"), row("M331AE", "")])
    assert ward_of("m33 1aa") == wards[0]
    assert ward_of("M33 9ZZ") is None
    with django_assert_num_queries(1):
        found = wards_of(["M33 1AA", "m331ab", "M33 9ZZ", "M33 1AE"])
    assert found == {"M33 1AA": wards[0], "m331ab": wards[1]}


def test_ward_of_a_postcode_without_ward_goes_by_its_position(wards):
    load_postcodes([row("M331AE", "", 53.41, -2.37), row("M331AD", "", None, None)])
    assert ward_of("M33 1AE") == wards[1]
    assert ward_of("M33 1AD") is None


def test_ward_at_a_border_or_outside(wards):
    assert ward_at(53.41, -2.38) == wards[0]
    assert ward_at(51.5, -0.1) is None


def counts(capsys):
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_load_postcodes_command_reads_the_lookup_and_reports_what_is_odd(wards, capsys):
    call_command("load_postcodes", FILES / "postcodes_nspl.csv")
    assert counts(capsys) == {"new": 4, "changed": 0, "unchanged": 0, "suspicious": 0, "rejected": 2}
    held = {p.code: (p.ward_id, p.is_live, p.latitude) for p in Postcode.objects.all()}
    assert held == {
        "M331AA": (wards[0].pk, True, 53.41),
        "M331AB": (wards[1].pk, False, 53.41),  # terminated, still listed
        "M331AE": (None, True, 53.41),  # a pseudo ward code means none
        "M331AD": (None, True, None),  # 99.999999 means not known
    }
    call_command("load_postcodes", FILES / "postcodes_nspl.csv")
    assert counts(capsys) == {"new": 0, "changed": 0, "unchanged": 4, "suspicious": 0, "rejected": 2}


def test_load_postcodes_command_reads_a_plain_file_with_a_mark_and_names_unknown_wards(wards, capsys):
    call_command("load_postcodes", FILES / "postcodes_plain.csv")
    out = capsys.readouterr().out
    assert "1 postcode lies in a ward we do not hold: E05077777." in out
    assert json.loads(out.splitlines()[-1]) == {
        "new": 3, "changed": 0, "unchanged": 0, "suspicious": 0, "rejected": 0
    }  # fmt: skip


def test_load_postcodes_command_preview_changes_nothing(wards, capsys):
    call_command("load_postcodes", FILES / "postcodes_plain.csv", "--preview")
    assert counts(capsys)["new"] == 3
    assert Postcode.objects.count() == 0


def test_load_postcodes_command_refuses_other_columns(wards):
    with pytest.raises(CommandError, match="Missing columns"):
        call_command("load_postcodes", FILES / "lists_themes.csv")


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data")
def test_load_postcodes_command_takes_a_real_borough(db, capsys):
    call_command("load_wards", REAL / "wards_2025_geojson/E08000009.geojson")
    path = REAL / "trafford_postcodes_2025-02.csv"
    call_command("load_postcodes", path)
    assert counts(capsys) == {"new": 11264, "changed": 0, "unchanged": 0, "suspicious": 0, "rejected": 0}
    call_command("load_postcodes", path)
    assert counts(capsys)["unchanged"] == 11264
    assert ward_of("M15 4AB").name == "Gorse Hill & Cornbrook"


@pytest.mark.django_db
def test_a_list_with_names_of_wards_is_not_taken_for_the_lookup(tmp_path):
    """The directory's own download has a column Ward: read as codes it would empty the ward of every postcode."""
    ward = make_ward("Greenhill")
    Postcode.objects.create(code="HA12AA", ward=ward)
    path = tmp_path / "organisations.csv"
    path.write_text("Organisation name,Ward,Postcode\nHale Youth Club,Greenhill,HA1 2AA\n")
    assert run_now(path, preview_only=True).kind == "organisation_list"
    run = run_now(path, kind="postcodes")
    assert (run.kind, run.counts["rejected"], run.will_write) == ("postcodes", 1, 0)
    assert run.rows.get().reasons == ["“Greenhill” is not a ward code, such as E05013542."]
    assert Postcode.objects.get().ward == ward


def test_a_long_list_of_postcodes_is_loaded_in_few_steps(wards, tmp_path):
    ends = [f"{n}{a}{b}" for n in range(10) for a in "ABDEFGHJLN" for b in "ABDEFGHJLN"]
    codes = [f"M{district} {end}" for district in (1, 2, 3) for end in ends]
    path = tmp_path / "postcodes.csv"
    path.write_text("postcode,ward_code\n" + "".join(f"{code},\n" for code in codes))
    with CaptureQueriesContext(connection) as captured:
        run = run_now(path, kind="postcodes")
    assert run.counts["new"] == Postcode.objects.count() == len(codes)
    assert sum("CREATE TEMPORARY TABLE loaded_postcodes" in one["sql"] for one in captured) == 1
