"""Reminders when they are due, however often and late beat comes; and people forgotten in time."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from organisations.events import operations, tasks
from organisations.events.models import Event, SignUp
from vcse_portal.mail.models import Delivery, Message

from .factories import make_event, make_past_event, make_place, make_visitor_place

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def reminded() -> list[str]:
    found = Delivery.objects.filter(message__kind="event_reminder")
    return list(found.order_by("pk").values_list("email", flat=True))


def test_send_due_reminders_goes_to_whoever_has_a_place_48_hours_before():
    event = make_event(places=1, online_url="https://join.example/room")
    placed, _waiting = make_place(event), make_place(event)
    early = event.starts_at - timedelta(hours=48, seconds=1)
    assert (operations.send_due_reminders(early), reminded()) == (0, [])
    assert operations.send_due_reminders(early + timedelta(seconds=1)) == 1
    assert reminded() == [placed.email]
    message = Message.objects.get(kind="event_reminder")
    assert "https://join.example/room" in message.text
    assert "1 person waits for a place." in message.text
    assert message.expires_at == event.starts_at


def test_send_due_reminders_twice_or_late_sends_one():
    event = make_event()
    make_place(event)
    late = event.starts_at - timedelta(hours=1)
    assert operations.send_due_reminders(late) == 1
    assert operations.send_due_reminders(late) == 0
    assert len(reminded()) == 1


def test_send_due_reminders_once_it_has_begun_sends_none_and_asks_no_more():
    event = make_event()
    make_place(event)
    assert operations.send_due_reminders(event.starts_at) == 0
    assert (Event.objects.get().remind_at, reminded()) == (None, [])


def test_send_due_reminders_of_cancelled_events_and_drafts_sends_none():
    event = make_event()
    make_place(event)
    operations.cancel_event(event.pk, reason="x", by=event.organiser)
    assert operations.send_due_reminders(event.starts_at - timedelta(hours=1)) == 0


def test_send_due_reminders_again_when_the_event_moved():
    event = make_event()
    place = make_place(event)
    operations.send_due_reminders(event.starts_at - timedelta(hours=47))
    later = {"starts_at": event.starts_at + timedelta(days=7), "ends_at": event.ends_at + timedelta(days=7)}
    event = operations.edit_event(event.pk, version=Event.objects.get().version, by=event.organiser, **later)
    operations.send_due_reminders(event.starts_at - timedelta(hours=47))
    assert reminded() == [place.email] * 2


def test_one_events_trouble_keeps_no_other_waiting(monkeypatch, caplog):
    from organisations.events import emails

    broken, fine = make_event(), make_event(starts_at=timezone.now() + timedelta(days=15))
    place = make_place(fine)
    queue = emails.event_reminder
    monkeypatch.setattr(emails, "event_reminder", lambda e: 1 / 0 if e == broken else queue(e))
    assert operations.send_due_reminders(fine.starts_at - timedelta(hours=40)) == 0 + 1
    assert (reminded(), "could not be queued" in caplog.text) == ([place.email], True)


@pytest.mark.parametrize("day", [datetime(2027, 3, 29, 9), datetime(2027, 10, 31, 12)])
def test_reminder_across_the_clock_change_is_48_hours_before(day):
    starts_at = day.replace(tzinfo=LONDON)
    event = make_event(starts_at=starts_at, now=starts_at - timedelta(days=20))
    assert (event.starts_at.timestamp() - event.remind_at.timestamp()) / 3600 == 48


@pytest.mark.django_db(transaction=True)
def test_f8_two_schedulers_send_one_reminder():
    event = make_event()
    make_place(event)
    now, both, counts = event.starts_at - timedelta(hours=1), threading.Barrier(2), []

    def run():
        both.wait(10)
        counts.append(operations.send_due_reminders(now))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (sum(counts), len(reminded())) == (1, 1)


def test_tasks_are_on_the_schedule_and_call_the_operations():
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.send_due_reminders.name, tasks.forget_people.name} <= scheduled
    tasks.send_due_reminders()
    tasks.forget_people()


def test_forget_people_forgets_who_they_were_and_keeps_that_they_came(settings):
    settings.MAIL_KEEP_DAYS = 100
    event = make_past_event(ago=timedelta(days=101))
    place = make_place(event, needs="Hearing loop")
    fresh = make_place(make_past_event(ago=timedelta(days=99)))
    operations.take_attendance(event.pk, came=[place.pk], version=event.version, by=event.organiser)
    assert operations.forget_people() == 1
    assert operations.forget_people() == 0
    forgotten = SignUp.objects.get(pk=place.pk)
    assert (forgotten.name, forgotten.email, forgotten.needs, forgotten.user) == ("", "", "", None)
    assert (forgotten.has_come, forgotten.organisation) == (True, place.organisation)
    assert SignUp.objects.get(pk=fresh.pk).email == fresh.email


def test_forget_people_forgets_addresses_that_never_confirmed():
    event = make_event()
    operations.ask_for_place(event.pk, email="ann@example.org", name="Ann")
    confirmed = make_visitor_place(event)
    assert operations.forget_people(timezone.now() + timedelta(days=6)) == 0
    assert operations.forget_people(timezone.now() + timedelta(days=8)) == 1
    assert list(SignUp.objects.all()) == [confirmed]


def test_names_and_addresses_are_not_in_the_history():
    place = make_visitor_place(make_event(), needs="Hearing loop")
    kept = {field.name for field in place.pgh_event_models["created"]._meta.get_fields()}
    assert kept & {"name", "email", "needs", "organisation_words"} == set()
