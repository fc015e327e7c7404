"""Events through their operations, and people who come."""

from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from django.utils import timezone

from organisations.events import operations
from organisations.events.models import Event, Kind, SignUp
from tests.factories import make_directorate, make_officer
from tests.organisations.factories import make_member, make_organisation

numbers = count(1)


def facts(**given) -> dict:
    """What an event needs at least, two weeks from now, open to everyone."""
    starts_at = given.pop("starts_at", None) or timezone.now() + timedelta(days=14)
    starts_at = starts_at.replace(microsecond=0)  # calendars know seconds
    known = {
        "title": f"Bid writing {next(numbers)}",
        "kind": Kind.TRAINING,
        "summary": "How to write a bid that is read.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "place": "Town Hall",
        "is_open_to_all": True,
    }
    known |= given
    if "organiser" not in known:
        known["organiser"] = make_officer("partnerships")
    if "directorate" not in known:
        known["directorate"] = known["organiser"].directorate or make_directorate()
    return known


def make_draft(*, by=None, about=None, now: datetime | None = None, **given) -> Event:
    known = facts(**given)
    by = by or known["organiser"]
    return operations.record_event(key=uuid4(), by=by, about=about, now=now, **known)


def make_event(*, by=None, now: datetime | None = None, **given) -> Event:
    """Published."""
    draft = make_draft(by=by, now=now, **given)
    return operations.publish_event(draft.pk, by=by or draft.organiser, now=now)


def make_past_event(*, ago=timedelta(days=3), **given) -> Event:
    """Published well before it took place, and over; nobody has said who came."""
    starts_at = timezone.now() - ago
    return make_event(starts_at=starts_at, now=starts_at - timedelta(days=30), **given)


def make_place(event: Event, *, user=None, organisation=None, **given) -> SignUp:
    """Somebody who speaks for an organisation signs up."""
    organisation = organisation or make_organisation()
    user = user or make_member(organisation)
    given.setdefault("now", min(timezone.now(), event.starts_at - timedelta(days=1)))
    return operations.sign_up(event.pk, by=user, organisation=organisation, **given)


def make_visitor_place(event: Event, email: str = "", **given) -> SignUp:
    """A visitor asks and follows the link."""
    email = email or f"visitor{next(numbers)}@example.org"
    operations.ask_for_place(event.pk, email=email, name=given.pop("name", "Vera Visitor"), **given)
    return operations.confirm_place(event.sign_ups.called(email).get(state="asked").pk)
