"""The directory's six filters, its ward map, and the same question as CSV and JSON."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import operations
from organisations.export import HEADER, PUBLIC_HEADER
from organisations.models import Identifier
from tests.factories import make_community, make_officer, make_support, make_theme, make_ward
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db
DIRECTORY, MAP = "/organisations/", "/organisations/map/"
SQUARE = {"type": "Polygon", "coordinates": [[[0, 51], [0.1, 51], [0.1, 51.1], [0, 51.1], [0, 51]]]}


def names(page) -> list[str]:
    return [row.name for row in page.context["found"].rows]


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("theme", "1 organisation working on Health"),
        ("community", "1 organisation serving Elders"),
        ("ward", "1 organisation in Greenhill"),
        ("structure", "1 organisation with the legal structure Community Interest Company (CIC)"),
        ("band", "1 organisation with an income of under £10,000"),
        ("support", "1 organisation offering others help with Bookkeeping"),
    ],
)
def test_directory_filters_by_each_group_and_says_so(client, group, sentence):
    theme, community = make_theme("Health"), make_community("Elders")
    ward, support = make_ward("Greenhill"), make_support("Bookkeeping")
    make_organisation(
        "Ours",
        themes=[theme.code],
        communities=[community.code],
        ward=ward,
        legal_structure="cic",
        income=1,
        support_offered=[support.code],
    )
    make_organisation("Other")
    chosen = {
        "theme": theme.code,
        "community": community.code,
        "ward": ward.code,
        "structure": "cic",
        "band": "micro",
        "support": support.code,
    }
    page = client.get(DIRECTORY, {group: chosen[group]})
    assert (names(page), page.context["found"].sentence) == (["Ours"], sentence)


def test_directory_counts_what_each_choice_would_leave(client):
    support = make_support("Bookkeeping")
    for _ in range(2):
        make_organisation(support_offered=[support.code], legal_structure="cic")
    form = client.get(DIRECTORY, {"structure": "cic"}).context["form"]
    assert list(form.fields["support"].choices) == [(support.code, "Bookkeeping (2)")]


def test_support_wanted_is_no_filter(client):
    support = make_support("Bookkeeping")
    make_organisation("Shy", support_wanted=[support.code])
    assert names(client.get(DIRECTORY, {"support": support.code})) == []


def test_an_unconfirmed_record_sinks_among_equals(client):
    make_organisation("Choir of Alder")
    make_organisation("Choir of Birch", confirmed_on=date(2026, 10, 1))
    assert names(client.get(DIRECTORY, {"q": "choir"})) == ["Choir of Birch", "Choir of Alder"]


@pytest.mark.parametrize("place", [DIRECTORY, MAP])
@pytest.mark.parametrize(
    "query", ["", "?q=health", "?q=helath&structure=cic&band=micro&support=x&community=y"]
)
def test_directory_and_map_use_at_most_six_queries_however_many_rows(sign_in, place, query):
    officer = sign_in(make_officer())
    make_ward("Greenhill", boundary=SQUARE)
    make_organisation("Health group")
    one = queries(officer, place + query)
    for number in range(3):
        make_organisation(f"Health group {number}")
    assert one == queries(officer, place + query) <= 6


# The map ------------------------------------------------------------------------------------------------
def wards(page) -> dict[str, int]:
    return {row.name: row.number for row in page.context["map"].rows}


def test_map_counts_groups_in_each_ward_they_work_in(client):
    east, west = make_ward("East", boundary=SQUARE), make_ward("West")
    make_organisation(ward=east, wards_worked=[west.code])
    make_organisation(ward=east)
    page = client.get(MAP)
    assert wards(page) == {"East": 2, "West": 1}
    html = page.content.decode()
    assert 'aria-label="East: 2 groups"' in html  # the drawing
    assert html.count(f'href="/organisations/?ward={east.code}"') == 2  # and its line in the table


def test_map_answers_the_question_of_the_list_and_keeps_it(client):
    east, theme = make_ward("East", boundary=SQUARE), make_theme("Health")
    make_organisation(ward=east, themes=[theme.code])
    make_organisation(ward=east)
    page = client.get(MAP, {"theme": theme.code, "ward": "E05999999"})  # a ward is no question to a map
    assert wards(page) == {"East": 1}
    assert f'href="/organisations/?theme={theme.code}&amp;ward={east.code}"' in page.content.decode()
    assert "ward" not in page.context["form"].fields


def test_map_counts_every_group_however_many(client, monkeypatch):
    monkeypatch.setattr("vcse_portal.search.find.CAP", 2)
    east = make_ward("East")
    for _ in range(4):
        make_organisation(ward=east)
    assert wards(client.get(MAP)) == {"East": 4}


def test_map_leaves_out_the_unpublished_for_visitors_only(client, sign_in):
    east = make_ward("East")
    make_organisation(ward=east, is_published=False)
    assert wards(client.get(MAP)) == {"East": 0}
    assert wards(sign_in(make_officer()).get(MAP)) == {"East": 1}


def test_map_without_wards_says_what_will_be_there(client):
    assert "No wards yet" in client.get(MAP).content.decode()


def test_map_is_also_a_table_for_spreadsheets(client):
    east = make_ward("East")
    make_organisation(ward=east)
    text = client.get(MAP, {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1:] == [[east.code, "East", "1"]]


# The same as files --------------------------------------------------------------------------------------
def as_csv(client, **question) -> list[dict]:
    text = client.get(DIRECTORY, {**question, "format": "csv"}).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def as_json(client, **question) -> list[dict]:
    return json.loads(client.get(DIRECTORY, {**question, "format": "json"}).getvalue())["organisations"]


def test_csv_and_json_answer_the_question_of_the_page(client):
    make_organisation("Wealdstone Carers")
    make_organisation("Other")
    for download, name in ((as_csv, "Organisation name"), (as_json, "name")):
        assert [row[name] for row in download(client, q="weeldstone")] == ["Wealdstone Carers"]
        assert [row[name] for row in download(client)] == ["Other", "Wealdstone Carers"]


def test_csv_says_every_fact_an_officer_edits(sign_in):
    ward, theme, support = make_ward("East"), make_theme("Health"), make_support("Bookkeeping")
    officer = make_officer()
    thing = make_organisation(
        "Ours",
        known_as="We",
        summary="Lines\nand =formulas",
        legal_structure="cio",
        themes=[theme.code],
        wards_worked=[ward.code],
        languages=["Gujarati", "Tamil"],
        income=Decimal("1250.50"),
        income_year_end=date(2026, 3, 31),
        staff_fte=Decimal("2.5"),
        volunteers=0,
        support_wanted=[support.code],
        is_equalities_led=True,
        confirmed_on=date(2026, 10, 1),
        numbers={Identifier.Scheme.CHARITY: "1164883", Identifier.Scheme.SCOTLAND: "SC009481"},
    )
    for value, consent in (("yes@example.org", "yes"), ("no@example.org", "no")):
        operations.save_contact(thing.pk, by=officer, channel="email", value=value, consent=consent)
    (row,) = as_csv(sign_in(officer))
    assert tuple(row) == HEADER
    assert {heading: value for heading, value in row.items() if value} == {
        "Organisation name": "Ours",
        "Known as": "We",
        "Registered charity number": "1164883",
        "Other numbers": "GB-SC-SC009481",
        "Legal structure": "Charitable Incorporated Organisation (CIO)",
        "Status": "Active",
        "What it does": "Lines\nand =formulas",
        "Main activity": "Health",
        "Languages": "Gujarati; Tamil",
        "Ward(s) served": "East",
        "Annual income": "1250.50",
        "Year ended": "2026-03-31",
        "Number of paid staff (FTE)": "2.5",
        "Number of volunteers": "0",
        "Equalities-led": "yes",
        **dict.fromkeys(
            ("Infrastructure body", "Community anchor", "Consortium", "Faith group", "Public body"), "no"
        ),
        "Email": "yes@example.org; no@example.org",
        "Confirmed on": "2026-10-01",
        "Portal number": str(thing.pk),
        "Consent to publish email": "yes; no",
        "Address is published": "no",
        "In the public directory": "yes",
        "Support wanted": "Bookkeeping",
    }


def test_visitors_get_the_public_columns_only(client):
    make_organisation("Ours", address="1 High Street", postcode="HA1 2AA", status_reason="Because")
    (row,) = as_csv(client)
    assert (tuple(row), row["Address"], row["Postcode"]) == (PUBLIC_HEADER, "", "")
    (fact,) = as_json(client)
    assert not {"status_reason", "source", "support_needs", "support_wanted", "is_published"} & set(fact)


def test_json_keeps_lists_numbers_and_truths_as_they_are(client):
    theme = make_theme("Health")
    make_organisation("Ours", themes=[theme.code], income=250, is_anchor=True)
    (fact,) = as_json(client)
    assert (fact["themes"], fact["income"], fact["is_anchor"], fact["volunteers"]) == (
        ["Health"],
        250,
        True,
        None,
    )


def test_exports_ask_as_many_statements_for_four_rows_as_for_one(client):
    def statements(form):
        with CaptureQueriesContext(connection) as captured:
            client.get(DIRECTORY, {"format": form}).getvalue()
        return len(captured)

    make_organisation()
    statements("csv")
    one = [statements(form) for form in ("csv", "json")]
    for _ in range(3):
        make_organisation()
    assert one == [statements(form) for form in ("csv", "json")]


def test_exports_go_on_where_a_chunk_ends(client, monkeypatch):
    monkeypatch.setattr("organisations.export.CHUNK", 2)
    for letter in "abcde":
        make_organisation(f"Choir {letter}")
    expected = [f"Choir {letter}" for letter in "abcde"]
    assert [row["name"] for row in as_json(client)] == expected
    assert [row["name"] for row in as_json(client, q="choir")] == expected
