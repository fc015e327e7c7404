"""What waits for each person, gathered from every app's digest.py, and the officers' weekly mail about it.

An app offers deeds by `@digest.source`; the "what needs me" page and the weekly digest show the same.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import emails
from .models import DigestSchedule

logger = logging.getLogger(__name__)
LONDON = ZoneInfo("Europe/London")
MONDAY, HOUR = 0, time(7, 0)
SOON_DAYS = 7


class Urgency(models.IntegerChoices):
    OVERDUE = 1, _("Overdue")
    SOON = 2, _("In the next seven days")
    LATER = 3, _("Later")


@dataclass(frozen=True)
class Due:
    """One deed somebody waits for: `verb` is its button, `url` a path of ours, `group` a heading."""

    what: str
    url: str
    due_on: date | None
    verb: str
    urgency: Urgency | None = None
    group: str = ""


Source = Callable[..., Iterable[Due]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Register `function(user, today)`. It yields nothing for people it does not concern."""
    _sources.append(function)
    return function


def what_needs(user, today: date) -> list[Due]:
    """All deeds waiting for a person: most urgent first, then by date (undated last), then by words."""
    found = [_with_urgency(due, today) for each in _sources for due in each(user, today)]
    return sorted(found, key=lambda due: (due.urgency, due.due_on or date.max, due.group, due.what))


def _with_urgency(due: Due, today: date) -> Due:
    if due.urgency is not None:
        return due
    if due.due_on is None or due.due_on > today + timedelta(days=SOON_DAYS):
        urgency = Urgency.LATER
    else:
        urgency = Urgency.OVERDUE if due.due_on < today else Urgency.SOON
    return Due(due.what, due.url, due.due_on, due.verb, urgency, due.group)


def send_due_digests(now: datetime | None = None) -> int:
    """Queue the weekly digest for each officer whose Monday seven o'clock (London) has come; return how many.

    Late runs catch up with one digest, not one a missed week. Officers with nothing waiting get none.
    """
    now = now or timezone.now()
    _schedule_new_officers(now)
    due = DigestSchedule.objects.filter(
        next_due_on__lte=_last_due(now), user__in=get_user_model().objects.officers()
    )
    return sum(_send_one(schedule, now) for schedule in due.select_related("user"))


def _send_one(schedule: DigestSchedule, now: datetime) -> bool:
    try:
        return _claim_and_queue(schedule, now)
    except Exception:  # one person's trouble must not keep the others waiting; tried again next time
        logger.exception("The digest of user %s could not be made", schedule.user_id)
        return False


@transaction.atomic
def _claim_and_queue(schedule: DigestSchedule, now: datetime) -> bool:
    seen = DigestSchedule.objects.filter(pk=schedule.pk, next_due_on=schedule.next_due_on)
    if not seen.update(next_due_on=next_due(now), last_sent_at=now):
        return False
    today = now.astimezone(LONDON).date()
    dues = what_needs(schedule.user, today)
    if dues:
        emails.weekly_digest(schedule.user, dues, due_on=schedule.next_due_on)
    return bool(dues)


def _last_due(now: datetime) -> date:
    """The latest day whose seven o'clock in London has passed."""
    local = now.astimezone(LONDON)
    return local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)


def next_due(now: datetime) -> date:
    """The Monday after the latest seven o'clock that has passed."""
    day = _last_due(now)
    return day + timedelta(days=7 - (day.weekday() - MONDAY) % 7)


def _schedule_new_officers(now: datetime) -> None:
    new = get_user_model().objects.officers().filter(digest_schedule=None)
    DigestSchedule.objects.bulk_create(
        [DigestSchedule(user=user, next_due_on=next_due(now)) for user in new], ignore_conflicts=True
    )
