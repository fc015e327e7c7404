"""The Charity Commission's full extract: read, filtered by borough, applied, repeated, undone."""

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.imports.extract import tables
from organisations.imports.extract.borough import Numbers, area_words
from organisations.imports.extract.importer import governed, known_as
from organisations.models import Identifier, Link, Organisation
from tests.factories import make_community, make_officer, make_theme, make_ward
from tests.organisations.extracts import Extract, zipped
from tests.organisations.factories import make_lead, make_organisation
from vcse_portal.borough.models import Postcode
from vcse_portal.imports import Refused
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import run_now, undo_now

pytestmark = pytest.mark.django_db
CHARITY = Identifier.Scheme.CHARITY
KIND = "charity_extract"
REAL = Path(__file__).parents[2].parent / "shared/data/charity_register/ccew_extract_anonymised"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def hale():
    """A postcode of the borough."""
    return Postcode.objects.create(code="WA150HF", ward=make_ward("Hale")).ward


def area(more, name="Trafford", kind="Local Authority", parent="Greater Manchester"):
    return more(
        "area_of_operation",
        geographic_area_type=kind,
        geographic_area_description=name,
        parent_geographic_area_description=parent,
        welsh_ind="False",
    )


@pytest.fixture
def extract():
    """Seven charities: two work here, one is registered here, one works throughout, one elsewhere, two are removed."""
    one = Extract()
    club = one.charity(
        1164883,
        "HALE  YOUTH CLUB ",
        organisation=5061234,
        charity_type="CIO",
        date_of_registration="2015-11-30 00:00:00.0000000",
        latest_acc_fin_period_end_date="2025-03-31 00:00:00.0000000",
        latest_income="54321",
        charity_contact_address1="1 HIGH STREET",
        charity_contact_address3="HALE",
        charity_contact_postcode="WA15 OHF ",
        charity_contact_phone="020 7946 0656",
        charity_contact_email="club@example.org",
        charity_contact_web="www.hale.example",
        charity_activities='Evenings "for" young people',
    )
    area(club)
    club("classification", classification_code="201", classification_type="Who")
    club("classification", classification_code="110", classification_type="What")
    club("classification", classification_code="309", classification_type="How")
    club("other_names", charity_name_id="2", charity_name_type="Previous name", charity_name="HALE BOYS CLUB")
    club("other_names", charity_name_id="1", charity_name_type="Working name", charity_name="THE HALE HUB")
    for n in range(3):
        club("trustee", trustee_id=str(n), trustee_name=f"Secret Person {n}", individual_or_organisation="P")
    club("annual_return_parta", latest_fin_period_submitted_ind="False", count_volunteers="7")
    club("annual_return_parta", latest_fin_period_submitted_ind="True", count_volunteers="24")
    club("annual_return_partb", latest_fin_period_submitted_ind="True", count_employees="5")
    club("policy", policy_name="Complaints handling")
    club("published_report", report_name="STATEMENT OF INQUIRY", date_published="2022-04-25 00:00:00.0000000")

    will = one.charity(
        214927, "SALE POOR'S CHARITY", charity_type="Other", charity_contact_postcode="LS1 1AA"
    )
    area(will, "TRAFFORD")
    will(
        "governing_document",
        governing_document_description="WILL PROVED 1 MAY 1890",
        charitable_objects="RELIEF",
    )
    will("annual_return_history", fin_period_end_date="2023-12-31 00:00:00.0000000", total_gross_income="900")
    will(
        "annual_return_history", fin_period_end_date="2024-12-31 00:00:00.0000000", total_gross_income="1000"
    )
    one.charity(214927, "ALMSHOUSE FUND", organisation=1666, linked=1)

    area(one.charity(1100001, "REGISTERED HERE", charity_contact_postcode="WA15 0HF"), "Leeds City")
    area(one.charity(1100002, "EVERYWHERE"), "Throughout England And Wales", "Region", "")
    area(one.charity(1100003, "ELSEWHERE", charity_insolvent="True"), "Leeds City", parent="West Yorkshire")
    removed = {"charity_registration_status": "Removed", "date_of_removal": "2024-05-06 00:00:00.0000000"}
    gone = one.charity(1100004, "GONE", **removed)
    area(gone)
    gone(
        "event_history",
        event_type="Removed",
        date_of_event="2024-05-06 00:00:00.0000000",
        reason="Ceased to exist",
    )
    one.charity(1100005, "NEVER HERE", charity_contact_postcode="WA15 0HF", **removed)
    return one


def bring(path, preview_only=False, by=None, **options):
    return run_now(path, kind=KIND, by=by, preview_only=preview_only, options={"area": "Trafford"} | options)


def counts(run) -> tuple:
    return tuple(run.counts[k] for k in ("new", "changed", "unchanged", "suspicious", "rejected"))


def by_number(number: str) -> Organisation:
    return Organisation.objects.get(identifiers__scheme=CHARITY, identifiers__number=number)


def numbers_here() -> set[str]:
    return set(Identifier.objects.filter(scheme=CHARITY).values_list("number", flat=True))


@pytest.mark.parametrize("form", ["text", "json"])
def test_extract_brings_everything_the_13_tables_say(form, extract, hale, tmp_path):
    make_theme("Sport and recreation", code="sport"), make_theme("Children", code="children")
    make_community("Young people", code="youth")
    run = bring(extract.folder(tmp_path / "extract", form), by=make_officer())
    assert counts(run) == (4, 0, 0, 0, 0)
    club = by_number("1164883")
    said = {
        "name": "Hale Youth Club",
        "known_as": "The Hale Hub; previously Hale Boys Club",
        "summary": 'Evenings "for" young people',
        "legal_structure": "cio",
        "address": "1 HIGH STREET, HALE",
        "postcode": "WA15 0HF",
        "ward": hale,
        "website": "https://www.hale.example",
        "income": Decimal("54321.00"),
        "income_source": "Charity Commission register",
        "band": "small",
        "volunteers": 24,
        "trustees": 3,
        "staff_fte": None,
        "is_infrastructure": False,
        "themes": ["sport", "children"],
        "communities": ["youth"],
    }
    assert {name: getattr(club, name) for name in said} == said
    assert (club.registered_on.isoformat(), club.income_year_end.isoformat()) == ("2015-11-30", "2025-03-31")
    assert set(club.contacts.values_list("value", "consent")) == {
        ("020 7946 0656", "unknown"),
        ("club@example.org", "unknown"),
    }
    assert run.rows.get(key="1164883").reasons == [
        "The postcode WA15 OHF was read as WA15 0HF.",
        "It acts as an umbrella or resource body: perhaps an infrastructure body.",
        "It employs 5 people, a head count: staff is kept as full-time equivalents.",
        "The Commission published about it: Statement of inquiry (2022-04-25).",
    ]


def test_extract_keeps_no_name_of_a_trustee(extract, hale, tmp_path):
    run = bring(extract.folder(tmp_path / "extract"))
    kept = [json.dumps(list(run.rows.values()), default=str), Path(run.file.path).read_text()]
    kept += [json.dumps(list(Organisation.objects.values()), default=str)]
    assert "Evenings" in kept[0]
    assert not any("Secret Person" in text for text in kept)


def test_extract_takes_income_and_structure_from_where_they_are(extract, hale, tmp_path):
    bring(extract.folder(tmp_path / "extract"))
    will = by_number("214927")
    assert (will.income, will.income_year_end.isoformat()) == (Decimal("1000.00"), "2024-12-31")
    assert (will.legal_structure, will.summary) == ("trust", "RELIEF")


def test_extract_makes_a_linked_charity_a_branch_of_its_own(extract, hale, tmp_path):
    run = bring(extract.folder(tmp_path / "extract"))
    link = Link.objects.get()
    assert (link.from_organisation, link.kind, link.to_organisation) == (
        by_number("214927-1"),
        "branch",
        by_number("214927"),
    )
    assert run.rows.get(key="214927-1").reasons == ["It is linked to charity 214927."]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"1164883", "214927", "214927-1", "1100001"}),
        ({"within": "area"}, {"1164883", "214927", "214927-1"}),
        ({"within": "postcode", "area": ""}, {"1164883", "1100001"}),
        ({"throughout": True}, {"1164883", "214927", "214927-1", "1100001", "1100002"}),
        ({"area": "City of Leeds", "within": "area"}, {"1100001", "1100003"}),
    ],
)
def test_extract_is_filtered_by_area_and_postcode(options, expected, extract, hale, tmp_path):
    bring(extract.folder(tmp_path / "extract"), **options)
    assert numbers_here() == expected


def test_extract_throughout_london_counts_for_a_london_borough_only(hale, tmp_path):
    one = Extract()
    area(one.charity(1100001, "Harrow Club"), "Harrow", parent="Greater London")
    area(one.charity(1100002, "London Club"), "Throughout London", "Region", "")
    area(one.charity(1100003, "Trafford Club"))
    folder = one.folder(tmp_path / "extract")
    bring(folder, throughout=True)
    assert numbers_here() == {"1100003"}
    bring(folder, throughout=True, area="London Borough of Harrow")
    assert numbers_here() == {"1100001", "1100002", "1100003"}


def test_extract_a_second_time_changes_nothing(extract, hale, tmp_path):
    folder = extract.folder(tmp_path / "extract")
    bring(folder)
    before = list(Organisation.objects.order_by("pk").values())
    assert counts(bring(folder)) == (0, 0, 4, 0, 0)
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert Link.objects.count() == 1


def test_extract_preview_writes_nothing(extract, hale, tmp_path):
    run = bring(extract.folder(tmp_path / "extract"), preview_only=True)
    assert counts(run) == (4, 0, 0, 0, 0)
    assert (Organisation.objects.count(), Link.objects.count()) == (0, 0)


def test_extract_undone_leaves_nothing_behind(extract, hale, tmp_path):
    run = bring(extract.folder(tmp_path / "extract"))
    undone = undo_now(run.pk)
    assert (undone.put_back, undone.kept) == (4, 0)
    assert (Organisation.objects.count(), Link.objects.count(), Identifier.objects.count()) == (0, 0, 0)


def test_extract_flags_a_removed_charity_we_hold_and_brings_no_other(extract, hale, tmp_path):
    held = make_organisation("Gone", numbers={CHARITY: "1100004"}, summary="Ours")
    folder = extract.folder(tmp_path / "extract")
    run = bring(folder)
    assert run.counts["changed"] == 1
    number = held.identifiers.get()
    assert (number.removed_on.isoformat(), number.removal_reason) == ("2024-05-06", "Ceased to exist")
    held.refresh_from_db()
    assert (held.status, held.summary) == ("active", "Ours")
    assert "1100005" not in numbers_here()
    assert bring(folder).counts["changed"] == 0
    undo_now(run.pk)
    assert held.identifiers.get().removed_on is None


def test_extract_takes_the_flag_off_a_charity_registered_again(hale, tmp_path):
    held = make_organisation("Back again", numbers={CHARITY: "1100004"})
    held.identifiers.update(removed_on="2020-01-01", removal_reason="Ceased to exist")
    one = Extract()
    area(one.charity(1100004, "Back again"))
    bring(one.folder(tmp_path / "extract"))
    assert held.identifiers.values_list("removed_on", "removal_reason").get() == (None, "")


def test_extract_links_a_branch_whose_parent_comes_later(hale, tmp_path):
    one = Extract()
    area(one.charity(214927, "Fund", organisation=1666, linked=1))
    bring(one.folder(tmp_path / "extract"))
    assert Link.objects.count() == 0
    area(one.charity(214927, "Parent"))
    run = bring(one.folder(tmp_path / "extract"))
    assert counts(run) == (1, 0, 1, 0, 0)
    assert counts(bring(one.folder(tmp_path / "extract"))) == (0, 1, 1, 0, 0)
    assert Link.objects.count() == 1


def test_extract_fills_in_but_does_not_replace_what_a_group_says_of_itself(extract, hale, tmp_path):
    ours = make_organisation(
        "Hale Youth Club", numbers={CHARITY: "1164883"}, summary="We say", themes=[], volunteers=9
    )
    folder = extract.folder(tmp_path / "extract")
    make_lead(ours)
    bring(folder)
    ours.refresh_from_db()
    assert (ours.summary, ours.volunteers) == ("We say", 9)
    assert (ours.website, ours.trustees, ours.income) == ("https://www.hale.example", 3, Decimal("54321"))
    ours.memberships.all().delete()
    bring(folder)  # the control: nobody speaks for it
    ours.refresh_from_db()
    assert (ours.summary, ours.volunteers) == ('Evenings "for" young people', 24)


def test_extract_leaves_themes_that_an_officer_chose(extract, hale, tmp_path):
    make_theme("Sport", code="sport"), make_theme("Arts", code="arts")
    ours = make_organisation("Hale Youth Club", numbers={CHARITY: "1164883"}, themes=["arts"])
    bring(extract.folder(tmp_path / "extract"))
    ours.refresh_from_db()
    assert ours.themes == ["arts"]


def test_extract_leaves_a_merged_record_alone_and_undo_says_so(extract, hale, tmp_path):
    folder = extract.folder(tmp_path / "extract")
    run = bring(folder)
    club, winner = by_number("1164883"), make_organisation("Winner")
    from vcse_portal import history

    with history.deed("merged", by=None):
        Organisation.objects.filter(pk=club.pk).update(status="merged", merged_into=winner)
    again = bring(folder)
    assert again.rows.get(key="1164883").reasons[-1] == "It was merged into “Winner”, so it was left alone."
    undo_now(run.pk)
    assert run.rows.get(key="1164883").kept == (
        "It was merged into “Winner” since. Take the merger back first."
    )


def test_undo_keeps_what_was_tied_to_another_since(extract, hale, tmp_path):
    run = bring(extract.folder(tmp_path / "extract"))
    Link.objects.create(
        from_organisation=make_organisation("Friend"), kind="supported", to_organisation=by_number("1164883")
    )
    undone = undo_now(run.pk)
    assert (undone.put_back, undone.kept) == (3, 1)
    assert numbers_here() == {"1164883"}
    assert [link.kind for link in Link.objects.all()] == ["supported"]


def test_extract_gives_the_number_to_who_has_the_company_number_and_the_name(hale, tmp_path):
    ours = make_organisation("Hale Hub Ltd", numbers={Identifier.Scheme.COMPANY: "02534145"})
    one = Extract()
    area(one.charity(1164883, "THE HALE HUB LIMITED", charity_company_registration_number="2534145"))
    assert counts(bring(one.folder(tmp_path / "extract"))) == (0, 1, 0, 0, 0)
    assert by_number("1164883") == ours


# How it arrives -------------------------------------------------------------------------------------------
def test_extract_may_be_one_zip_of_zips_or_one_zip_of_tables(extract, hale, tmp_path):
    for n, files in enumerate(
        (extract.files(), {f"publicextract.{t}.txt": extract.text(t) for t in extract.rows}), 1
    ):
        path = tmp_path / f"{n}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(f"folder/{name}", content)
        assert sum(counts(bring(path, preview_only=True))) == 4


def test_extract_without_some_tables_says_so(extract, hale, tmp_path):
    run = bring(extract.folder(tmp_path / "extract", without=("charity_trustee", "charity_policy")))
    assert run.remarks == ["Not in what was sent, so left as it is here: trustee, policy."]
    assert by_number("1164883").trustees is None


def test_extract_keeps_only_the_gathered_table(extract, hale, tmp_path, run_on_commit):
    with run_on_commit():
        run = bring(extract.folder(tmp_path / "extract"), preview_only=True)
    files = list(Path(run.file.path).parent.iterdir())
    assert [f.name for f in files] == [Path(run.file.name).name]
    assert Path(run.file.path).read_text().startswith("Row in file,charity_number,linked_to,charity_name")


def text(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


HEADING = "date_of_extract\torganisation_number\tname\tplace"
DAY = "2026-11-01 00:00:00.0000000"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (text(HEADING, f"{DAY}\t1\tA\tB"), [("A", "B")]),
        (text(HEADING, f'{DAY}\t1\t"A" said "\tB'), [('"A" said "', "B")]),
        (text(HEADING, f"{DAY}\t1\tA", "\tB", f"{DAY}\t2\tC\tD"), [("A", "B"), ("C", "D")]),
        (text(HEADING, f"{DAY}\t1\tline one", "line two\tB"), [("line one line two", "B")]),
        (text(HEADING, f"{DAY}\t1\tA\0B \t \0"), [("AB", "")]),
        (text(HEADING, f"{DAY}\t1\tAC\\DC\tB"), [("AC\\DC", "B")]),
        (text(HEADING, f"{DAY}\t1\ta\\\tb\tB"), [("a\tb", "B")]),
        (b"\xef\xbb\xbf" + text(HEADING, f"{DAY}\t1\tCafé\tB", ""), [("Café", "B")]),
        (
            b'\xef\xbb\xbf[{"name": null, "place": true, "n": 1}, {"name": 12, "place": false, "n": 2}]',
            [("", "True"), ("12", "False")],
        ),
        (b"[]", []),
    ],
)
def test_table_is_read_whatever_its_quirks(content, expected, tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(zipped("publicextract.charity.txt", content))
    assert list(tables.read(path, "publicextract.charity.txt", ("name", "place"))) == expected


WRONG = {
    "a row too short": (text(HEADING, f"{DAY}\t1\tA"), "row 2 has 3 columns, but the heading has 4"),
    "a row too long": (text(HEADING, f"{DAY}\t1\tA\tB\tC"), "row 2 has 5 columns, but the heading has 4"),
    "two short rows": (text(HEADING, f"{DAY}\t1", f"{DAY}\t2"), "row 2 has 2 columns"),
    "another encoding": (text(HEADING) + f"{DAY}\t1\tCafé\tB\r\n".encode("cp1252"), "not UTF-8"),
    "another table": (text("date_of_extract\tsomething"), "it has no column name, place"),
    "nothing": (b"", "is empty"),
    "a line without end": (b"x" * (2 << 20), "a line of more than a million characters"),
    "half of JSON": (b'[{"name": "A", "place": "B"}, {"name": "C"', "not complete JSON"),
    "JSON of other things": (b"[1, 2]", "item 1 is no row of a table"),
    "JSON of uneven rows": (b'[{"name": 1, "place": 2}, {"name": 1}]', "item 2 has other columns"),
    "JSON with tables within": (b'[{"name": [1], "place": 2}]', "a table of its own"),
    "JSON of one endless cell": (b'[{"name": "' + b"x" * (20 << 20), "far longer than a row can be"),
    "JSON of bad characters": (b'[{"name": "\xff\xfe", "place": 2}]', "not complete JSON"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_table_is_refused_in_a_sentence(name, tmp_path):
    content, sentence = WRONG[name]
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("publicextract.charity.txt", content)
    with pytest.raises(Refused) as refused:
        list(tables.read(path, "publicextract.charity.txt", ("name", "place")))
    assert sentence in str(refused.value)


def broken(extract, name: str) -> dict[str, bytes]:
    """The extract's files with one fault."""
    files = extract.files()
    charity, area_file = "publicextract.charity.zip", "publicextract.charity_area_of_operation.zip"
    rows = extract.text("charity")
    return {
        "cut short": lambda: files | {charity: files[charity][:-200]},
        "changed on the way": lambda: files | {charity: _bent(files[charity])},
        "no charities": lambda: {n: c for n, c in files.items() if n != charity},
        "no areas": lambda: {n: c for n, c in files.items() if n != area_file},
        "wrong columns": lambda: (
            files | {area_file: zipped("publicextract.charity_area_of_operation.txt", rows)}
        ),
        "a row cut": lambda: files | {charity: zipped("publicextract.charity.txt", rows[:-30] + b"\r\n")},
        "a bomb": lambda: files | {charity: zipped("publicextract.charity.txt", b"0" * (40 << 20))},
        "no zip in it": lambda: files | {charity: rows},
        "two files in one": lambda: files | {charity: _two(rows)},
        "no number": lambda: (
            files
            | {
                charity: zipped(
                    "publicextract.charity.txt", rows.replace(b"\t214927\t214927\t", b"\tX\t214927\t")
                )
            }
        ),
    }[name]()


def _bent(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


def _two(rows: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", rows)
        archive.writestr("b.txt", rows)
    return file.getvalue()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("cut short", "damaged"),
        ("changed on the way", "damaged"),
        ("no charities", "The table of charities is missing"),
        ("no areas", "The table of areas of operation is missing"),
        ("wrong columns", "it has no column geographic_area_type"),
        ("a row cut", "columns, but the heading has 34"),
        ("a bomb", "unpacks to far more than a table would"),
        ("no zip in it", "is not a zip"),
        ("two files in one", "exactly one file"),
        ("no number", "not one of the Commission's row numbers"),
    ],
)
def test_broken_extract_is_refused_with_a_sentence_and_nothing_is_changed(
    fault, sentence, extract, hale, tmp_path
):
    folder = tmp_path / "extract"
    folder.mkdir()
    for name, content in broken(extract, fault).items():
        (folder / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        bring(folder)
    assert sentence in str(refused.value)
    assert "fault on our side" not in str(refused.value)
    assert Organisation.objects.count() == 0
    assert not ImportRun.objects.exclude(status="refused").exists()


def test_area_nobody_works_in_is_refused_with_names_like_it(extract, hale, tmp_path):
    with pytest.raises(Refused, match="No charity in the file works in “Traford”. Did you mean Trafford"):
        bring(extract.folder(tmp_path / "extract"), area="Traford", within="area")


def test_command_asks_for_an_area(extract, tmp_path):
    with pytest.raises(CommandError, match="Name the local authority"):
        call_command("import_charity_extract", str(extract.folder(tmp_path / "extract")))


def test_command_previews_prints_and_applies(extract, hale, tmp_path, capsys):
    folder = str(extract.folder(tmp_path / "extract"))
    call_command("import_charity_extract", folder, area="Trafford", preview=True)
    assert "4 rows previewed, nothing changed." in capsys.readouterr().out
    assert Organisation.objects.count() == 0
    call_command("import_charity_extract", folder, "--area", "Trafford", "--by", "area")
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert json.loads(last) == {"new": 3, "changed": 0, "unchanged": 0, "suspicious": 0, "rejected": 0}


def test_extract_queries_do_not_grow_with_rows(hale, tmp_path):
    seen = []
    for n in (2, 3, 60):
        one = Extract()
        for i in range(n):
            more = area(
                one.charity(1_100_000 + n * 1000 + i, f"Club {n} {i}", charity_contact_postcode="WA15 0HF")
            )
            more("classification", classification_code="110")
        with CaptureQueriesContext(connection) as captured:
            assert bring(one.folder(tmp_path / str(n))).counts["new"] == n
        seen.append(len(captured))
    assert seen[1] == seen[2]  # the first filled caches


# Small things --------------------------------------------------------------------------------------------------
def test_numbers_hold_what_was_added():
    numbers = Numbers()
    for n in (0, 7, 8, 5_300_000):
        numbers.add(n)
    assert [n for n in (0, 1, 7, 8, 9, 5_300_000, 5_300_001, 90_000_000) if n in numbers] == [
        0,
        7,
        8,
        5_300_000,
    ]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Manchester City", "City of Manchester"),
        ("City Of Westminster", "Westminster City Council"),
        ("Hammersmith And Fulham", "London Borough of Hammersmith & Fulham"),
        ("TRAFFORD", "Trafford Metropolitan Borough Council"),
        ("City Of London", "City of London"),
    ],
)
def test_area_is_the_same_however_it_is_put(theirs, ours):
    assert area_words(theirs) == area_words(ours)
    assert area_words(theirs) != area_words("Rutland")


def test_known_as_takes_as_many_whole_names_as_there_is_room_for():
    names = "; ".join(
        ["THE HALE HUB", "A" * 300, "previously HALE BOYS", *(f"NAME NUMBER {n:03}" for n in range(50))]
    )
    found = known_as(names)
    assert found.startswith("The Hale Hub; previously Hale Boys; ")
    assert len(found) <= 250


@pytest.mark.parametrize(
    ("document", "structure"),
    [
        ("MEMORANDUM AND ARTICLES INCORPORATED 10/05/2019", "clg"),
        ("CIO - FOUNDATION REGISTERED 1 MAY 2015", "cio"),
        ("TRUST DEED DATED 4 JUNE 1970", "trust"),
        ("CONSTITUTION ADOPTED 1999", "unincorporated"),
        ("ROYAL CHARTER 1925", ""),
        ("GOODWILL AGREEMENT", ""),
        ("", ""),
    ],
)
def test_governing_document_tells_of_the_legal_structure(document, structure):
    assert governed(document) == structure


# Real files ------------------------------------------------------------------------------------------------------
@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/data")
@pytest.mark.parametrize("name", tables.TABLES)
def test_every_real_table_is_read_whole(name, tmp_path):
    source = REAL / f"publicextract.{name}.zip"
    rows = list(tables.read(source, f"publicextract.{name}.txt", ("organisation_number",)))
    with zipfile.ZipFile(source) as archive:
        lines = archive.read(archive.namelist()[0]).replace(b"\r\n\t", b"\t").count(b"\r\n")
    assert len(rows) == lines - 1


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/data")
def test_real_extract_is_brought_in_twice_and_undone():
    run = bring(REAL, area="Surrey", within="area")
    assert run.counts["new"] > 5
    assert run.counts["rejected"] == 0
    assert bring(REAL, area="Surrey", within="area").counts["unchanged"] == run.counts["new"]
    assert undo_now(run.pk).kept == 0
    assert Organisation.objects.count() == 0


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/data")
def test_real_removed_charity_is_flagged():
    held = make_organisation("Held here", numbers={CHARITY: "203460-1"})
    bring(REAL, area="Surrey", within="area")
    assert held.identifiers.get().removed_on.isoformat() == "2018-11-06"
