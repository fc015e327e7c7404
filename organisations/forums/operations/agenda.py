"""An agenda written together: opened with a last day for items, proposed, ordered, agreed by both chairs.

Whatever changes an agenda after a chair agreed takes both agreements back: they were to another one.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Organisation
from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Item, Meeting, Side
from ..standing import standing_of
from .writing import change, create, keep_findable, locked, locked_meeting, refuse_unless

TOO_LATE = gettext_lazy("This meeting was held or cancelled: its agenda no longer changes.")


@transaction.atomic
def open_agenda(
    meeting_id: int, *, items_until: date, version: int | None = None, by: User, now: datetime | None = None
) -> Meeting:
    """Ask everybody with a seat for items until a published day, or change that day."""
    meeting = locked_meeting(meeting_id)
    check_version(meeting, version)
    today = timezone.localdate(now)
    refuse_unless(meeting.is_ahead, TOO_LATE)
    refuse_unless(items_until >= today, _("The last day for items cannot have passed."))
    day_before = items_until < timezone.localdate(meeting.starts_at)
    refuse_unless(day_before, _("Take items until the day before the meeting at the latest."))
    with history.deed("agenda opened", by=by):
        facts = _without_agreement(meeting) | {"status": Meeting.Status.OPEN, "items_until": items_until}
        change(meeting, **facts)
        keep_findable(meeting.forum, meeting)
    emails.agenda_opened(meeting)
    return meeting


@transaction.atomic
def propose_item(
    meeting_id: int,
    *,
    title: str,
    about: str = "",
    minutes_needed: int | None = None,
    organisation: Organisation | None = None,
    key: UUID | None = None,
    by: User,
    now: datetime | None = None,
) -> Item:
    """Put an item at the end of the agenda: for an organisation, or with none for the council.

    Members and officers until the published day; chairs and partnerships officers until the meeting is held.
    """
    meeting = locked_meeting(meeting_id)
    if key and (first := of_first_click(meeting.items.all(), key)):
        return first
    refuse_unless(meeting.is_ahead, TOO_LATE)
    in_time = meeting.takes_items(timezone.localdate(now)) or standing_of(by, meeting.forum).keeps
    refuse_unless(in_time, _("Items can no longer be proposed for this meeting. Write to its chairs."))
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    facts = {"title": title.strip(), "about": about, "minutes_needed": minutes_needed}
    with history.deed("proposed", by=by):
        item = Item(
            meeting=meeting,
            position=last + 1,
            proposed_by=by,
            organisation=organisation,
            proposed_at=now or timezone.now(),
            **facts,
            **({"key": key} if key else {}),
        )
        create(item)
        _agenda_changed(meeting, by)
    return item


@transaction.atomic
def edit_item(
    item_id: int, *, version: int, title: str, about: str, minutes_needed: int | None, by: User
) -> Item:
    """Reword an item. Raises Conflict on a stale version."""
    item, meeting = _item(item_id)
    check_version(item, version)
    with history.deed("item edited", by=by):
        change(item, title=title.strip(), about=about, minutes_needed=minutes_needed)
        _agenda_changed(meeting, by)
    return item


@transaction.atomic
def move_item(item_id: int, *, up: bool, seen_position: int, by: User) -> Item:
    """Change places with the item before or after it. Does nothing when it is not where the person saw it."""
    item, meeting = _item(item_id)
    if item.position != seen_position or item.is_left_off:
        return item
    others = meeting.items.on_agenda().exclude(pk=item.pk)
    before, after = others.filter(position__lt=item.position), others.filter(position__gt=item.position)
    other = before.order_by("-position").first() if up else after.order_by("position").first()
    if other is None:
        return item
    with history.deed("moved", by=by):
        item.position, other.position = other.position, item.position
        item.save(update_fields=["position"])
        other.save(update_fields=["position"])
        _agenda_changed(meeting, by)
    return item


@transaction.atomic
def leave_item_off(item_id: int, *, reason: str, by: User, now: datetime | None = None) -> Item:
    """Leave an item off this agenda, with a reason that its proposer is told."""
    item, meeting = _item(item_id)
    refuse_unless(not item.is_left_off, _("This item has been left off already."))
    with history.deed("left off the agenda", by=by, reason=reason):
        change(item, left_off_at=now or timezone.now(), left_off_reason=reason.strip())
        _agenda_changed(meeting, by)
    if item.proposed_by_id and item.proposed_by_id != by.pk:
        emails.item_left_off(item)
    return item


@transaction.atomic
def put_item_back(item_id: int, *, by: User) -> Item:
    """Back on the agenda, at its end."""
    item, meeting = _item(item_id)
    if not item.is_left_off:
        return item
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    with history.deed("put back on the agenda", by=by):
        change(item, left_off_at=None, left_off_reason="", position=last + 1)
        _agenda_changed(meeting, by)
    return item


@transaction.atomic
def agree_agenda(
    meeting_id: int, *, side: str, version: int, by: User, now: datetime | None = None
) -> Meeting:
    """A chair agrees the agenda as it was shown. With the second agreement it goes out to everybody.

    Not before the published day for items has passed. Raises Conflict when it was changed since `version`.
    """
    meeting = locked_meeting(meeting_id)
    now = now or timezone.now()
    if meeting.agreed_at(side):
        return meeting  # a second click
    refuse_unless(meeting.status == Meeting.Status.OPEN, _("This agenda is not open to be agreed."))
    check_version(meeting, version)
    refuse_unless(
        not meeting.takes_items(timezone.localdate(now)),
        _("Items can be proposed until %(day)s. Agree the agenda after that.")
        % {"day": date_format(meeting.items_until)},
    )
    refuse_unless(meeting.items.on_agenda().exists(), _("There is nothing on the agenda yet."))
    with history.deed(f"agenda agreed for the {Side(side).value}", by=by):
        facts = {f"agreed_by_{side}": by, f"{side}_agreed_at": now}
        both = all(meeting.agreed_at(s) for s in Side.values if s != side)
        if both:
            facts |= {"status": Meeting.Status.AGREED, "agenda_agreed_at": now}
        change(meeting, **facts)
        keep_findable(meeting.forum, meeting)
    emails.agenda_agreed(meeting) if both else emails.agenda_waits(meeting)
    return meeting


def _item(item_id: int) -> tuple[Item, Meeting]:
    """The meeting locked first, then the item: two people who change one agenda wait for each other."""
    meeting = locked_meeting(Item.objects.values_list("meeting", flat=True).get(pk=item_id))
    refuse_unless(meeting.is_ahead, TOO_LATE)
    item = locked(Item, item_id, "organisation", "proposed_by")
    item.meeting = meeting
    return item, meeting


def _agenda_changed(meeting: Meeting, by: User) -> None:
    had_agreed = [s for s in Side.values if meeting.agreed_at(s)]
    change(meeting, **_without_agreement(meeting))
    if had_agreed:
        keep_findable(meeting.forum, meeting)
        emails.agenda_reopened(meeting, by)


def _without_agreement(meeting: Meeting) -> dict:
    """What is so once both agreements are taken back."""
    facts = dict.fromkeys(
        ("agreed_by_council", "council_agreed_at", "agreed_by_sector", "sector_agreed_at", "agenda_agreed_at")
    )
    return facts | ({"status": Meeting.Status.OPEN} if meeting.status == Meeting.Status.AGREED else {})
