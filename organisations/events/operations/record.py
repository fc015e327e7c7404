"""Record, edit, publish and cancel an event."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.codes import check_codes
from vcse_portal.search import registry
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Event, Status
from .places import move_up

FACTS = {
    "title", "kind", "summary", "description", "programme", "themes", "starts_at", "ends_at", "place", "online_url",
    "accessibility", "places", "is_open_to_all", "opens_on", "closes_on", "directorate", "organiser", "cost",
}  # fmt: skip
IN_CALENDARS = {"title", "summary", "starts_at", "ends_at", "place", "online_url"}
TOLD = {"starts_at", "ends_at", "place", "online_url"}  # whoever wants to come is mailed when these change


@transaction.atomic
def record_event(
    *, key: UUID, by: User, about: models.Model | None = None, now: datetime | None = None, **facts
) -> Event:
    """Start a draft that only council people see. The same key again returns the draft already there.

    `about` is any record the event is held about, such as an intention that is co-designed there.
    """
    _refuse_unknown(facts)
    now = now or timezone.now()
    event = Event(key=key, about=about, created_at=now, updated_at=now, **facts)
    if not Event.objects.filter(key=key).exists():
        _check(event)
    with history.deed("recorded", by=by):
        known = {name: getattr(event, name) for name in [*facts, "about_type", "about_id"]}
        event, is_new = Event.objects.get_or_create(
            key=key, defaults={**known, "created_at": now, "updated_at": now}
        )
    if is_new:
        registry.index("event", [event.pk])
    return event


@transaction.atomic
def edit_event(event_id: int, *, version: int, by: User, now: datetime | None = None, **facts) -> Event:
    """Change facts. Whoever has a place or waits is mailed another time or place, and calendars follow.

    More places go to the waiting list. Raises ValidationError when fewer places are wanted than are taken,
    Conflict on a stale version.
    """
    _refuse_unknown(facts)
    now = now or timezone.now()
    event = lock(event_id)
    check_version(event, version)
    if not (event.is_draft or event.is_published):
        raise ValidationError(f"This event {_words(event)} and is no longer changed.")
    changed = _set(event, facts)
    if not changed:
        return event
    _check(event)
    if event.is_published:
        changed += _follow(event, changed, now)
    with history.deed("edited", by=by):
        save(event, changed, now)
        if event.is_published:
            move_up(event, now=now)
    if event.is_published and TOLD.intersection(changed):
        emails.event_changed(event)
    return event


def _follow(event: Event, changed: list[str], now: datetime) -> list[str]:
    """What a published event's change brings with it; returns the further fields it set."""
    if "starts_at" in changed and event.has_started(now):
        raise ValidationError({"starts_at": "The start must be in the future."})
    _refuse_without(event)
    taken = event.sign_ups.placed().count()
    if event.places is not None and event.places < taken:
        raise ValidationError({"places": f"{taken} places are taken already. Enter {taken} or more."})
    more = []
    if IN_CALENDARS.intersection(changed):
        event.sequence += 1
        more.append("sequence")
    if "starts_at" in changed:
        event.remind_at = event.reminder_due_at if event.reminder_due_at > now else None
        more.append("remind_at")
    return more


@transaction.atomic
def publish_event(event_id: int, *, by: User, now: datetime | None = None) -> Event:
    """Show it to everyone, open sign-up on its day, and set the reminder."""
    now = now or timezone.now()
    event = lock(event_id)
    if not event.is_draft:
        raise ValidationError("This event is no longer a draft.")
    _refuse_without(event)
    if event.has_started(now):
        raise ValidationError("The start has passed. Change it before publishing.")
    if event.closes_on and event.closes_on < timezone.localdate(now):
        raise ValidationError("The last day to sign up has passed. Change it before publishing.")
    event.status, event.published_at, event.published_by = Status.PUBLISHED, now, by
    event.remind_at = event.reminder_due_at if event.reminder_due_at > now else None
    with history.deed("published", by=by):
        save(event, ["status", "published_at", "published_by", "remind_at"], now)
    return event


@transaction.atomic
def cancel_event(event_id: int, *, reason: str, by: User, now: datetime | None = None) -> Event:
    """Call it off for good: whoever has a place or waits is mailed the reason, and calendars drop it."""
    now = now or timezone.now()
    event = lock(event_id)
    if not (event.is_draft or event.is_published):
        raise ValidationError(f"This event {_words(event)} already.")
    if not reason.strip():
        raise ValidationError({"reason": "Enter why it is cancelled."})
    event.status, event.cancelled_at, event.cancelled_by = Status.CANCELLED, now, by
    event.cancelled_reason, event.remind_at = reason.strip(), None
    event.sequence += 1
    with history.deed("cancelled", by=by, reason=event.cancelled_reason):
        fields = ["status", "cancelled_at", "cancelled_by", "cancelled_reason", "remind_at", "sequence"]
        save(event, fields, now)
    emails.event_cancelled(event)
    return event


def lock(event_id: int) -> Event:
    """Everything that counts places begins here, so that no two count at once."""
    return Event.objects.select_for_update().get(pk=event_id)


def save(event: Event, fields: Iterable[str], now: datetime) -> None:
    event.version += 1
    event.updated_at = now
    event.save(update_fields=[*dict.fromkeys(fields), "version", "updated_at"])
    registry.index("event", [event.pk])


def _set(event: Event, facts: dict) -> list[str]:
    changed = [name for name, value in facts.items() if getattr(event, name) != value]
    for name in changed:
        setattr(event, name, facts[name])
    return changed


def _refuse_unknown(facts: dict) -> None:
    if unknown := set(facts) - FACTS:
        raise TypeError(f"An event has no {', '.join(sorted(unknown))}.")


def _refuse_without(event: Event) -> None:
    if event.lacks:
        raise ValidationError(f"Enter {'; '.join(event.lacks)}.")


def _words(event: Event) -> str:
    return "has been cancelled" if event.is_cancelled else "has taken place"


def _check(event: Event) -> None:
    check_codes("theme", event.themes)
    event.programme = _known_programme(event.programme)
    if event.ends_at <= event.starts_at:
        raise ValidationError({"ends_at": "The end must be later than the start."})
    if event.closes_on and event.closes_on > timezone.localdate(event.starts_at):
        raise ValidationError(
            {"closes_on": "The last day to sign up must be before the event or on its day."}
        )
    if event.opens_on and event.closes_on and event.opens_on > event.closes_on:
        raise ValidationError({"closes_on": "The last day to sign up must be after sign-up opens."})
    if event.opens_on and event.opens_on > timezone.localdate(event.starts_at):
        raise ValidationError({"opens_on": "Sign-up must open before the event or on its day."})
    event.full_clean(exclude=["key"], validate_unique=False, validate_constraints=False)


def _known_programme(name: str) -> str:
    """One way of writing each: what was there first, however it is typed now."""
    name = " ".join(name.split())
    known = Event.objects.filter(programme__iexact=name).order_by("pk").values_list("programme", flat=True)
    return (known.first() or name) if name else ""
