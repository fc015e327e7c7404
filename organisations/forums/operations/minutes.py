"""Minutes and decisions: drafts are for officers and chairs; publishing them closes the meeting."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Decision, Item, Meeting
from .writing import change, create, keep_findable, locked, locked_meeting, refuse_unless

NOT_HELD = gettext_lazy("Record who came first: then the meeting counts as held.")


@transaction.atomic
def write_minutes(
    meeting_id: int, *, minutes: str, version: int, by: User, now: datetime | None = None
) -> Meeting:
    """Write or go on writing the minutes. Published ones are corrected thereby, and say so.

    Raises Conflict on a stale version.
    """
    meeting = locked_meeting(meeting_id)
    check_version(meeting, version)
    refuse_unless(meeting.has_happened, NOT_HELD)
    refuse_unless(bool(minutes.strip()) or not meeting.is_closed, _("Published minutes cannot be emptied."))
    corrected = {"corrected_at": now or timezone.now()} if meeting.is_closed else {}
    with history.deed("minutes corrected" if meeting.is_closed else "minutes written", by=by):
        change(meeting, minutes=minutes.strip(), **corrected)
        keep_findable(meeting.forum, meeting)
    return meeting


@transaction.atomic
def record_decision(
    meeting_id: int, *, text: str, item: Item | None = None, key: UUID | None = None, by: User
) -> Decision:
    """Record what was decided, under an item or by itself. Numbers count up within the meeting."""
    meeting = locked_meeting(meeting_id)
    if key and (first := of_first_click(meeting.decisions.all(), key)):
        return first
    refuse_unless(meeting.has_happened, NOT_HELD)
    refuse_unless(not meeting.is_closed, _("The minutes are published: what was decided stands."))
    refuse_unless(item is None or item.meeting_id == meeting.pk, _("Choose an item of this meeting."))
    number = (meeting.decisions.aggregate(last=Max("number"))["last"] or 0) + 1
    known = {"key": key} if key else {}
    with history.deed("decided", by=by):
        return create(Decision(meeting=meeting, item=item, number=number, text=text.strip(), **known))


@transaction.atomic
def edit_decision(
    decision_id: int, *, version: int, text: str, item: Item | None = None, by: User
) -> Decision:
    """Reword a decision before the minutes are published. Raises Conflict on a stale version."""
    decision = _decision(decision_id)
    check_version(decision, version)
    refuse_unless(
        item is None or item.meeting_id == decision.meeting_id, _("Choose an item of this meeting.")
    )
    with history.deed("decision edited", by=by):
        return change(decision, text=text.strip(), item=item)


@transaction.atomic
def remove_decision(decision_id: int, *, by: User) -> None:
    """Take out a decision that was recorded by mistake. One from which an action was raised stays."""
    if not Decision.objects.filter(pk=decision_id).exists():
        return
    decision = _decision(decision_id)
    try:
        with history.deed("decision removed", by=by), transaction.atomic():
            decision.delete()
    except ProtectedError:
        refuse_unless(False, _("An action was raised from this decision, so it stays."))


def _decision(decision_id: int) -> Decision:
    meeting = locked_meeting(Decision.objects.values_list("meeting", flat=True).get(pk=decision_id))
    refuse_unless(not meeting.is_closed, _("The minutes are published: what was decided stands."))
    return locked(Decision, decision_id, "meeting")


@transaction.atomic
def close_meeting(meeting_id: int, *, version: int, by: User, now: datetime | None = None) -> Meeting:
    """Publish minutes and decisions, and mail them to everybody with a seat. Raises Conflict on a stale version."""
    meeting = locked_meeting(meeting_id)
    if meeting.is_closed:
        return meeting  # a second click
    refuse_unless(meeting.status == Meeting.Status.HELD, NOT_HELD)
    check_version(meeting, version)
    refuse_unless(bool(meeting.minutes), _("Write the minutes first."))
    with history.deed("minutes published", by=by):
        change(meeting, status=Meeting.Status.CLOSED, closed_at=now or timezone.now(), closed_by=by)
        keep_findable(meeting.forum, meeting)
    emails.minutes_published(meeting)
    return meeting
