"""Record, edit, publish, move on, withdraw: the only writers of intentions."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.codes import check_codes
from vcse_portal.search import registry
from vcse_portal.ui.conflict import check_version

from .models import Intention, Stage, Status

FACTS = (
    "title", "summary", "need", "directorate", "lead_officer", "themes", "communities", "wards", "outcomes",
    "stage", "route", "value_low", "value_high", "expected_open_on", "closes_on", "starts_on", "ends_on",
    "portal_url",
)  # fmt: skip
CODE_LISTS = {"themes": "theme", "communities": "community", "wards": "ward", "outcomes": "outcome"}


@transaction.atomic
def record_intention(*, key: UUID, by: User, now: datetime | None = None, **facts) -> Intention:
    """Start a draft that only council people see. The same key again returns the draft already there."""
    _refuse_unknown(facts)
    now = now or timezone.now()
    if not Intention.objects.filter(key=key).exists():
        _check(Intention(**facts))
    with history.deed("recorded", by=by):
        intention, is_new = Intention.objects.get_or_create(
            key=key, defaults={**facts, "created_at": now, "updated_at": now}
        )
    if is_new:
        registry.index("intention", [intention.pk])
    return intention


@transaction.atomic
def edit_intention(
    intention_id: int, *, version: int, reason: str = "", by: User, now: datetime | None = None, **facts
) -> Intention:
    """Change facts. Once it is published each change needs a reason, which everyone can read in its history.

    The stage of a published intention is moved with `move_stage`. Raises Conflict on a stale version.
    """
    _refuse_unknown(facts)
    intention = _lock(intention_id)
    check_version(intention, version)
    _refuse_withdrawn(intention)
    changed = _set(intention, facts)
    if not changed:
        return intention
    if intention.is_published:
        _refuse_published_edit(intention, changed, reason)
    _check(intention)
    with history.deed("edited", by=by, **({"reason": reason.strip()} if reason.strip() else {})):
        _save(intention, changed, now)
    return intention


@transaction.atomic
def publish_intention(intention_id: int, *, by: User, now: datetime | None = None) -> Intention:
    """Show it to everyone from now on, and offer it to the next circular."""
    intention = _lock(intention_id)
    now = now or timezone.now()
    if not intention.is_draft:
        raise ValidationError("This intention is no longer a draft.")
    if intention.lacks:
        raise ValidationError(f"Before publishing, enter {'; '.join(intention.lacks)}.")
    if intention.closes_on and intention.closes_on < timezone.localdate(now):
        raise ValidationError("The closing date has passed. Change it before publishing.")
    intention.status, intention.published_at, intention.published_by = Status.PUBLISHED, now, by
    with history.deed("published", by=by):
        _save(intention, ["status", "published_at", "published_by"], now)
    return intention


@transaction.atomic
def move_stage(
    intention_id: int, *, stage: str, version: int, reason: str = "", by: User, now: datetime | None = None
) -> Intention:
    """Move a published intention to another stage; moving back needs a reason. Raises Conflict when stale."""
    intention = _lock(intention_id)
    check_version(intention, version)
    if not intention.is_published:
        raise ValidationError("Only a published intention moves through the stages.")
    if stage == intention.stage:
        raise ValidationError("It is at this stage already. Select another one.")
    if Stage(stage).place < Stage(intention.stage).place and not reason.strip():
        raise ValidationError({"reason": "Enter why it goes back to an earlier stage."})
    now = now or timezone.now()
    intention.stage, intention.stage_moved_at = stage, now
    with history.deed(
        "moved to another stage", by=by, **({"reason": reason.strip()} if reason.strip() else {})
    ):
        _save(intention, ["stage", "stage_moved_at"], now)
    return intention


@transaction.atomic
def withdraw_intention(intention_id: int, *, reason: str, by: User, now: datetime | None = None) -> Intention:
    """Stop it for good. What was published stays readable, marked as withdrawn, with the reason."""
    intention = _lock(intention_id)
    now = now or timezone.now()
    _refuse_withdrawn(intention)
    if not reason.strip():
        raise ValidationError({"reason": "Enter why it is withdrawn."})
    intention.status, intention.withdrawn_at, intention.withdrawn_by = Status.WITHDRAWN, now, by
    intention.withdrawn_reason = reason.strip()
    with history.deed("withdrawn", by=by, reason=intention.withdrawn_reason):
        _save(intention, ["status", "withdrawn_at", "withdrawn_by", "withdrawn_reason"], now)
    return intention


def _lock(intention_id: int) -> Intention:
    return Intention.objects.select_for_update(of=("self",)).get(pk=intention_id)


def _save(intention: Intention, changed: Iterable[str], now: datetime | None) -> None:
    intention.version += 1
    intention.updated_at = now or timezone.now()
    intention.save(update_fields=[*changed, "version", "updated_at"])
    registry.index("intention", [intention.pk])


def _set(intention: Intention, facts: dict) -> list[str]:
    """Set what differs; return the names of it."""
    changed = [name for name, value in facts.items() if getattr(intention, name) != value]
    for name in changed:
        setattr(intention, name, facts[name])
    return changed


def _refuse_unknown(facts: dict) -> None:
    unknown = facts.keys() - set(FACTS)
    if unknown:
        raise TypeError(f"An intention has no {', '.join(sorted(unknown))}.")


def _refuse_withdrawn(intention: Intention) -> None:
    if intention.is_withdrawn:
        raise ValidationError("This intention has been withdrawn.")


def _refuse_published_edit(intention: Intention, changed: list[str], reason: str) -> None:
    if "stage" in changed:
        raise ValidationError({"stage": "A published intention is moved to another stage on its own page."})
    if not reason.strip():
        raise ValidationError({"reason": "Enter why this changes. Everyone can read it in the history."})
    if intention.lacks:
        raise ValidationError(f"A published intention needs {'; '.join(intention.lacks)}.")


def _check(intention: Intention) -> None:
    """Refuse what does not fit together, naming the field."""
    wrong = {}
    low, high = intention.value_low, intention.value_high
    if not intention.title.strip():
        wrong["title"] = "Enter a title."
    if not intention.summary.strip():
        wrong["summary"] = "Enter a summary."
    if min(low or 0, high or 0) < 0:
        wrong["value_low"] = "A value cannot be less than £0."
    if low is not None and high is not None and high < low:
        wrong["value_high"] = "The highest value must not be less than the lowest."
    if _is_before(intention.closes_on, intention.expected_open_on):
        wrong["closes_on"] = "The closing date must not be before the opening date."
    if _is_before(intention.ends_on, intention.starts_on):
        wrong["ends_on"] = "The end of the work must not be before its start."
    if not intention.lead_officer.is_officer:
        wrong["lead_officer"] = f"{intention.lead_officer} is not a council officer."
    if wrong:
        raise ValidationError(wrong)
    for name, kind in CODE_LISTS.items():
        check_codes(kind, getattr(intention, name))


def _is_before(day, other) -> bool:
    return day is not None and other is not None and day < other
