"""The weekly digest: Mondays at seven in London, never twice, caught up when late, silent when nothing waits."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import make_councillor, make_officer, make_user
from vcse_portal.mail import circular, digest
from vcse_portal.mail.digest import Due, Urgency, next_due, send_due_digests, what_needs
from vcse_portal.mail.models import Delivery, DigestSchedule, Message

pytestmark = pytest.mark.django_db
MONDAY_6_59 = datetime(2026, 12, 7, 6, 59, tzinfo=UTC)
MONDAY_7_00 = datetime(2026, 12, 7, 7, 0, tzinfo=UTC)


@pytest.fixture
def sources(monkeypatch):
    """Only the sources a test names."""
    found = []
    monkeypatch.setattr(digest, "_sources", found)
    return found


@pytest.fixture
def one_due(sources):
    def question(user, today):
        yield Due("Question from Ann", "/commissioning/1/", date(2026, 12, 9), "Answer", group="Questions")

    sources.append(question)


def schedule(user, day=date(2026, 12, 7)):
    return DigestSchedule.objects.create(user=user, next_due_on=day)


def test_send_due_digests_waits_for_monday_seven_oclock(one_due):
    officer = make_officer()
    schedule(officer)
    assert send_due_digests(MONDAY_6_59) == 0
    assert send_due_digests(MONDAY_7_00) == 1
    assert Delivery.objects.get().email == officer.email
    message = Message.objects.get()
    assert message.subject == "What needs you this week: 1"
    assert "Answer: Question from Ann, due 9 December 2026" in message.text
    assert "http://127.0.0.1:8000/commissioning/1/" in message.text


def test_f8_send_due_digests_fired_again_sends_no_second(one_due):
    schedule(make_officer())
    assert [send_due_digests(MONDAY_7_00) for _ in range(3)] == [1, 0, 0]
    assert Message.objects.count() == 1


def test_f8_control_without_the_claim_and_the_key_it_would_go_twice(one_due, monkeypatch):
    officer = make_officer()
    stale = schedule(officer)
    digest._claim_and_queue(stale, MONDAY_7_00)
    assert digest._claim_and_queue(stale, MONDAY_7_00) is False  # the value seen is no longer there
    assert Message.objects.count() == 1
    DigestSchedule.objects.update(next_due_on=stale.next_due_on)  # the claim undone: the key still holds
    digest._claim_and_queue(stale, MONDAY_7_00)
    assert Message.objects.count() == 1
    DigestSchedule.objects.update(next_due_on=stale.next_due_on)
    Message.objects.update(key="another")  # both undone: now it goes twice
    digest._claim_and_queue(stale, MONDAY_7_00)
    assert Message.objects.count() == 2


def test_f35_three_missed_weeks_are_caught_up_with_one_digest(one_due):
    schedule(make_officer())
    assert send_due_digests(datetime(2026, 12, 30, 15, 0, tzinfo=UTC)) == 1
    assert DigestSchedule.objects.get().next_due_on == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 23, 7, 0, tzinfo=UTC), date(2026, 3, 30)),  # winter time
        (
            datetime(2026, 3, 30, 5, 59, tzinfo=UTC),
            date(2026, 3, 30),
        ),  # 6:59 in London, the day after the change
        (datetime(2026, 3, 30, 6, 0, tzinfo=UTC), date(2026, 4, 6)),  # 7:00 in London, summer time
        (datetime(2026, 10, 26, 6, 30, tzinfo=UTC), date(2026, 10, 26)),  # clocks went back: 6:30 in London
        (datetime(2026, 10, 26, 7, 0, tzinfo=UTC), date(2026, 11, 2)),
        (datetime(2026, 12, 9, 12, 0, tzinfo=UTC), date(2026, 12, 14)),
    ],
)
def test_next_due_is_the_next_monday_seven_in_london(moment, expected):
    assert next_due(moment) == expected


def test_send_due_digests_skips_people_with_nothing_due_and_asks_again_next_week(sources):
    schedule(make_officer())
    assert send_due_digests(MONDAY_7_00) == 0
    assert Message.objects.count() == 0
    assert DigestSchedule.objects.get().next_due_on == date(2026, 12, 14)


def test_send_due_digests_schedules_new_officers_and_nobody_else(one_due):
    officer = make_officer()
    make_councillor()
    make_user()
    assert send_due_digests(MONDAY_7_00) == 0
    assert list(DigestSchedule.objects.values_list("user", "next_due_on")) == [
        (officer.pk, date(2026, 12, 14))
    ]


def test_send_due_digests_does_not_write_to_closed_accounts(one_due):
    schedule(make_officer(is_active=False))
    assert send_due_digests(MONDAY_7_00) == 0


def test_f40_one_persons_trouble_leaves_the_others_their_digest(sources):
    broken, well = make_officer(), make_officer()
    schedule(broken), schedule(well)

    def question(user, today):
        if user == broken:
            raise RuntimeError
        yield Due("Question", "/x/", None, "Answer")

    sources.append(question)
    assert send_due_digests(MONDAY_7_00) == 1
    assert Delivery.objects.get().email == well.email
    assert broken.digest_schedule.next_due_on == date(2026, 12, 7)  # tried again next time


def test_what_needs_sorts_by_urgency_then_date(sources):
    today = date(2026, 12, 7)

    def deeds(user, today):
        yield Due("no date", "/1/", None, "Read")
        yield Due("in a week", "/2/", date(2026, 12, 14), "Score")
        yield Due("yesterday", "/3/", date(2026, 12, 6), "Answer")
        yield Due("next month", "/4/", date(2027, 1, 6), "Check")
        yield Due("called urgent", "/5/", date(2027, 1, 6), "Decide", urgency=Urgency.OVERDUE)

    sources.append(deeds)
    assert [(due.what, due.urgency) for due in what_needs(make_officer(), today)] == [
        ("yesterday", Urgency.OVERDUE),
        ("called urgent", Urgency.OVERDUE),
        ("in a week", Urgency.SOON),
        ("next month", Urgency.LATER),
        ("no date", Urgency.LATER),
    ]


def test_circular_entries_come_in_the_order_of_sections(monkeypatch):
    monkeypatch.setattr(circular, "_sources", [])
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)

    @circular.source
    def both(asked_since, asked_until):
        assert (asked_since, asked_until) == (since, until)
        for section, day in (("news", 1), ("funding", 5), ("intentions", 9), ("funding", 2)):
            yield circular.Entry(section, f"{section} {day}", "", "/x/", datetime(2026, 11, day, tzinfo=UTC))

    assert [entry.title for entry in circular.entries(since, until)] == [
        "intentions 9",
        "funding 2",
        "funding 5",
        "news 1",
    ]
