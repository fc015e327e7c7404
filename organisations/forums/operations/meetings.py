"""Plan, move and cancel a meeting. Everybody with a seat has it in their calendar."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Forum, Meeting
from .writing import change, create, keep_findable, locked, locked_meeting, refuse_unless

NOWHERE = gettext_lazy("Say where the meeting is, or how to join it online.")
IN_THE_CALENDAR = ("title", "starts_at", "ends_at", "place", "join_url")


@transaction.atomic
def plan_meeting(
    forum_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    key: UUID | None = None,
    by: User,
    now: datetime | None = None,
    **facts,
) -> Meeting:
    """Put a meeting into everybody's calendar. `facts`: title, place, join_url. Not in the past."""
    forum = locked(Forum, forum_id)
    if key and (first := of_first_click(forum.meetings.all(), key)):
        return first
    refuse_unless(forum.is_standing, _("This forum has been wound up."))
    refuse_unless(starts_at > (now or timezone.now()), _("A meeting is planned for a day to come."))
    refuse_unless(bool(facts.get("place") or facts.get("join_url")), NOWHERE)
    known = {"key": key} if key else {}
    with history.deed("planned", by=by):
        meeting = create(Meeting(forum=forum, starts_at=starts_at, ends_at=ends_at, **known, **facts))
        keep_findable(forum, meeting)
    emails.invited(meeting)
    return meeting


@transaction.atomic
def edit_meeting(meeting_id: int, *, version: int, by: User, now: datetime | None = None, **facts) -> Meeting:
    """Change when and where. Everybody gets the new invitation, which takes the old one's place."""
    meeting = locked_meeting(meeting_id)
    check_version(meeting, version)
    refuse_unless(meeting.is_ahead, _("This meeting was held or cancelled: it can no longer be moved."))
    moved = any(getattr(meeting, name) != value for name, value in facts.items() if name in IN_THE_CALENDAR)
    if not moved:
        return meeting
    if facts.get("starts_at", meeting.starts_at) != meeting.starts_at:
        ahead = facts["starts_at"] > (now or timezone.now())
        refuse_unless(ahead, _("A meeting is planned for a day to come."))
    with history.deed("moved", by=by):
        change(meeting, **facts, sequence=meeting.sequence + 1)
        keep_findable(meeting.forum, meeting)
    emails.invited(meeting)
    return meeting


@transaction.atomic
def cancel_meeting(meeting_id: int, *, reason: str, by: User) -> Meeting:
    """Call a meeting off, and take it out of everybody's calendar."""
    meeting = locked_meeting(meeting_id)
    refuse_unless(meeting.is_ahead, _("This meeting was held or cancelled already."))
    with history.deed("cancelled", by=by, reason=reason):
        change(
            meeting,
            status=Meeting.Status.CANCELLED,
            cancelled_reason=reason,
            sequence=meeting.sequence + 1,
        )
        keep_findable(meeting.forum, meeting)
    emails.cancelled(meeting)
    return meeting
