"""What beat does: reminders when they are due, and forgetting people in time."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vcse_portal import history

from .. import emails
from ..models import Event, SignUp, State
from ..tokens import CONFIRM_PLACE

logger = logging.getLogger(__name__)


def send_due_reminders(now: datetime | None = None) -> int:
    """Remind whoever has a place, 48 hours before; how many events. Late or twice does no harm."""
    now = now or timezone.now()
    due = Event.objects.published().filter(remind_at__lte=now).order_by("starts_at", "pk")
    return sum(_remind(event, now) for event in due)


def _remind(event: Event, now: datetime) -> bool:
    try:
        return _claim_and_queue(event, now)
    except Exception:  # one event's trouble must not keep the others waiting; tried again next time
        logger.exception("The reminder of event %s could not be queued", event.pk)
        return False


@transaction.atomic
def _claim_and_queue(event: Event, now: datetime) -> bool:
    """Whoever empties the date it saw sends the mail. One that has begun needs none any more."""
    if not Event.objects.published().filter(pk=event.pk, remind_at=event.remind_at).update(remind_at=None):
        return False
    if event.has_started(now):
        return False
    emails.event_reminder(event)
    return True


@transaction.atomic
def forget_people(now: datetime | None = None) -> int:
    """Forget names, addresses and needs as long after an event as mails are kept, and who never confirmed; how many.

    UK GDPR article 5(1)(e): kept no longer than is necessary. The organisation and whether somebody came stay.
    """
    now = now or timezone.now()
    with history.deed("forgot people"):
        unconfirmed = SignUp.objects.filter(state=State.ASKED, asked_at__lt=now - CONFIRM_PLACE.lasts)
        forgotten = unconfirmed.delete()[0]
        old = SignUp.objects.filter(
            event__ends_at__lt=now - timedelta(days=settings.MAIL_KEEP_DAYS), forgotten_at=None
        )
        return forgotten + old.update(
            name="", email="", needs="", organisation_words="", user=None, forgotten_at=now
        )
