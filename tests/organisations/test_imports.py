import csv
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import operations
from organisations.models import Contact, Identifier, Membership, Organisation
from tests.factories import make_officer, make_user, make_ward
from tests.organisations.factories import make_organisation
from vcse_portal.borough.models import Postcode
from vcse_portal.imports.operations import run_now, undo_now
from vcse_portal.search.models import Entry

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[1] / "files/organisations/register.csv"
REAL = Path(__file__).parents[2].parent / "shared/data/charity_register"
TRAFFORD = REAL / "trafford_charities_operating_2023-04.csv"
HARROW = REAL / "harrow_area_HA_postcodes_subset.csv"
needs_real = [pytest.mark.real_data, pytest.mark.skipif(not REAL.exists(), reason="no ../shared/data")]
CHARITY = Identifier.Scheme.CHARITY


def counts(run) -> tuple:
    return tuple(run.counts[k] for k in ("new", "changed", "unchanged", "suspicious", "rejected"))


def by_number(number: str) -> Organisation:
    return Organisation.objects.get(identifiers__scheme=CHARITY, identifiers__number=number)


def test_import_makes_organisations_of_good_rows_and_says_why_not_of_others():
    ward = make_ward("Hale")
    Postcode.objects.create(code="WA150HF", ward=ward)
    run = run_now(FILE, kind="charity_register", by=make_officer())
    assert counts(run) == (4, 0, 0, 0, 3)
    reasons = {r.row_number: r.reasons for r in run.rows.filter(outcome="rejected")}
    assert set(reasons) == {6, 7, 8}
    assert reasons[7] == ["The row has no name."]
    hale = by_number("1164883")
    assert (hale.name, hale.postcode, hale.ward, hale.legal_structure) == (
        "Hale Youth Club",
        "WA15 0HF",
        ward,
        "cio",
    )
    assert run.rows.get(row_number=4).reasons == ["The postcode WA15 OHF was read as WA15 0HF."]
    trust = by_number("214927")
    assert [i.number for i in trust.identifiers.all()] == ["214927", "00738693"]
    assert trust.website == "https://www.wildlifetrust.example"
    assert set(trust.contacts.values_list("value", "consent")) == {
        ("020 7946 0658", "unknown"),
        ("contact657@example.org", "unknown"),
    }
    assert Entry.objects.filter(kind="organisation").count() == 4


def test_import_keeps_the_good_part_of_a_row_with_bad_cells():
    run = run_now(FILE, kind="charity_register", by=None)
    assert len(run.rows.get(row_number=5).reasons) == 4
    bad = by_number("1164884")
    assert (bad.name, bad.postcode, bad.website, bad.registered_on) == ("Bad Company Number", "", "", None)


def test_import_a_second_time_changes_nothing():
    run_now(FILE, kind="charity_register", by=None)
    before = list(Organisation.objects.order_by("pk").values())
    assert counts(run_now(FILE, kind="charity_register", by=None)) == (0, 0, 4, 0, 3)
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_import_preview_writes_nothing():
    run = run_now(FILE, kind="charity_register", by=None, preview_only=True)
    assert counts(run) == (4, 0, 0, 0, 3)
    assert Organisation.objects.count() == 0


def test_import_brings_a_record_up_to_date_and_undo_puts_it_back():
    made = make_organisation("Hale youth club", numbers={CHARITY: "1164883"}, summary="Old words")
    run = run_now(FILE, kind="charity_register", by=make_officer())
    assert counts(run) == (3, 1, 0, 0, 3)
    made.refresh_from_db()
    assert (made.name, made.summary, made.version) == ("Hale youth club", "Youth work", 2)
    undo_now(run.pk, by=make_officer())
    made.refresh_from_db()
    assert (made.summary, made.postcode, made.website) == ("Old words", "", "")
    assert Organisation.objects.count() == 1
    assert Entry.objects.filter(kind="organisation").count() == 1


def test_undo_keeps_what_somebody_edited_since():
    run = run_now(FILE, kind="charity_register", by=None)
    hale = by_number("1164883")
    operations.edit_organisation(hale.pk, version=hale.version, by=make_officer(), summary="Ours")
    undo_now(run.pk, by=make_officer())
    assert [o.name for o in Organisation.objects.all()] == ["Hale Youth Club"]


def test_undo_keeps_what_something_points_to():
    run = run_now(FILE, kind="charity_register", by=None)
    operations.ask_for_membership(by_number("1164883").pk, by=make_user())
    undo_now(run.pk, by=None)
    assert [o.name for o in Organisation.objects.all()] == ["Hale Youth Club"]


def test_import_suspects_a_namesake_without_a_number_and_leaves_it():
    Postcode.objects.create(code="WA150HF", ward=make_ward())
    make_organisation("Hale Youth Club", postcode="WA15 0HF")
    run = run_now(FILE, kind="charity_register", by=None)
    assert counts(run) == (3, 0, 0, 1, 3)
    assert not Identifier.objects.filter(number="1164883").exists()


def test_import_leaves_a_company_number_with_its_holder():
    holder = make_organisation("Holder", numbers={Identifier.Scheme.COMPANY: "00738693"})
    run = run_now(FILE, kind="charity_register", by=None)
    assert run.rows.get(row_number=3).reasons == [
        f"00738693 already belongs to record {holder.pk} and was left there."
    ]
    assert [i.number for i in by_number("214927").identifiers.all()] == ["214927"]


def test_import_queries_do_not_grow_with_rows(django_assert_max_num_queries, tmp_path):
    header, *rows = FILE.read_text().splitlines()
    many = tmp_path / "many.csv"
    many.write_text(
        "\n".join([header, *(rows[2].replace("1164883", str(1_170_000 + i)) for i in range(400))])
    )
    with django_assert_max_num_queries(120):
        run = run_now(many, kind="charity_register", by=None)
    assert run.counts["new"] == 400


@pytest.mark.parametrize("mark", [pytest.param("real", marks=needs_real)])
def test_import_of_a_real_boroughs_register(mark, capsys):
    call_command("import_organisations", str(TRAFFORD))
    with TRAFFORD.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert Organisation.objects.count() == len({r["registered_charity_number"] for r in rows}) == 736
    assert (
        capsys.readouterr()
        .out.strip()
        .endswith('{"new":736,"changed":0,"unchanged":0,"suspicious":0,"rejected":0}')
    )
    schemes = Counter(Identifier.objects.values_list("scheme", flat=True))
    assert schemes[CHARITY] == 736
    assert Contact.objects.exclude(consent="unknown").count() == 0


@pytest.mark.parametrize("mark", [pytest.param("real", marks=needs_real)])
def test_import_of_real_charities_with_income(mark):
    run = run_now(HARROW, kind=None, by=None)
    assert run.kind == "find_that_charity"
    assert counts(run) == (33, 0, 0, 0, 1)
    assert Organisation.objects.exclude(band="").count() > 30


def import_rows(tmp_path, header: str, *rows: str):
    path = tmp_path / "rows.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return run_now(path, by=None)


def test_import_gives_a_company_number_to_the_first_of_two_rows(tmp_path):
    run = import_rows(
        tmp_path,
        "registered_charity_number,charity_name,charity_company_registration_number",
        "1164883,Hale Youth Club,02534145",
        "1164884,Hale Youth Club Trading,02534145",
    )
    assert counts(run) == (2, 0, 0, 0, 0)
    assert [i.number for i in by_number("1164883").identifiers.all()] == ["1164883", "02534145"]
    assert [i.number for i in by_number("1164884").identifiers.all()] == ["1164884"]
    assert run.rows.get(row_number=3).reasons == ["02534145 already belongs to row 2 and was left there."]


def test_import_leaves_out_a_contact_too_long_to_be_one(tmp_path):
    long = "a" * 250 + "@example.org"
    run = import_rows(
        tmp_path,
        "registered_charity_number,charity_name,charity_contact_email",
        f"1164883,Hale Youth Club,{long}",
    )
    assert counts(run) == (1, 0, 0, 0, 0)
    assert Contact.objects.count() == 0
    assert run.rows.get().reasons == ["A contact of more than 254 characters was left out."]


@pytest.mark.parametrize("income", ["NaN", "sNaN", "Infinity", "-5"])
def test_import_leaves_out_an_income_that_is_no_amount(tmp_path, income):
    run = import_rows(
        tmp_path, "org_id,reg_number,name,income", f"GB-CHC-1164883,1164883,Hale Youth Club,{income}"
    )
    assert counts(run) == (1, 0, 0, 0, 0)
    assert by_number("1164883").income is None
    assert run.rows.get().reasons == [f"{income} is not an amount of money; it was left out."]


def test_import_takes_the_old_ward_away_with_a_postcode_elsewhere(tmp_path):
    Postcode.objects.create(code="WA150HF", ward=make_ward("Hale"))
    header = "registered_charity_number,charity_name,charity_contact_postcode"
    import_rows(tmp_path, header, "1164883,Hale Youth Club,WA15 0HF")
    assert by_number("1164883").ward.name == "Hale"
    import_rows(tmp_path, header, "1164883,Hale Youth Club,LS1 1AA")
    moved = by_number("1164883")
    assert (moved.postcode, moved.ward) == ("LS1 1AA", None)
    assert not Entry.objects.filter(object_id=moved.pk, facets__contains=["ward:"]).exists()


def test_undo_keeps_an_organisation_that_was_given_a_contact_since():
    run = run_now(FILE, kind="charity_register", by=make_officer())
    hale = by_number("1164883")
    operations.save_contact(
        hale.pk, by=make_officer(), channel="email", value="new@example.org", consent="yes"
    )
    undo_now(run.pk)
    assert [c.value for c in Organisation.objects.get().contacts.filter(consent="yes")] == ["new@example.org"]


def test_both_layouts_wait_for_each_other(tmp_path):
    """Both write organisations: neither may plan against what the other is about to write."""
    layouts = {
        "registered_charity_number,charity_name": "1164883,Hale Youth Club",
        "org_id,reg_number,name": "GB-CHC-1164884,1164884,Sale Youth Club",
    }
    for header, row in layouts.items():
        with CaptureQueriesContext(connection) as captured:
            import_rows(tmp_path, header, row)
        locks = [q["sql"] for q in captured if "pg_advisory_xact_lock" in q["sql"]]
        assert locks == ["SELECT pg_advisory_xact_lock(hashtext('imports.organisation'))"]


def write_many(path, n: int, words: str = "Youth work"):
    """A file of n charities, each with a company number and two contacts."""
    header = FILE.read_text().splitlines()[0]
    rest = f"CIO,{words},2015-11-30,1 High Street,WA15 0HF,020 7946 0656,ann@example.org,https://hale.example"
    rows = [f"{1_170_000 + i},{10_000_000 + i},Hale Club {i},{rest}" for i in range(n)]
    path.write_text("\n".join([header, *rows]))
    return path


@pytest.mark.parametrize("is_new", [True, False])
def test_undo_queries_do_not_grow_with_rows(is_new, tmp_path):
    seen = set()
    for n in (2, 60):
        if not is_new:
            for i in range(n):
                make_organisation(f"Old {i}", numbers={CHARITY: str(1_170_000 + i)})
        run = run_now(write_many(tmp_path / "many.csv", n, "Other words"), kind="charity_register")
        assert counts(run) == ((n, 0, 0, 0, 0) if is_new else (0, n, 0, 0, 0))
        with CaptureQueriesContext(connection) as captured:
            undone = undo_now(run.pk)
        assert (undone.put_back, undone.kept) == (n, 0)
        seen.add(len(captured))
        assert Contact.objects.count() == 0
        assert set(Organisation.objects.values_list("website", "summary")) == (
            set() if is_new else {("", "")}
        )
        assert Identifier.objects.count() == Organisation.objects.count() == (0 if is_new else n)
        Organisation.objects.all().delete()
    assert len(seen) == 1


def test_undo_of_many_keeps_only_those_that_something_points_to(tmp_path):
    run = run_now(write_many(tmp_path / "many.csv", 40), kind="charity_register")
    held = {by_number(str(1_170_000 + i)) for i in (0, 7, 8, 39)}
    for one in held:
        Membership.objects.create(organisation=one, user=make_user(), role="lead", starts_on="2026-01-01")
    undone = undo_now(run.pk)
    assert (undone.put_back, undone.kept) == (36, 4)
    assert set(Organisation.objects.all()) == held
    kept = run.rows.exclude(kept="")
    assert {row.target_id for row in kept} == {one.pk for one in held}
    assert set(kept.values_list("kept", flat=True)) == {"Something else points to it now, so it was kept."}
    assert Entry.objects.filter(kind="organisation").count() == 4


def test_undo_leaves_numbers_and_contacts_that_others_gave(tmp_path):
    made = make_organisation("Hale", numbers={CHARITY: "1170000", Identifier.Scheme.COMPANY: "00738693"})
    contact = Contact.objects.create(organisation=made, channel="email", value="ours@example.org")
    run = run_now(write_many(tmp_path / "many.csv", 1), kind="charity_register")
    assert (made.contacts.count(), made.identifiers.count()) == (3, 3)
    undo_now(run.pk)
    assert list(made.contacts.all()) == [contact]
    assert set(made.identifiers.values_list("number", flat=True)) == {"1170000", "00738693"}
