"""The month's circular: assembled once, edited, approved, sent; late, twice, and when the clocks change."""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from commissioning.circulars.contents import next_period
from commissioning.circulars.models import Circular, CircularEntry, CircularState
from commissioning.circulars.operations import (
    approve_circular,
    assemble_circular,
    assemble_due,
    close_sent,
    drop_entry,
    edit_circular,
    edit_entry,
    gather_again,
    move_entry,
    remind_editors,
    send_test,
)
from commissioning.models import Intention, Stage
from commissioning.operations import move_stage, withdraw_intention
from tests.factories import make_officer
from tests.mail.factories import make_subscription
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.search.models import Entry
from vcse_portal.ui.conflict import Conflict

from .factories import make_circular, make_draft, make_intention

LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


def at(year, month, day, hour=9, minute=0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


NOVEMBER, DECEMBER = at(2026, 11, 10), at(2026, 12, 1)


@pytest.fixture
def editor():
    return make_officer("partnerships", name="Pat Partner")


@pytest.fixture
def three(editor):
    """A December draft with three entries, and its editor."""
    for day, title in enumerate(["Youth work", "Canal boats", "Lunch clubs"]):
        make_intention(title=title, now=NOVEMBER + timedelta(days=day))
    return make_circular("2026-12", now=DECEMBER)


def titles(circular, **kept) -> list[str]:
    return list(circular.entries.filter(**kept).order_by("position").values_list("title", flat=True))


def refused(operation, *args, **kwargs) -> list[str]:
    with pytest.raises(ValidationError) as error:
        operation(*args, **kwargs)
    return error.value.messages


# Assembling ------------------------------------------------------------------------------------


def test_assemble_circular_gathers_what_was_published(three):
    assert titles(three) == ["Youth work", "Canal boats", "Lunch clubs"]
    assert (three.title, three.state, three.until) == (
        "Circular, December 2026",
        CircularState.DRAFT,
        DECEMBER,
    )
    assert three.since == at(2026, 11, 1, 0)
    assert timeline(three)[0].what == "Assembled"


def test_assemble_circular_leaves_out_drafts_and_withdrawn_ones():
    make_draft(now=NOVEMBER)
    gone = make_intention(now=NOVEMBER)
    withdraw_intention(gone.pk, reason="No money.", by=gone.lead_officer)
    assert titles(make_circular(now=DECEMBER)) == []


def test_assemble_circular_tells_of_moved_stages_but_not_twice():
    moved, new = make_intention(title="Old", now=at(2026, 9, 1)), make_intention(title="New", now=NOVEMBER)
    for intention in (moved, new):
        move_stage(intention.pk, stage=Stage.OPEN, version=2, by=intention.lead_officer, now=NOVEMBER)
    assert titles(make_circular(now=DECEMBER)) == ["New", "Old: now at “Open to bid or apply”"]


def test_assemble_circular_tells_its_editors(editor, three):
    mail = Message.objects.get(kind="circular_waiting")
    assert mail.subject == "Circular, December 2026 waits for you"
    assert [d.email for d in mail.deliveries.all()] == [editor.email]
    assert "3 things published" in mail.text


def test_assemble_circular_twice_leaves_the_first_as_it_is(three):
    make_intention(now=DECEMBER)
    again, is_new = assemble_circular("2026-12", now=DECEMBER + timedelta(days=1))
    assert (again, is_new) == (three, False)
    assert CircularEntry.objects.count() == 3


def test_assemble_circular_begins_where_the_last_one_ended(three, editor):
    approve_circular(three.pk, version=three.version, by=editor, now=DECEMBER)
    make_intention(title="Later", now=at(2026, 12, 20))
    january = make_circular("2027-01", now=at(2027, 1, 4))
    assert (january.since, titles(january)) == (DECEMBER, ["Later"])


def test_assemble_circular_finds_what_was_committed_late(three, editor):
    approve_circular(three.pk, version=three.version, by=editor, now=DECEMBER)
    make_intention(title="Committed late", now=DECEMBER - timedelta(seconds=1))
    assert titles(make_circular("2027-01", now=at(2027, 1, 4))) == ["Committed late"]


def test_assemble_circular_takes_over_a_draft_nobody_approved(three):
    january = make_circular("2027-01", now=at(2027, 1, 4))
    three.refresh_from_db()
    assert three.state == CircularState.SUPERSEDED
    assert len(titles(january)) == 3


def test_assemble_circular_refuses_months_far_ahead_and_those_passed_by(three, editor):
    assert refused(assemble_circular, "2027-03", now=DECEMBER) == [
        "2027-03 is too far ahead: assemble the circular of this month or the next."
    ]
    assert refused(assemble_circular, "2026-13", now=DECEMBER) == [
        "Give the month as year and month, such as 2026-12."
    ]
    approve_circular(three.pk, version=three.version, by=editor, now=DECEMBER)
    assert refused(assemble_circular, "2026-11", now=DECEMBER) == [
        "A circular later than 2026-11 has already gone out."
    ]


@pytest.mark.parametrize(
    ("now", "period"),
    [
        (at(2026, 11, 30, 23, 59), "2026-11"),  # the month's last minute
        (at(2026, 12, 1, 0, 0), "2026-12"),  # a Tuesday
        (at(2027, 1, 1), None),  # New Year's Day
        (at(2027, 1, 3, 23, 30), None),  # Sunday
        (at(2027, 1, 4, 0, 0), "2027-01"),  # the first Monday after it
        (at(2027, 5, 3), None),  # early May bank holiday
        (at(2027, 5, 4), "2027-05"),
        (at(2028, 2, 29), "2028-02"),
        (at(2027, 3, 31, 23, 59), "2027-03"),
        (datetime(2027, 3, 31, 22, 59, tzinfo=ZoneInfo("UTC")), "2027-03"),  # 23:59 summer time
        (datetime(2027, 3, 31, 23, 0, tzinfo=ZoneInfo("UTC")), "2027-04"),  # midnight, 1 April, in London
        (at(2027, 3, 28, 1, 30), "2027-03"),  # the hour that does not exist
        (at(2026, 10, 25, 1, 30), "2026-10"),  # the hour that comes twice
        (at(2026, 8, 3), "2026-08"),  # 1 August is a Saturday
        (at(2026, 8, 2), None),
    ],
)
def test_assemble_due_on_the_first_working_day_in_london(now, period):
    made = assemble_due(now)
    assert (made.period if made else None) == period


def test_assemble_due_catches_up_after_days_without_a_scheduler():
    assert assemble_due(at(2026, 12, 4)).period == "2026-12"
    assert assemble_due(at(2026, 12, 4, 10)) is None


def test_f35_a_year_of_half_hours_gives_one_circular_a_month(time_machine):
    """Every half hour round each month's end, the clocks going forward and back, 29 February."""
    for year, month in [(2027, m) for m in range(1, 13)] + [(2028, 1), (2028, 2), (2028, 3)]:
        moment = at(year, month, 1).astimezone(ZoneInfo("UTC")) - timedelta(hours=20)
        for _step in range(0, 6 * 48, 3):
            moment += timedelta(minutes=90)
            time_machine.move_to(moment, tick=False)
            assemble_due()
    expected = [f"2027-{m:02}" for m in range(1, 13)] + ["2028-01", "2028-02", "2028-03"]
    made = list(Circular.objects.order_by("period").values_list("period", flat=True))
    assert made[-15:] == expected
    assert len(made) == len(set(made))


# Editing ---------------------------------------------------------------------------------------


def test_edit_circular_changes_title_and_foreword(three, editor):
    edited = edit_circular(three.pk, title="Our news", foreword="**Hello**", version=three.version, by=editor)
    assert (edited.title, edited.foreword) == ("Our news", "**Hello**")
    with pytest.raises(Conflict):
        edit_circular(three.pk, title="Other", foreword="", version=three.version, by=editor)


def test_edit_entry_changes_its_words(three, editor):
    entry = three.entries.first()
    edit_entry(entry.pk, title="Youth clubs", summary="New words.", version=three.version, by=editor)
    assert titles(three)[0] == "Youth clubs"
    with pytest.raises(Conflict):
        edit_entry(entry.pk, title="Other", summary="", version=three.version, by=editor)


def test_move_entry_swaps_neighbours_once_for_two_clicks(three, editor):
    last = three.entries.last()
    for _click in range(2):
        move_entry(last.pk, up=True, seen_position=3, by=editor)
    assert titles(three) == ["Youth work", "Lunch clubs", "Canal boats"]
    move_entry(last.pk, up=False, seen_position=2, by=editor)
    assert titles(three) == ["Youth work", "Canal boats", "Lunch clubs"]


def test_move_entry_stops_at_the_ends(three, editor):
    move_entry(three.entries.first().pk, up=True, seen_position=1, by=editor)
    move_entry(three.entries.last().pk, up=False, seen_position=3, by=editor)
    assert titles(three) == ["Youth work", "Canal boats", "Lunch clubs"]


def test_drop_entry_and_put_it_back(three, editor):
    entry = three.entries.first()
    drop_entry(entry.pk, by=editor)
    assert titles(three, is_dropped=False) == ["Canal boats", "Lunch clubs"]
    drop_entry(entry.pk, restore=True, by=editor)
    assert titles(three, is_dropped=False) == ["Youth work", "Canal boats", "Lunch clubs"]
    assert [e.what for e in timeline(entry)] == ["Entry restored", "Entry dropped", "Assembled"]


def test_gather_again_adds_what_is_new_and_takes_out_what_is_gone(three, editor):
    gone = Intention.objects.get(title="Youth work")
    withdraw_intention(gone.pk, reason="No money.", by=gone.lead_officer)
    make_intention(title="Allotments", now=DECEMBER + timedelta(hours=1))
    drop_entry(three.entries.get(title="Canal boats").pk, by=editor)
    assert gather_again(three.pk, by=editor, now=DECEMBER + timedelta(hours=2)) == (1, 1)
    assert titles(three) == ["Canal boats", "Lunch clubs", "Allotments"]
    assert titles(three, is_dropped=True) == ["Canal boats"]


def test_send_test_mails_the_officer_alone_once_a_minute(three, editor):
    for _click in range(2):
        send_test(three.pk, by=editor, now=DECEMBER)
    mail = Message.objects.get(kind="circular_test")
    assert mail.subject == "Test: Circular, December 2026"
    assert [d.email for d in mail.deliveries.all()] == [editor.email]


# Approving and sending -------------------------------------------------------------------------


def test_approve_circular_queues_a_mail_for_each_confirmed_subscriber(three, editor):
    make_subscription("ann@example.org")
    make_subscription("not-yet@example.org", is_confirmed=False)
    approved = approve_circular(three.pk, version=three.version, by=editor)
    assert (approved.state, approved.approved_by) == (CircularState.SENDING, editor)
    mail = Message.objects.get(key="circular:2026-12")
    assert [d.email for d in mail.deliveries.all()] == ["ann@example.org"]
    assert (mail.subject, mail.list_code) == ("Circular, December 2026", "circular")
    assert "Canal boats" in mail.text
    assert timeline(approved)[0].what == "Approved"


def test_approve_circular_leaves_out_what_was_dropped_and_shows_the_foreword(three, editor):
    drop_entry(three.entries.get(title="Canal boats").pk, by=editor)
    version = Circular.objects.get().version
    edit_circular(three.pk, title="News", foreword="**Hello** <script>", version=version, by=editor)
    approve_circular(three.pk, version=version + 1, by=editor)
    mail = Message.objects.get(kind="circular")
    assert "Canal boats" not in mail.text + mail.html
    assert "<strong>Hello</strong> &lt;script&gt;" in mail.html
    assert "Hello <script>" in mail.text


def test_approve_circular_puts_it_into_search(three, editor):
    assert not Entry.objects.filter(kind="circular").exists()
    approve_circular(three.pk, version=three.version, by=editor)
    assert Entry.objects.get(kind="circular").object_id == three.pk


def test_approve_circular_twice_is_refused(three, editor):
    make_subscription()
    approve_circular(three.pk, version=three.version, by=editor)
    assert refused(approve_circular, three.pk, version=three.version, by=editor) == [
        "This circular is no longer a draft."
    ]
    assert Delivery.objects.filter(message__kind="circular").count() == 1


def test_approve_circular_never_sends_an_empty_one(editor):
    circular = make_circular(now=DECEMBER)
    assert refused(approve_circular, circular.pk, version=circular.version, by=editor) == [
        "This circular is empty. Gather again or restore an entry before approving it."
    ]
    assert not Message.objects.filter(kind="circular").exists()


def test_approve_circular_that_changed_since_it_was_seen_is_a_conflict(three, editor):
    drop_entry(three.entries.first().pk, by=editor)
    with pytest.raises(Conflict):
        approve_circular(three.pk, version=three.version, by=editor)


def test_f29_approve_circular_refuses_to_tell_of_what_was_withdrawn(three, editor):
    gone = Intention.objects.get(title="Youth work")
    withdraw_intention(gone.pk, reason="No money.", by=gone.lead_officer)
    assert refused(approve_circular, three.pk, version=three.version, by=editor) == [
        "No longer published as told: Youth work. Gather again, then approve."
    ]


def test_approve_circular_without_subscribers_goes_into_the_archive(three, editor):
    approve_circular(three.pk, version=three.version, by=editor)
    assert close_sent() == 1
    assert Circular.objects.get().state == CircularState.SENT


def test_close_sent_waits_for_the_last_mail(three, editor):
    make_subscription()
    approve_circular(three.pk, version=three.version, by=editor)
    assert close_sent() == 0
    deliver()
    assert close_sent(DECEMBER) == 1
    assert (Circular.objects.get().state, Circular.objects.get().sent_at) == (CircularState.SENT, DECEMBER)
    assert close_sent() == 0


def test_remind_editors_every_second_working_day(three, editor):
    moments = [
        DECEMBER,
        at(2026, 12, 2),
        at(2026, 12, 3),
        at(2026, 12, 3, 10),
        at(2026, 12, 4),
        at(2026, 12, 9),
    ]
    assert [remind_editors(moment) for moment in moments] == [0, 0, 1, 0, 0, 1]
    assert Message.objects.filter(kind="circular_waiting").count() == 3


def test_remind_editors_says_nothing_of_an_empty_or_approved_one(editor):
    make_circular(now=DECEMBER)
    assert remind_editors(at(2026, 12, 9)) == 0


def test_operations_refuse_what_is_no_draft_any_more(three, editor):
    approve_circular(three.pk, version=three.version, by=editor)
    entry, no_draft = three.entries.first(), ["This circular is no longer a draft."]
    assert refused(gather_again, three.pk, by=editor) == no_draft
    assert refused(drop_entry, entry.pk, by=editor) == no_draft
    assert refused(move_entry, entry.pk, up=True, seen_position=1, by=editor) == no_draft
    assert refused(edit_entry, entry.pk, title="x", summary="", version=9, by=editor) == no_draft
    assert refused(send_test, three.pk, by=editor) == no_draft


def test_next_period_is_this_month_then_the_next(editor):
    assert next_period(NOVEMBER) == "2026-11"
    make_intention(now=NOVEMBER - timedelta(days=1))
    circular = make_circular("2026-11", now=NOVEMBER)
    assert next_period(NOVEMBER) == ""
    approve_circular(circular.pk, version=circular.version, by=editor, now=NOVEMBER)
    assert next_period(NOVEMBER) == "2026-12"


@pytest.mark.parametrize(
    "changes", [{"state": "sent"}, {"state": "sending"}, {"until": at(2020, 1, 1)}, {"approved_at": DECEMBER}]
)
def test_database_refuses_half_a_pair(three, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Circular.objects.filter(pk=three.pk).update(**changes)


# Two schedulers at once ------------------------------------------------------------------------


def assemble_while_another_does() -> int:
    """A second scheduler begins before the first one's transaction has ended. Returns how many circulars there are."""
    second_ended = threading.Event()

    def second():
        try:
            assemble_due(DECEMBER)
        finally:
            connections.close_all()
            second_ended.set()

    with transaction.atomic():
        assemble_due(DECEMBER)
        other = threading.Thread(target=second)
        other.start()
        second_ended.wait(1)  # with the guard it waits for our commit; without, it is done by then
    other.join(10)
    return Circular.objects.filter(period="2026-12").count()


@pytest.mark.django_db(transaction=True)
def test_f8_two_schedulers_assemble_one_circular():
    make_officer("partnerships")
    make_intention(now=NOVEMBER)
    assert assemble_while_another_does() == 1
    assert CircularEntry.objects.count() == 1
    assert Message.objects.filter(kind="circular_waiting").count() == 1


@pytest.mark.django_db(transaction=True)
def test_f8_control_without_the_unique_period_there_are_two():
    make_intention(now=NOVEMBER)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'commissioning_circular'::regclass"
            " AND contype = 'u'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE commissioning_circular DROP CONSTRAINT "{name}"')
    try:
        assert assemble_while_another_does() == 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE commissioning_circular CASCADE")
            cursor.execute(f'ALTER TABLE commissioning_circular ADD CONSTRAINT "{name}" UNIQUE (period)')


def test_assemble_circular_keeps_dates_of_the_period():
    assert make_circular("2026-12", now=DECEMBER).remind_on == date(2026, 12, 3)
