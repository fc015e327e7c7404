"""What is kept no longer than it is needed."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab
from django.conf import settings as configured
from django.utils import timezone

from vcse_portal.mail import tasks
from vcse_portal.mail.models import Delivery, Message, State, Subscriber
from vcse_portal.mail.outbox import queue_bulk
from vcse_portal.mail.subscriptions import confirmed
from vcse_portal.mail.tidying import forget_old_messages

from .factories import make_message, make_subscription

pytestmark = pytest.mark.django_db


def make_old(state, *, days=401, **fields) -> Message:
    message = make_message(**fields)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=days))
    sent_at = timezone.now() if state == State.SENT else None
    message.deliveries.update(state=state, sent_at=sent_at)
    return message


def test_forget_old_messages_takes_those_whose_every_delivery_is_final():
    for state in (State.SENT, State.FAILED, State.CANCELLED):
        make_old(state)
    kept = {make_old(state).pk for state in (State.PENDING, State.CLAIMED, State.STARTED, State.IN_DOUBT)}
    kept |= {make_old(State.SENT, days=399).pk, make_message().pk}
    mixed = make_old(State.SENT, to=["ann@example.org", "bo@example.org"])
    mixed.deliveries.filter(email="bo@example.org").update(state=State.PENDING, sent_at=None)
    assert forget_old_messages() == 3
    assert set(Message.objects.values_list("pk", flat=True)) == kept | {mixed.pk}
    assert set(Delivery.objects.values_list("message", flat=True)) == kept | {mixed.pk}


def test_forget_old_messages_takes_mailings_too_and_leaves_who_subscribes():
    for _ in range(3):
        make_subscription()
    mailing = make_message(to=[], list_code="circular")
    queue_bulk(mailing, confirmed("circular"))
    mailing.deliveries.update(state=State.SENT, sent_at=timezone.now())
    Message.objects.update(created_at=timezone.now() - timedelta(days=401))
    assert forget_old_messages() == 1
    assert (Delivery.objects.count(), Subscriber.objects.count()) == (0, 3)


def test_forget_old_messages_keeps_them_as_long_as_configured(settings):
    make_old(State.SENT, days=31)
    assert forget_old_messages() == 0
    settings.MAIL_KEEP_DAYS = 30
    assert forget_old_messages() == 1


def test_forget_old_messages_asks_no_more_for_more_rows(django_assert_max_num_queries):
    for _ in range(12):
        make_old(State.SENT)
    with django_assert_max_num_queries(8):
        assert forget_old_messages() == 12


def test_tidy_forgets_messages_and_addresses_nobody_confirmed():
    make_old(State.SENT)
    asked_at = timezone.now() - timedelta(days=31)
    make_subscription(is_confirmed=False, asked_at=asked_at)
    make_subscription(asked_at=asked_at)
    tasks.tidy()
    assert (Message.objects.count(), Subscriber.objects.count()) == (0, 1)


@pytest.mark.parametrize("task", ["mail.tidy", "home.clear_sessions"])
def test_upkeep_is_done_once_a_night(task):
    schedule = next(
        one["schedule"] for one in configured.CELERY_BEAT_SCHEDULE.values() if one["task"] == task
    )
    assert isinstance(schedule, crontab)
    assert (len(schedule.hour), len(schedule.minute)) == (1, 1)
    assert 1 <= min(schedule.hour) <= 5
    assert ZoneInfo(configured.CELERY_TIMEZONE) == ZoneInfo("Europe/London")
