"""Saying that two records are one organisation, or that they are two; and taking either back."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation
from organisations.operations import KIND, settle
from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.imports.compare import jsonable
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from . import emails, fields, moving, relations
from .models import Distinction, Merge, Pair

Status = Organisation.Status


@transaction.atomic
def merge_organisations(
    winner_id: int,
    loser_id: int,
    *,
    by: User | None,
    versions: tuple[int, int] | None = None,
    choices: dict[str, str] | None = None,
    key: UUID | None = None,
    now: datetime | None = None,
) -> Merge:
    """Make the loser's record part of the winner's: its facts as chosen, and everything that points to it.

    `versions` (winner's, loser's) are those the person compared: Conflict when either was saved since. `choices`
    is group of facts → "winner", "loser" or "both". Raises ValidationError when either is merged already, when
    one is a branch of the other, or when something points to the loser of which nobody said what becomes of it.
    """
    if key and (first := of_first_click(Merge.objects.all(), key)):
        return first
    winner, loser = _locked(winner_id, loser_id)
    _may_be_merged(winner, loser, versions)
    now = now or timezone.now()
    people = emails.leads_of(winner, loser)
    merge = Merge(winner=winner, loser=loser, loser_name=loser.name, done_by=by, done_at=now)
    merge.key = key or merge.key
    with history.deed("merged", by=by, reason=f"{loser.name} was merged into this record."):
        values = fields.chosen(winner, loser, choices or {})
        merge.fields = _set(winner, values, now)
        merge.moved, merge.stayed = moving.move_all(loser.pk, winner.pk, today=timezone.localdate(now))
        merge.save()
    with history.deed("merged", by=by, reason=f"It was merged into {winner.name}."):
        merge.loser_fields = _set(loser, _as_merged(winner), now)
        merge.save(update_fields=["loser_fields"])
    Pair.objects.with_one_of([loser.pk]).delete()
    search.index(KIND, [winner.pk, loser.pk])
    emails.organisations_merged(merge, people)
    return merge


def _locked(*ids: int) -> list[Organisation]:
    """The records in the order asked for, locked in the order of their ids, so that two merges never wait in a ring."""
    found = {}
    for pk in sorted(set(ids)):
        found[pk] = Organisation.objects.select_for_update().get(pk=pk)
    return [found[pk] for pk in ids]


def _may_be_merged(winner: Organisation, loser: Organisation, versions: tuple[int, int] | None) -> None:
    if winner.pk == loser.pk:
        raise ValidationError("Choose two different records.")
    for gone in (record for record in (winner, loser) if record.merged_into_id):
        raise ValidationError(f"{gone} has been merged into another record already.")
    for record, version in zip((winner, loser), versions or (None, None), strict=True):
        check_version(record, version)
    if undeclared := relations.unknown():
        raise ValidationError(
            "These records cannot be merged yet: the portal does not know what becomes of "
            f"{', '.join(undeclared)}. Please tell your administrator."
        )
    if refused := moving.refusals(loser.pk, winner.pk):
        raise ValidationError(refused)


def _as_merged(winner: Organisation) -> dict:
    return {
        "status": Status.MERGED,
        "status_reason": f"Merged into {winner.name}"[:250],
        "merged_into_id": winner.pk,
        "next_confirmation_on": None,
    }


def _set(record: Organisation, values: dict, now: datetime) -> dict[str, list]:
    """Write facts of a record and what follows from them; returns attribute → [before, after]."""
    before = {name: jsonable(getattr(record, name)) for name in values}
    for name, value in values.items():
        setattr(record, name, value)
    settle(record, is_ward_new="ward_id" in values)
    record.version += 1
    record.updated_at = now
    names = {Organisation._meta.get_field(name.removesuffix("_id")).name for name in values}
    record.save(update_fields=[*names, "name_sort", "band", "ward", "version", "updated_at"])
    return {name: [before[name], jsonable(getattr(record, name))] for name in values}


@transaction.atomic
def undo_merge(merge_id: int, *, by: User | None, now: datetime | None = None) -> Merge:
    """Make two records of one again. What was changed since stays as it is, and the merge says what and why.

    Raises ValidationError when it was undone before, or when the winner was itself merged since: that comes first.
    """
    merge = Merge.objects.select_for_update().get(pk=merge_id)
    if merge.is_undone:
        raise ValidationError("This merge has already been undone.")
    winner, loser = _locked(merge.winner_id, merge.loser_id)
    if winner.merged_into_id:
        raise ValidationError(
            f"{winner} has since been merged into {winner.merged_into}. Undo that merge first."
        )
    now = now or timezone.now()
    with history.deed("merge undone", by=by, reason=f"{merge.loser_name} is its own record again."):
        _set(loser, _before(loser, merge.loser_fields), now)
        kept = [_sentence(winner, *one) for one in moving.put_back(merge.moved)]
        mine, edited = _as_left(winner, merge.fields)
        kept += [f"{label} of {winner} was edited since, so it was left as it is." for label in edited]
        _set(winner, _before(winner, mine), now)
        merge.undone_at, merge.undone_by, merge.kept = now, by, kept
        merge.save(update_fields=["undone_at", "undone_by", "kept"])
    search.index(KIND, [winner.pk, loser.pk])
    emails.merge_undone(merge, emails.leads_of(winner, loser))
    return merge


def _before(record: Organisation, changes: dict[str, list]) -> dict:
    """Attribute → what it was, as Python holds it."""
    return {
        name: record._meta.get_field(name.removesuffix("_id")).to_python(old)
        for name, (old, _new) in changes.items()
    }


WHY = {
    "changed": (
        "was changed since, so it was left as it is",
        "were changed since, so they were left as they are",
    ),
    "gone": ("is no longer there", "are no longer there"),
    "taken": ("stays with {}, for there is one like it", "stay with {}, for there are others like them"),
}


def _sentence(winner: Organisation, relation: str, number: int, why: str) -> str:
    return f"{relations.declared[relation].words(number)} {WHY[why][number > 1].format(winner)}."


def _as_left(winner: Organisation, changes: dict[str, list]) -> tuple[dict[str, list], list[str]]:
    """The changes nobody has touched since, and the labels of the groups of facts that somebody has, kept whole."""
    mine, edited = {}, []
    for group in fields.GROUPS:
        names = [name for name in group.attributes if name in changes]
        if all(jsonable(getattr(winner, name)) == changes[name][1] for name in names):
            mine |= {name: changes[name] for name in names}
        else:
            edited.append(group.label)
    return mine, edited


@transaction.atomic
def keep_apart(first_id: int, second_id: int, *, by: User, reason: str = "") -> Distinction:
    """Say that two records are two organisations: they are offered as a likely pair no more. Twice is once."""
    first, second = _locked(*sorted((first_id, second_id)))
    if first.pk == second.pk:
        raise ValidationError("Choose two different records.")
    if first.merged_into_id or second.merged_into_id:
        raise ValidationError("One of the two has been merged already. Undo that merge first.")
    standing = Distinction.objects.standing().filter(first=first, second=second).first()
    if standing:
        return standing
    with history.deed("kept apart", by=by):
        distinction = Distinction.objects.create(first=first, second=second, reason=reason, decided_by=by)
    Pair.objects.filter(first=first, second=second).delete()
    return distinction


@transaction.atomic
def withdraw_distinction(distinction_id: int, *, by: User, now: datetime | None = None) -> Distinction:
    """Take back that two records are two organisations: the next look may offer them again."""
    distinction = Distinction.objects.select_for_update().get(pk=distinction_id)
    if distinction.withdrawn_at:
        raise ValidationError("This has already been taken back.")
    with history.deed("no longer kept apart", by=by):
        distinction.withdrawn_at, distinction.withdrawn_by = now or timezone.now(), by
        distinction.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return distinction
