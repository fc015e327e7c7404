"""What waits for the officer who holds an event."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from vcse_portal.accounts.models import Role
from vcse_portal.borough.working_days import add_working_days
from vcse_portal.mail import digest

from .models import Event

MOST = 50  # of each sort: nobody works through more in a week
TAKE_WITHIN = 5  # working days


@digest.source
def attendance_to_take(user, today):
    """Events that are over, held by the officer, of which nobody has said who came."""
    if not user.has_role(Role.PARTNERSHIPS, Role.COMMISSIONING):
        return
    for event in Event.objects.published().filter(organiser=user).past()[:MOST]:
        yield digest.Due(
            what=f"who came to {event}",
            url=reverse("events:attendance", args=[event.pk]),
            due_on=add_working_days(timezone.localdate(event.ends_at), TAKE_WITHIN),
            verb="Take attendance",
            group="Events",
        )


@digest.source
def notes_to_publish(user, today):
    """Events held within the last two months whose notes are written and not published."""
    if not user.has_role(Role.PARTNERSHIPS, Role.COMMISSIONING):
        return
    since = timezone.now() - timedelta(days=60)
    held = Event.objects.filter(organiser=user, status="held", ends_at__gt=since, notes_published_at=None)
    for event in held.exclude(notes="")[:MOST]:
        yield digest.Due(
            what=f"notes of {event}",
            url=reverse("events:notes_edit", args=[event.pk]),
            due_on=add_working_days(timezone.localdate(event.ends_at), 2 * TAKE_WITHIN),
            verb="Publish notes",
            group="Events",
        )


@digest.source
def drafts_to_publish(user, today):
    """Drafts the officer holds that take place within four weeks: nobody can sign up yet."""
    if not user.has_role(Role.PARTNERSHIPS, Role.COMMISSIONING):
        return
    soon = timezone.now() + timedelta(weeks=4)
    for event in Event.objects.drafts().filter(organiser=user, starts_at__lt=soon).upcoming()[:MOST]:
        yield digest.Due(
            what=f"draft event {event}",
            url=event.get_absolute_url(),
            due_on=event.day - timedelta(weeks=2),
            verb="Publish or cancel",
            group="Events",
        )
