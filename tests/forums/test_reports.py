"""Who is missing, who comes: figures checked against a borough small enough to count by hand."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.forums import reports
from organisations.forums.operations.attendance import Seen
from tests.factories import make_councillor, make_officer, make_theme, make_user, make_ward
from tests.forums.factories import make_forum, make_held, make_seat, make_seated, make_sector_chair, sit
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db
MILLION = Decimal(1_000_000)


@pytest.fixture
def borough():
    """Eight groups and a public body on the register; a forum in which three groups and the body sit."""
    make_theme("Health"), make_theme("Arts")
    north, south = make_ward("North"), make_ward("South")
    forum = make_forum("Voluntary Sector Forum")
    groups = [
        make_organisation("A", income=5000, themes=["health"], ward=north, is_equalities_led=True),
        make_organisation("B", income=5000, themes=["health", "arts"], ward=north),
        make_organisation("C", income=50_000, themes=["arts"], ward=north),
        *(make_organisation(f"S{n}", income=5000, ward=south) for n in range(3)),
        make_organisation("Large", income=2 * MILLION),
        make_organisation("Major", income=20 * MILLION),
    ]
    make_organisation("Gone", income=5000, status="closed")
    body = make_organisation("NHS", income=90 * MILLION, is_public_body=True)
    for organisation in (*groups[:3], body):
        sit(make_seat(forum), organisation=organisation)
    return forum, groups


def lines(found, title) -> list:
    table = next(table for table in found.tables if table.title == title)
    return [(one.label, one.seats, one.seat_share, one.groups, one.group_share) for one in table.lines]


def test_representation_sets_seats_beside_the_register(borough):
    forum = borough[0]
    found = reports.representation(forum, make_officer())
    assert (found.seats, found.filled, found.vacant, found.counted, found.groups) == (5, 4, 1, 3, 8)
    assert lines(found, "Income") == [
        ("Micro: under £10,000", 2, 67, 5, 63),
        ("Small: £10,000 to £100,000", 1, 33, 1, 13),
        ("Large: £1 million to £10 million", 0, 0, 1, 13),
        ("Major: £10 million to £100 million", 0, 0, 1, 13),
    ]
    assert lines(found, "Theme") == [("Arts", 2, 67, 2, 25), ("Health", 2, 67, 2, 25)]
    assert lines(found, "Ward") == [
        ("North", 3, 100, 3, 38),
        ("South", 0, 0, 3, 38),
        ("Ward not known", 0, 0, 2, 25),
    ]
    assert lines(found, "Led by people facing inequality") == [
        ("Equalities-led", 1, 33, 1, 13),
        ("Not equalities-led, or not known", 2, 67, 7, 88),
    ]
    south = next(line for table in found.tables for line in table.lines if line.label == "South")
    assert (south.is_missing, south.is_thin) == (True, False)


def test_representation_of_an_empty_register_has_no_shares():
    found = reports.representation(make_forum(), make_officer())
    assert (found.counted, found.groups, found.seats) == (0, 0, 1)
    assert [table.lines for table in found.tables] == [[], [], [], []]


def test_percent_rounds_half_up():
    assert [reports.percent(n, 8) for n in (0, 1, 4, 8)] == [0, 13, 50, 100]
    assert reports.percent(0, 0) is None


def test_larger_not_seen_looks_back_so_many_meetings(borough):
    forum, groups = borough
    officer, seat = make_officer(), make_seat(forum)
    sit(seat, organisation=groups[6])
    make_held(forum, in_days=-90, came={seat: "came"})
    make_held(forum, in_days=-60, came={seat: "absent"})
    make_held(forum, in_days=-30, came={seat: "apologies"})

    def found(meetings):
        rows = reports.larger_not_seen(forum, officer, meetings=meetings)
        return [(o.name, o.has_seat, o.last_seen is not None) for o in rows]

    assert found(3) == [("Major", False, False)]
    assert found(2) == [("Major", False, False), ("Large", True, True)]


def test_larger_not_seen_counts_who_came_to_this_forum_only(borough):
    forum, groups = borough
    other = make_forum()
    seat = make_seat(other)
    sit(seat, organisation=groups[6])
    make_held(other, came={seat: "came"})
    make_held(forum)
    names = [o.name for o in reports.larger_not_seen(forum, make_officer(), meetings=3)]
    assert names == ["Major", "Large"]


def test_council_at_meetings_counts_the_senior_and_names_the_most_senior():
    forum = make_forum()
    director, officer = make_seat(forum, "council"), make_seat(forum, "council")
    sit(director, seniority="top"), sit(officer, seniority="staff")
    make_held(forum, in_days=-60, came={director: Seen("came", seniority="top"), officer: Seen("came")})
    make_held(
        forum,
        in_days=-30,
        came={director: Seen("substitute", name="Dee", seniority="manager"), officer: Seen("absent")},
    )
    make_held(forum, in_days=-10, came={director: Seen("apologies"), officer: Seen("absent")})
    found = reports.council_at_meetings(forum, meetings=12)
    assert [(one.present, one.senior, one.most_senior) for one in found] == [
        (0, 0, "Nobody"),
        (1, 0, "Manager"),
        (2, 1, "Director, chief officer or trustee"),
    ]


def test_attendance_by_seat_and_by_seniority():
    forum, ours = make_forum(), make_organisation("Ashfield", income=5000)
    seat = make_seat(forum, title="Halls")
    sit(seat, organisation=ours)
    make_held(forum, in_days=-60, came={seat: Seen("came", seniority="top", paid=Decimal(40))})
    make_held(
        forum, in_days=-30, came={seat: Seen("substitute", name="Dee", seniority="staff", paid=Decimal(40))}
    )
    make_held(forum, in_days=-10, came={seat: "apologies"})
    row = reports.attendance_by_seat(forum, meetings=12).get()
    told = {
        n: row[n] for n in ("organisation__name", "there", "substitutes", "apologies", "asked", "total_paid")
    }
    assert told == {
        "organisation__name": "Ashfield",
        "there": 2,
        "substitutes": 1,
        "apologies": 1,
        "asked": 3,
        "total_paid": 80,
    }
    assert [(label, n) for label, _, n in reports.attendance_by_seniority(forum, meetings=12)] == [
        ("Director, chief officer or trustee", 1),
        ("Officer or volunteer", 1),
    ]


# Pages -----------------------------------------------------------------------------------------------------
def address(name, forum) -> str:
    return reverse(f"forums:{name}", args=[forum.pk])


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))


def queries(client, where) -> int:
    client.get(where)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(where).status_code == 200
    return len(captured)


def test_missing_shows_and_downloads_the_three_tables(borough, sign_in):
    forum = borough[0]
    make_held(forum)
    officer = sign_in(make_councillor())
    page = officer.get(address("missing", forum)).content.decode()
    for words in ("4 of the sector’s 5 seats", "No seat", "Never", "Nobody senior"):
        assert words in page
    where = address("missing", forum) + "?format=csv"
    assert rows_of(officer.get(where))[1] == ["Income", "Micro: under £10,000", "2", "67", "5", "63"]
    assert [row[0] for row in rows_of(officer.get(where + "&table=larger"))] == [
        "Organisation",
        "Major",
        "Large",
    ]
    assert rows_of(officer.get(where + "&table=council"))[1][1:] == ["0", "0", "Nobody"]


def test_missing_does_not_tell_a_chair_of_unpublished_bodies(borough, sign_in):
    forum = borough[0]
    make_organisation("Quiet House", income=3 * MILLION, is_published=False)
    chair, officer = sign_in(make_sector_chair(forum)), sign_in(make_officer())
    for where in (address("missing", forum), address("missing", forum) + "?format=csv&table=larger"):
        assert "Quiet House" not in b"".join(chair.get(where)).decode()
        assert "Quiet House" in b"".join(officer.get(where)).decode()


def test_missing_asks_as_many_queries_for_four_rows_as_for_one(borough, sign_in):
    forum = borough[0]
    officer = sign_in(make_officer())
    make_held(forum)
    one = queries(officer, address("missing", forum))
    for _ in range(3):
        make_organisation(income=3 * MILLION), make_held(forum), sit(make_seat(forum))
    assert one == queries(officer, address("missing", forum)) <= 11


@pytest.mark.parametrize(
    "query", ["?meetings=0", "?meetings=x", "?meetings=999", "?page=99", "?meetings=%00"]
)
def test_figures_take_nonsense_for_the_usual(borough, sign_in, query):
    officer = sign_in(make_officer())
    for name in ("missing", "attendance"):
        assert officer.get(address(name, borough[0]) + query).status_code == 200


def test_attendance_is_for_members_and_what_was_paid_for_those_who_keep_it(sign_in):
    forum, ours = make_forum(), make_organisation("Ashfield", income=5000)
    seat = make_seat(forum, title="Halls")
    sit(seat, organisation=ours, name="Ann")
    make_held(forum, came={seat: Seen("came", paid=Decimal("40.50"))})
    where = address("attendance", forum)
    member, officer = sign_in(make_seated(forum)), sign_in(make_officer())
    assert sign_in(make_user()).get(where).status_code == 403
    assert "£40.50" in officer.get(where).content.decode()
    assert "£40.50" not in member.get(where).content.decode()
    told = rows_of(officer.get(where + "?format=csv"))
    assert (told[0][-1], told[1][2:]) == (
        "Paid for its time (£)",
        ["Ashfield", "Halls", "Ann", "Not recorded", "Came", "40.50"],
    )
    assert "Paid for its time (£)" not in rows_of(member.get(where + "?format=csv"))[0]
    one = queries(officer, where)
    for _ in range(3):
        seat = make_seat(forum)
        sit(seat), make_held(forum, came={seat: "came"})
    assert one == queries(officer, where) <= 9
