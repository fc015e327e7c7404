"""Who says they will come, who came, and what a small group was paid for its time."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.bands import Band
from organisations.models import Organisation
from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Attendance, Meeting, Side, Term
from .writing import change, create, keep_findable, locked_meeting, refuse_unless

Came = Attendance.Came
SMALL = (Band.MICRO, Band.SMALL, Band.UNKNOWN)  # under £100,000 a year, or not known


def is_small(organisation: Organisation | None) -> bool:
    """Whether a group's time at meetings may be paid for."""
    return organisation is not None and organisation.band in SMALL and not organisation.is_public_body


@dataclass(frozen=True)
class Seen:
    """What was recorded of one attendance: who was there for a seat, how senior, and what was paid (pounds).

    Who may not record payments says nothing of them: `keeps_paid` leaves what was paid as it is.
    """

    came: str
    name: str = ""
    seniority: str = ""
    paid: Decimal | None = None
    keeps_paid: bool = False


@transaction.atomic
def reply_to_meeting(
    meeting_id: int,
    seat_id: int,
    *,
    reply: str,
    substitute_name: str = "",
    substitute_email: str = "",
    by: User,
) -> Attendance:
    """Say that the seat's holder comes, or send apologies and perhaps a substitute, who is invited by mail."""
    meeting = locked_meeting(meeting_id)
    refuse_unless(meeting.is_ahead, _("This meeting was held or cancelled."))
    term = _term_at(meeting, seat_id)
    refuse_unless(term is not None, _("Nobody holds this seat on the day of the meeting."))
    if reply == Attendance.Reply.COMING:
        substitute_name = substitute_email = ""
    facts = {
        "reply": reply,
        "substitute_name": substitute_name.strip(),
        "substitute_email": substitute_email.strip().lower(),
        **_as_seated(term),
    }
    with history.deed("replied", by=by):
        attendance = _attendance(meeting, seat_id)
        had = attendance.substitute_email
        _save(attendance, facts)
    if attendance.substitute_email and attendance.substitute_email != had:
        emails.substitute_invited(attendance)
    return attendance


def _term_at(meeting: Meeting, seat_id: int) -> Term | None:
    day = timezone.localdate(meeting.starts_at)
    held = Term.objects.current(day).filter(seat=seat_id, seat__forum=meeting.forum_id)
    return held.select_related("seat", "organisation", "user").first()


def _as_seated(term: Term) -> dict:
    return {
        "side": term.seat.side,
        "organisation": term.organisation,
        "name": term.name,
        "seniority": term.seniority,
    }


def _attendance(meeting: Meeting, seat_id: int) -> Attendance:
    found = meeting.attendances.select_for_update().filter(seat=seat_id).first()
    return found or Attendance(meeting=meeting, seat_id=seat_id)


def _save(attendance: Attendance, facts: dict) -> Attendance:
    if attendance.pk:
        return change(attendance, **facts)
    for name, value in facts.items():
        setattr(attendance, name, value)
    return create(attendance)


@transaction.atomic
def record_attendance(
    meeting_id: int, *, seen: dict[int, Seen], version: int, by: User, now: datetime | None = None
) -> Meeting:
    """Record who came, by seat, in one go; the meeting is held thereby. Not before it has begun.

    `seen` is seat → what was seen. A name other than the holder's in the room is a substitute. Only small groups
    are paid for their time. Raises Conflict when somebody recorded in between.
    """
    meeting = locked_meeting(meeting_id)
    check_version(meeting, version)
    refuse_unless(not meeting.is_cancelled, _("This meeting was cancelled."))
    refuse_unless(meeting.has_begun(now), _("Attendance can be recorded once the meeting has begun."))
    terms = {term.seat_id: term for term in terms_at(meeting)}
    with history.deed("attendance recorded", by=by):
        for seat_id, one in seen.items():
            refuse_unless(seat_id in terms, _("Nobody held one of these seats on the day of the meeting."))
            _record(meeting, terms[seat_id], one)
        held = {} if meeting.has_happened else {"status": Meeting.Status.HELD}
        change(meeting, **held)
        keep_findable(meeting.forum, meeting)
    return meeting


def terms_at(meeting: Meeting) -> list[Term]:
    """Who held a seat on the day of the meeting; one query."""
    day = timezone.localdate(meeting.starts_at)
    held = Term.objects.current(day).filter(seat__forum=meeting.forum_id)
    held = held.select_related("seat", "organisation", "user")
    return list(held.order_by("-seat__is_chair", "seat__side", "seat__title", "pk"))


def _record(meeting: Meeting, term: Term, one: Seen) -> None:
    attendance = _attendance(meeting, term.seat_id)
    paid = attendance.paid if one.keeps_paid else one.paid
    facts = _as_seated(term) | {"came": one.came, "seniority": one.seniority, "paid": paid}
    if one.came == Came.SUBSTITUTE:
        refuse_unless(bool(one.name.strip()), _("Enter who came for %(name)s.") % {"name": term.name})
        facts["substitute_name"] = one.name.strip()
    if one.came not in Attendance.IN_THE_ROOM:
        facts |= {"paid": None, "seniority": term.seniority}
    _refuse_payment(facts["paid"], term.organisation)
    _save(attendance, facts)


def _refuse_payment(paid: Decimal | None, organisation: Organisation | None) -> None:
    refuse_unless(
        not paid or is_small(organisation),
        _("Only groups with an income under £100,000 are paid for their time."),
    )


@transaction.atomic
def add_guest(
    meeting_id: int,
    *,
    name: str,
    side: str,
    organisation: Organisation | None = None,
    seniority: str = "",
    paid: Decimal | None = None,
    key: UUID | None = None,
    by: User,
) -> Attendance:
    """Somebody without a seat was there."""
    meeting = locked_meeting(meeting_id)
    if key and (first := of_first_click(meeting.attendances.all(), key)):
        return first
    refuse_unless(meeting.has_happened, _("Record the attendance of the seats first."))
    _refuse_payment(paid, organisation)
    refuse_unless(
        side == Side.SECTOR or organisation is None, _("A person of the council comes for no organisation.")
    )
    guest = Attendance(
        meeting=meeting,
        side=side,
        organisation=organisation,
        name=name.strip(),
        seniority=seniority,
        came=Came.CAME,
        paid=paid,
        **({"key": key} if key else {}),
    )
    with history.deed("guest added", by=by):
        return create(guest)


@transaction.atomic
def remove_guest(attendance_id: int, *, by: User) -> None:
    """Take a guest off who was recorded by mistake."""
    guest = Attendance.objects.select_for_update().filter(pk=attendance_id, seat=None).first()
    if guest:
        with history.deed("guest removed", by=by):
            guest.delete()
