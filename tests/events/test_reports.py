"""Figures: right to the penny, silent about few."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from organisations.events import operations, reports
from organisations.events.models import Event, Feedback
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_organisation

from .factories import make_event, make_past_event, make_place

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def hold(event, came: int, stayed: int = 0, organisation=None) -> Event:
    people = [
        operations.add_person(
            event.pk, name=f"n{n}", organisation=organisation, by=event.organiser, key=uuid4()
        )
        for n in range(came + stayed)
    ]
    return operations.take_attendance(
        event.pk, came=[p.pk for p in people[:came]], version=event.version, by=event.organiser
    )


def answer(event, *useful: int, **given) -> None:
    for number in useful:
        Feedback.objects.create(event=event, useful=number, **given)


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_year_of_begins_in_april(day, year):
    assert reports.year_of(day) == year


def test_held_in_goes_by_london_time():
    def at(*when):
        starts_at = datetime(*when, tzinfo=LONDON)
        return make_event(starts_at=starts_at, now=starts_at - timedelta(days=9))

    before, first, last, after = (
        at(2025, 3, 31, 23, 30), at(2025, 4, 1, 0, 30), at(2026, 3, 31, 23, 30), at(2026, 4, 1, 0, 30),
    )  # fmt: skip
    assert {e.pk for e in reports.held_in(2025)} == {first.pk, last.pk}
    assert before.pk in reports.held_in(2024).values_list("pk", flat=True)
    assert after.pk in reports.held_in(2026).values_list("pk", flat=True)


def test_rows_count_who_came_and_what_it_cost_a_head():
    organisation = make_organisation()
    hold(make_past_event(cost=Decimal("100.00")), came=3, stayed=1, organisation=organisation)
    (row,) = reports.rows(Event.objects.all())
    assert (row.had_place, row.came, row.share, row.organisations) == (4, 3, 75, 1)
    assert row.cost_a_head == Decimal("33.33")


def test_cost_a_head_rounds_half_up_and_is_silent_when_nobody_came():
    assert reports.a_head(Decimal("0.05"), 2) == Decimal("0.03")
    assert reports.a_head(Decimal("10"), 0) is None
    assert reports.a_head(None, 3) is None


def test_totals_take_only_events_with_a_cost_for_a_head():
    hold(make_past_event(cost=Decimal(90)), came=3), hold(make_past_event(), came=7, stayed=10)
    make_place(make_past_event(cost=Decimal(500)))  # nobody has said who came
    totals = reports.totals(reports.rows(Event.objects.all()))
    assert (totals.events, totals.unknown, totals.came, totals.share) == (3, 1, 10, 50)
    assert (totals.cost, totals.cost_a_head) == (Decimal(90), Decimal(30))


def test_kinds_of_counts_each_organisation_once_and_hides_few_people_without_one():
    small = make_organisation(income=50_000, legal_structure="cio", is_equalities_led=True)
    unknown = make_organisation()
    first, second = make_past_event(), make_past_event()
    hold(first, came=2, organisation=small), hold(second, came=1, organisation=small)
    third = hold(make_past_event(), came=1, stayed=3, organisation=unknown)
    fourth = hold(make_past_event(), came=4)
    kinds = reports.kinds_of([first.pk, second.pk, third.pk, fourth.pk])
    assert kinds.organisations == 2
    assert dict(kinds.bands) == {"Small: £10,000 to £100,000": 1, "Not known": 1}
    assert sum(count for _words, count in kinds.structures) == 2
    assert kinds.flags == [("Equalities-led", 1)]
    assert kinds.people_without == "fewer than 5"


def test_rows_and_kinds_cost_the_same_with_one_and_four(django_assert_num_queries):
    for count in (1, 3):
        for _ in range(count):
            hold(make_past_event(), came=1, organisation=make_organisation())
        with django_assert_num_queries(4):
            found = reports.rows(Event.objects.all())
            reports.totals(found)
            reports.kinds_of([row.event.pk for row in found])


@pytest.mark.parametrize("count", [1, 4])
def test_thoughts_of_fewer_than_five_are_not_shown(count):
    event = make_past_event()
    answer(event, *[5] * count, will_change="I am the only one here called Zebedee")
    thoughts = reports.thoughts_about(event)
    assert (thoughts.answers, thoughts.is_enough, thoughts.average) == ("fewer than 5", False, "")
    assert thoughts.will_change == thoughts.should_change == thoughts.useful == []
    (row,) = reports.rows(Event.objects.all())
    assert (row.answers_words, row.rating) == ("fewer than 5", "")
    assert "Zebedee" not in str(list(reports.csv_rows([row])))


def test_thoughts_of_five_are_shown_with_small_cells_hidden():
    event = make_past_event()
    answer(event, 5, 5, 5, 5, 5, 5, 4, could_take_part=True)
    thoughts = reports.thoughts_about(event)
    assert (thoughts.answers, thoughts.average, thoughts.could_take_part) == ("7", "4.9", "7")
    hidden = "too few to show"  # the one answer, and what would give it away
    assert [words for _label, words in thoughts.useful] == [hidden, hidden, "0", "0", "0"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([5, 6], ["5", "6"]),
        ([0, 6], ["0", "6"]),
        ([1, 2, 9], ["-", "-", "9"]),
        ([1, 7, 9], ["-", "-", "9"]),
        ([4, 0, 0], ["-", "0", "0"]),
    ],
)
def test_hide_few_leaves_nothing_to_work_out(counts, expected):
    found = reports.hide_few(dict(enumerate(counts)))
    assert [words.replace("too few to show", "-") for words in found.values()] == expected


def test_figures_page_for_council_people(client, sign_in):
    event = make_past_event(title="Leaders 1", programme="Leaders programme", cost=Decimal(1250))
    place = make_place(event)
    operations.take_attendance(event.pk, came=[place.pk], version=event.version, by=event.organiser)
    make_past_event(title="Other")
    address = "/events/figures/"
    assert client.get(address).status_code == 302
    assert sign_in(make_user()).get(address).status_code == 403
    year = reports.year_of(timezone.localdate(event.starts_at))
    content = sign_in(make_councillor()).get(f"{address}?year={year}").content.decode()
    assert all(words in content for words in ("Leaders 1", "Other", "£1,250", "1 of 1"))
    narrowed = sign_in(make_officer("performance")).get(f"{address}?year={year}&programme=Leaders+programme")
    assert "Other</a>" not in narrowed.content.decode()
    assert (
        "No events in this year" in sign_in(make_councillor()).get(f"{address}?kind=launch").content.decode()
    )


def test_figures_csv_names_nobody(sign_in):
    event = make_past_event(title="@evil", cost=Decimal(10))
    place = make_place(event)
    operations.take_attendance(event.pk, came=[place.pk], version=event.version, by=event.organiser)
    year = reports.year_of(timezone.localdate(event.starts_at))
    response = sign_in(make_councillor()).get(f"/events/figures/?format=csv&year={year}")
    lines = b"".join(response).decode().splitlines()
    day = timezone.localdate(event.starts_at)
    assert lines[1] == f"'@evil,Training,,{day},,1,1,100,1,10.00,10.00,0,"
    assert place.email not in str(lines)
