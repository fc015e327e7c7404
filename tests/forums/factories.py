"""Forums and meetings in each of their states, made by the operations that make them in life."""

from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from organisations.forums import operations
from organisations.forums.models import Forum, Meeting, Seat, Side, Term
from organisations.forums.operations.attendance import Seen
from tests.factories import make_officer
from tests.organisations.factories import make_member, make_organisation

numbers = count(1)
FORUM = {"kind": "voluntary_sector", "remit": "To talk things over."}


def make_forum(name: str = "", *, by=None, **facts) -> Forum:
    """With both chairs' seats, vacant."""
    return operations.set_up_forum(
        by=by or make_officer(), name=name or f"Forum {next(numbers)}", **FORUM | facts
    )


def make_seat(forum: Forum, side: str = Side.SECTOR, title: str = "", **facts) -> Seat:
    return operations.add_seat(
        forum.pk, side=side, title=title or f"Seat {next(numbers)}", by=make_officer(), **facts
    )


def sit(seat: Seat, user=None, organisation=None, *, starts_on=None, **person) -> Term:
    """Give the seat: to a person with an account, or with `name` and `email` to one without."""
    if seat.side == Side.SECTOR and organisation is None:
        organisation = make_organisation()
    person.setdefault("name", user.display_name if user else f"Person {next(numbers)}")
    person.setdefault("email", user.email if user else f"seat{next(numbers)}@example.org")
    starts_on = starts_on or timezone.localdate() - timedelta(days=400)
    return operations.fill_seat(
        seat.pk, organisation=organisation, starts_on=starts_on, by=make_officer(), **person
    )


def make_council_chair(forum: Forum, **fields):
    """An officer with another role than partnerships, who chairs for the council."""
    user = make_officer("commissioning", **fields)
    sit(forum.seats.get(is_chair=True, side="council"), user, seniority="top", post="Director")
    return user


def make_sector_chair(forum: Forum, organisation=None, **fields):
    organisation = organisation or make_organisation()
    user = make_member(organisation, **fields)
    sit(forum.seats.get(is_chair=True, side="sector"), user, organisation)
    return user


def make_seated(forum: Forum, organisation=None, **fields):
    """A member with a seat for an organisation."""
    organisation = organisation or make_organisation()
    user = make_member(organisation, **fields)
    sit(make_seat(forum), user, organisation)
    return user


def make_meeting(forum: Forum | None = None, *, in_days: int = 30, now: datetime | None = None, **facts):
    """Planned. A past one (`in_days` below 0) was planned a month before."""
    starts_at = timezone.now() + timedelta(days=in_days)
    now = now or (starts_at - timedelta(days=40) if in_days < 0 else None)
    facts = {
        "place": "Civic Centre",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
    } | facts
    return operations.plan_meeting((forum or make_forum()).pk, by=make_officer(), now=now, **facts)


def open_agenda(meeting: Meeting, *, days_before: int = 7) -> Meeting:
    """Items are taken until a week before the meeting."""
    until = timezone.localdate(meeting.starts_at) - timedelta(days=days_before)
    before = min(meeting.starts_at - timedelta(days=days_before + 14), timezone.now())
    return operations.open_agenda(meeting.pk, items_until=until, by=make_officer(), now=before)


def close_for_items(meeting: Meeting) -> Meeting:
    """The published day has passed."""
    Meeting.objects.filter(pk=meeting.pk).update(items_until=timezone.localdate() - timedelta(days=1))
    meeting.refresh_from_db()
    return meeting


def make_item(meeting: Meeting, title: str = "", *, by=None, **facts):
    return operations.propose_item(
        meeting.pk, title=title or f"Item {next(numbers)}", by=by or make_officer(), **facts
    )


def make_agreed(forum: Forum | None = None, *, items=("Welcome", "Winter pressures"), **facts) -> Meeting:
    """Its agenda agreed by an officer for both chairs, who have no account."""
    meeting = open_agenda(make_meeting(forum, **facts))
    for title in items:
        make_item(meeting, title)
    close_for_items(meeting)
    for side in Side.values:
        meeting.refresh_from_db()
        operations.agree_agenda(meeting.pk, side=side, version=meeting.version, by=make_officer())
    return Meeting.objects.get(pk=meeting.pk)


def make_held(
    forum: Forum | None = None, *, in_days: int = -10, came: dict | None = None, **facts
) -> Meeting:
    """Held, with the attendance given: seat → Seen, or the word for how it was."""
    meeting = make_meeting(forum, in_days=in_days, **facts)
    seen = {seat.pk: one if isinstance(one, Seen) else Seen(one) for seat, one in (came or {}).items()}
    return operations.record_attendance(meeting.pk, seen=seen, version=meeting.version, by=make_officer())


def make_closed(forum: Forum | None = None, *, minutes: str = "We talked.", decision: str = "", **facts):
    meeting = make_held(forum, **facts)
    officer = make_officer()
    if decision:
        operations.record_decision(meeting.pk, text=decision, by=officer)
    meeting = operations.write_minutes(meeting.pk, minutes=minutes, version=meeting.version, by=officer)
    return operations.close_meeting(meeting.pk, version=meeting.version, by=officer)
