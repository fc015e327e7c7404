"""Who came, the notes, and what people thought of it."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Event, Feedback, SignUp, Status
from .record import lock, save


@transaction.atomic
def take_attendance(
    event_id: int, *, came: Iterable[int], version: int, by: User, now: datetime | None = None
) -> Event:
    """Record who of those with a place came; the rest did not. Whoever came is asked, once, how it was.

    Raises Conflict on a stale version, ValidationError before it has begun and for one that was cancelled.
    """
    now = now or timezone.now()
    event = lock(event_id)
    check_version(event, version)
    if not (event.is_published or event.is_held):
        raise ValidationError("Only a published event has people who came.")
    if not event.has_started(now):
        raise ValidationError("The event has not begun yet.")
    came = set(came)
    with history.deed("attendance taken", by=by):
        for person in event.sign_ups.placed().select_for_update():
            if person.has_come is not (person.pk in came):
                person.has_come = person.pk in came
                person.save(update_fields=["has_come"])
        event.status, event.remind_at = Status.HELD, None
        save(event, ["status", "remind_at"], now)
    emails.feedback_asked(event, now=now)
    return event


@transaction.atomic
def publish_notes(
    event_id: int, *, notes: str, version: int, is_published: bool, by: User, now: datetime | None = None
) -> Event:
    """Save the notes; published, everyone can read them and whoever had a place is told, once.

    Notes that are published stay published. Raises Conflict on a stale version.
    """
    now = now or timezone.now()
    event = lock(event_id)
    check_version(event, version)
    if not (event.is_published or event.is_held) or not event.has_started(now):
        raise ValidationError("Notes are written of an event that has begun.")
    event.notes, fields = notes, ["notes"]
    is_first = is_published and event.notes_published_at is None
    if is_first:
        event.notes_published_at = now
        fields.append("notes_published_at")
    with history.deed("notes published" if is_first else "notes saved", by=by):
        save(event, fields, now)
    if is_first:
        emails.notes_published(event)
    return event


@transaction.atomic
def give_feedback(
    sign_up_id: int,
    *,
    useful: int,
    could_take_part: bool | None = None,
    will_change: str = "",
    should_change: str = "",
    now: datetime | None = None,
) -> None:
    """Keep an answer without who gave it; only that an answer was given is noted at the sign-up.

    Raises ValidationError for a second answer, and for somebody who did not come.
    """
    person = SignUp.objects.select_for_update().get(pk=sign_up_id)
    if person.feedback_given:
        raise ValidationError(_("You have told us already. Thank you."))
    if not person.has_come:
        raise ValidationError(_("This form is for people who came."))
    Feedback.objects.create(
        event_id=person.event_id,
        useful=useful,
        could_take_part=could_take_part,
        will_change=will_change,
        should_change=should_change,
        given_on=timezone.localdate(now or timezone.now()),
    )
    with history.deed("gave feedback"):
        person.feedback_given = True
        person.save(update_fields=["feedback_given"])
