"""Assemble, edit and approve a month's circular: the only writers of circulars and their entries."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.formats import date_format

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.working_days import add_working_days, first_working_day
from vcse_portal.mail.models import Message
from vcse_portal.search import registry
from vcse_portal.ui.conflict import check_version

from . import emails
from .contents import no_longer_offered, offered
from .models import PERIOD, Circular, CircularEntry, CircularState

REMIND_AFTER = 2  # working days between reminders


def assemble_due(now: datetime | None = None) -> Circular | None:
    """Assemble this month's circular if its first working day has come and it is not there yet.

    The month and the day are London's. Late, twice or by two schedulers: one circular a month all the same.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    period = f"{today:%Y-%m}"
    if today < first_working_day(today.year, today.month) or Circular.objects.filter(period=period).exists():
        return None
    return assemble_circular(period, now=now)[0]


@transaction.atomic
def assemble_circular(
    period: str, *, by: User | None = None, now: datetime | None = None
) -> tuple[Circular, bool]:
    """Make the month's draft of all that was published since the last circular that went out.

    Returns it and whether it is new: an existing one is left as it is. Older drafts nobody approved are
    superseded, and what they told goes into this one. Tells the editors that it waits for them.
    """
    now = now or timezone.now()
    _check_period(period, now)
    overtaken = list(Circular.objects.drafts().filter(period__lt=period).select_for_update())
    with history.deed("assembled", by=by):
        circular, is_new = Circular.objects.get_or_create(period=period, defaults=_fresh(period, now))
        if is_new:
            _supersede(overtaken)
            _gather(circular)
            emails.circular_waiting(circular, timezone.localdate(now))
    return circular, is_new


def _check_period(period: str, now: datetime) -> None:
    PERIOD(period)
    this_month = timezone.localdate(now).replace(day=1)
    if period > f"{this_month + timedelta(days=31):%Y-%m}":
        raise ValidationError(f"{period} is too far ahead: assemble the circular of this month or the next.")
    if Circular.objects.approved().filter(period__gt=period).exists():
        raise ValidationError(f"A circular later than {period} has already gone out.")


def _fresh(period: str, now: datetime) -> dict:
    last = Circular.objects.approved().aggregate(until=Max("until"))["until"]
    first = Circular.objects.aggregate(since=Min("since"))["since"]  # nothing has gone out since then
    first_day = datetime.strptime(f"{period}-01", "%Y-%m-%d").astimezone(timezone.get_default_timezone())
    return {
        "title": f"Circular, {date_format(first_day, 'F Y')}",
        "since": last or first or _month_before(first_day),
        "until": now,
        "assembled_at": now,
        "remind_on": add_working_days(timezone.localdate(now), REMIND_AFTER),
    }


def _month_before(day: datetime) -> datetime:
    return (day - timedelta(days=1)).replace(day=1)


def _supersede(drafts: list[Circular]) -> None:
    for draft in drafts:
        draft.state, draft.remind_on = CircularState.SUPERSEDED, None
        _save(draft, ["state", "remind_on"])


def _gather(circular: Circular) -> tuple[int, int]:
    """Bring the entries in line with what the rooms offer; return how many were added and taken out."""
    found = offered(circular)
    gone = circular.entries.exclude(source__in=found)
    taken_out = gone.count()
    gone.delete()
    there = set(circular.entries.values_list("source", flat=True))
    last = circular.entries.aggregate(last=Max("position"))["last"] or 0
    new = [(source, entry) for source, entry in found.items() if source not in there]
    CircularEntry.objects.bulk_create(
        CircularEntry(
            circular=circular,
            section=entry.section,
            title=entry.title[:250],
            summary=entry.summary[:1000],
            url=entry.url,
            themes=list(entry.themes),
            position=position,
            source=source,
        )
        for position, (source, entry) in enumerate(new, start=last + 1)
    )
    return len(new), taken_out


@transaction.atomic
def gather_again(circular_id: int, *, by: User, now: datetime | None = None) -> tuple[int, int]:
    """Take in what was published since the draft was made, and take out what was withdrawn: (added, removed)."""
    circular = _lock_draft(circular_id)
    circular.until = now or timezone.now()
    with history.deed("gathered again", by=by):
        counts = _gather(circular)
        _save(circular, ["until"])
    return counts


@transaction.atomic
def edit_circular(circular_id: int, *, title: str, foreword: str, version: int, by: User) -> Circular:
    """Change the title and foreword of a draft. Raises Conflict on a stale version."""
    circular = _lock_draft(circular_id)
    check_version(circular, version)
    circular.title, circular.foreword = title.strip(), foreword.strip()
    with history.deed("edited", by=by):
        _save(circular, ["title", "foreword"])
    return circular


@transaction.atomic
def edit_entry(entry_id: int, *, title: str, summary: str, version: int, by: User) -> CircularEntry:
    """Reword an entry of a draft. `version` is the circular's. Raises Conflict when stale."""
    circular, entry = _lock_entry(entry_id)
    check_version(circular, version)
    entry.title, entry.summary = title.strip(), summary.strip()
    with history.deed("entry edited", by=by):
        entry.save(update_fields=["title", "summary"])
        _save(circular, [])
    return entry


@transaction.atomic
def move_entry(entry_id: int, *, up: bool, seen_position: int, by: User) -> CircularEntry:
    """Swap an entry with its neighbour in the same section. A second click, seen from the old place, does nothing."""
    circular, entry = _lock_entry(entry_id)
    siblings = circular.entries.filter(section=entry.section)
    before, after = siblings.filter(position__lt=entry.position), siblings.filter(position__gt=entry.position)
    neighbour = before.order_by("-position").first() if up else after.order_by("position").first()
    if entry.position != seen_position or neighbour is None:
        return entry
    entry.position, neighbour.position = neighbour.position, entry.position
    with history.deed("entry moved", by=by):
        entry.save(update_fields=["position"])
        neighbour.save(update_fields=["position"])
        _save(circular, [])
    return entry


@transaction.atomic
def drop_entry(entry_id: int, *, by: User, restore: bool = False) -> CircularEntry:
    """Leave an entry out of the circular, or put it back."""
    circular, entry = _lock_entry(entry_id)
    if entry.is_dropped == (not restore):
        return entry
    entry.is_dropped = not restore
    with history.deed("entry restored" if restore else "entry dropped", by=by):
        entry.save(update_fields=["is_dropped"])
        _save(circular, [])
    return entry


@transaction.atomic
def send_test(circular_id: int, *, by: User, now: datetime | None = None) -> Message:
    """Mail the draft to the officer alone, at most once a minute."""
    return emails.circular_test(_lock_draft(circular_id), by, now or timezone.now())


@transaction.atomic
def approve_circular(circular_id: int, *, version: int, by: User, now: datetime | None = None) -> Circular:
    """Publish it in the archive and queue one mail for each confirmed subscriber, all or nothing.

    Refused when it is empty or tells of something no longer published; raises Conflict when it was changed
    after the approver saw it.
    """
    circular = _lock_draft(circular_id)
    check_version(circular, version)
    if not circular.entries.kept().exists():
        raise ValidationError("This circular is empty. Gather again or restore an entry before approving it.")
    gone = no_longer_offered(circular)
    if gone:
        raise ValidationError(
            f"No longer published as told: {'; '.join(e.title for e in gone)}. Gather again, then approve."
        )
    circular.state, circular.remind_on = CircularState.SENDING, None
    circular.approved_at, circular.approved_by = now or timezone.now(), by
    with history.deed("approved", by=by):
        _save(circular, ["state", "remind_on", "approved_at", "approved_by"])
    emails.circular_issue(circular)
    registry.index("circular", [circular.pk])
    return circular


@transaction.atomic
def close_sent(now: datetime | None = None) -> int:
    """Mark circulars as sent whose mails have all left or failed for good; return how many."""
    closed = 0
    sending = Circular.objects.filter(state=CircularState.SENDING).select_for_update(skip_locked=True)
    for circular in sending:
        message = Message.objects.filter(key=circular.message_key).first()
        if message is None or message.progress().is_finished:
            circular.state, circular.sent_at = CircularState.SENT, now or timezone.now()
            with history.deed("sent"):
                _save(circular, ["state", "sent_at"])
            closed += 1
    return closed


@transaction.atomic
def remind_editors(now: datetime | None = None) -> int:
    """Remind the editors of each draft whose reminder is due and that has something to say; return how many.

    The next reminder's date is claimed first, so that two schedulers remind once.
    """
    today = timezone.localdate(now)
    reminded = 0
    for circular in Circular.objects.drafts().filter(remind_on__lte=today):
        claimed = Circular.objects.filter(
            pk=circular.pk, state=CircularState.DRAFT, remind_on=circular.remind_on
        ).update(remind_on=add_working_days(today, REMIND_AFTER))
        if claimed and circular.entries.kept().exists():
            emails.circular_waiting(circular, today)
            reminded += 1
    return reminded


def _lock_draft(circular_id: int) -> Circular:
    circular = Circular.objects.select_for_update(of=("self",)).get(pk=circular_id)
    if not circular.is_draft:
        raise ValidationError("This circular is no longer a draft.")
    return circular


def _lock_entry(entry_id: int) -> tuple[Circular, CircularEntry]:
    """The circular is locked before its entry, whoever comes first."""
    circular = _lock_draft(CircularEntry.objects.values_list("circular", flat=True).get(pk=entry_id))
    return circular, circular.entries.get(pk=entry_id)


def _save(circular: Circular, changed: list[str]) -> None:
    circular.version += 1
    circular.save(update_fields=[*changed, "version"])
