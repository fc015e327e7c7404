"""Companies House: who is of the sector, who is of the borough, whose row it is."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from organisations.imports.companies import structure_of
from organisations.models import Identifier, Organisation
from tests.factories import make_ward
from tests.organisations.factories import make_organisation
from vcse_portal.borough.models import Postcode
from vcse_portal.imports import Refused
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import run_now, undo_now

pytestmark = pytest.mark.django_db
COMPANY, CHARITY = Identifier.Scheme.COMPANY, Identifier.Scheme.CHARITY
FILE = Path(__file__).parents[1] / "files/organisations/companies.csv"
REAL = (
    Path(__file__).parents[2].parent
    / "shared/data/companies_house/BasicCompanyData-2020-06-01-part6_7.sample.csv"
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def hale():
    return Postcode.objects.create(code="WA150HF", ward=make_ward("Hale")).ward


def bring(path=FILE, **options):
    return run_now(path, kind="companies_house", options=options)


def counts(run) -> tuple:
    return tuple(run.counts[k] for k in ("new", "changed", "unchanged", "suspicious", "rejected"))


def by_number(number: str) -> Organisation:
    return Organisation.objects.get(identifiers__scheme=COMPANY, identifiers__number=number)


def with_rows(tmp_path, *changes: dict):
    """The fixture's first row as often as asked, with other cells."""
    with FILE.open(newline="") as file:
        reader = csv.DictReader(file)
        first = next(reader)
    path = tmp_path / "rows.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames)
        writer.writeheader()
        writer.writerows(first | one for one in changes)
    return path


def test_import_brings_those_of_the_sector_and_the_borough(hale):
    run = bring()
    assert counts(run) == (2, 0, 0, 0, 0)
    hub = by_number("02534145")
    said = {
        "name": "Hale Hub CIC",
        "known_as": "previously Hale Trading Limited",
        "legal_structure": "cic",
        "summary": "Other residential care activities n.e.c.",
        "postcode": "WA15 0HF",
        "ward": hale,
        "source": "Companies House",
    }
    assert {name: getattr(hub, name) for name in said} == said
    assert hub.registered_on.isoformat() == "2019-05-10"
    assert by_number("IP28755R").legal_structure == "society"
    assert run.remarks == [
        "The file holds 6 companies. Left out: 2 not of the sector by their category;"
        " 1 of residents who manage their houses (trade 98000); 1 elsewhere."
    ]
    assert list(run.rows.order_by("row_number").values_list("row_number", "key")) == [
        (2, "02534145"),
        (5, "IP28755R"),
    ]


def test_import_of_all_asks_for_no_postcode():
    assert counts(bring(all=True)) == (3, 0, 0, 0, 0)


def test_import_without_postcodes_says_what_to_do():
    Postcode.objects.all().delete()
    with pytest.raises(Refused, match="We hold no postcodes of the borough yet"):
        bring()


def test_import_a_second_time_changes_nothing_and_undo_takes_all_back():
    run = bring()
    assert counts(bring()) == (0, 0, 2, 0, 0)
    assert undo_now(run.pk).kept == 0
    assert Organisation.objects.count() == 0


def test_import_suspects_who_has_the_name_and_the_postcode():
    ours = make_organisation("Hale Hub CIC", postcode="WA15 0HF")
    run = bring()
    assert counts(run) == (1, 0, 0, 1, 0)
    row = run.rows.get(outcome="suspicious")
    assert (row.then, row.target_id) == ("changed", ours.pk)
    assert "is on the register without a company number" in row.reasons[0]


def test_import_fills_in_a_charity_but_leaves_what_its_own_register_says():
    ours = make_organisation(
        "Hale Hub", numbers={COMPANY: "02534145", CHARITY: "1164883"}, postcode="LS1 1AA"
    )
    run = bring()
    assert run.counts["changed"] == 1
    ours.refresh_from_db()
    assert (ours.name, ours.postcode, ours.ward) == ("Hale Hub", "LS1 1AA", None)
    assert ours.legal_structure == "cic"
    assert counts(bring()) == (0, 0, 2, 0, 0)


def test_import_flags_a_dissolved_company_we_hold_and_brings_no_other(tmp_path):
    ours = make_organisation("Hale Hub CIC", numbers={COMPANY: "02534145"})
    gone = {"CompanyStatus": "Dissolved", "DissolutionDate": "01/02/2024"}
    path = with_rows(tmp_path, gone, gone | {" CompanyNumber": "02534146", "CompanyName": "OTHER CIC"})
    run = bring(path)
    assert counts(run) == (0, 1, 0, 0, 1)
    number = ours.identifiers.get()
    assert (number.removed_on.isoformat(), number.removal_reason) == ("2024-02-01", "Dissolved")
    assert run.rows.get(outcome="rejected").reasons[-1] == "It has been dissolved, so it is not brought in."
    undo_now(run.pk)
    assert ours.identifiers.get().removed_on is None


def test_import_keeps_an_end_that_is_only_proposed_as_a_remark(tmp_path):
    run = bring(with_rows(tmp_path, {"CompanyStatus": "Active - Proposal to Strike off"}))
    assert run.rows.get().reasons == ["Companies House says of it: Active - Proposal to Strike off."]
    assert by_number("02534145").identifiers.get().removed_on is None


def test_import_reads_the_zip_it_comes_in_as_a_stream(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BasicCompanyDataAsOneFile-2026-11-01.csv", FILE.read_bytes())
    path = tmp_path / "BasicCompanyData.zip"
    path.write_bytes(file.getvalue())
    assert counts(bring(path)) == (2, 0, 0, 0, 0)
    path.write_bytes(file.getvalue()[:-300])
    with pytest.raises(Refused, match="damaged"):
        bring(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("CompanyCategory", "Category"), "Missing columns: CompanyCategory"),
        (lambda text: text + '"cut","short"\n', "Row 8 has 2 columns, but the heading has 55"),
        (lambda text: "", "The file is empty"),
    ],
)
def test_broken_file_is_refused_and_nothing_is_changed(change, sentence, tmp_path):
    path = tmp_path / "broken.csv"
    path.write_text(change(FILE.read_text()))
    with pytest.raises(Refused, match=sentence):
        bring(path)
    assert Organisation.objects.count() == 0
    assert not ImportRun.objects.exclude(status="refused").exists()


def test_file_of_another_encoding_is_refused_from_a_zip(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("companies.csv", FILE.read_text().replace("HALE HUB", "CAFÉ").encode("cp1252"))
    path = tmp_path / "companies.zip"
    path.write_bytes(file.getvalue())
    with pytest.raises(Refused, match="characters cannot be read"):
        bring(path)


@pytest.mark.parametrize(
    ("category", "structure"),
    [
        ("Community Interest Company", "cic"),
        ("PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)", "clg"),
        ("PRI/LBG/NSC (Private, Limited by guarantee, no share capital, use of 'Limited' exemption)", "clg"),
        ("Scottish Charitable Incorporated Organisation", "cio"),
        ("Industrial and Provident Society", "society"),
        ("registered-society-non-jurisdictional", "society"),
        ("Royal Charter Company", "other"),
        ("Private Limited Company", None),
        ("", None),
    ],
)
def test_structure_of_a_category(category, structure):
    assert structure_of(category) == structure


def test_command_prints_its_counts(capsys):
    call_command("import_companies", str(FILE), "--all", "--preview")
    assert Organisation.objects.count() == 0
    call_command("import_companies", str(FILE))
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert json.loads(last) == {"new": 2, "changed": 0, "unchanged": 0, "suspicious": 0, "rejected": 0}


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/data")
def test_real_companies_are_brought_in_once():
    run = bring(REAL, all=True)
    assert run.remarks[0].startswith("The file holds 87 companies.")
    assert run.counts["rejected"] == 0
    assert run.counts["new"] > 60
    structures = set(Organisation.objects.values_list("legal_structure", flat=True))
    assert structures == {"cio", "cic", "clg", "society", "other"}
    assert bring(REAL, all=True).counts["unchanged"] == run.counts["new"]
