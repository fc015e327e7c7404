"""Writing what was previewed, all or nothing."""

from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import progress, rows
from ..importer import Outcome, Planned
from ..models import ImportRun
from ..planning import planned_batches
from .work import change, counted, finish, importer_of, wait_for_others, work

STALE = "What we hold has changed since the preview. Preview the file again to see what it would do now."
Status = ImportRun.Status


def ask_to_apply(run_id: int, *, by: User | None) -> ImportRun:
    """Decide that the previewed run is to be applied; a worker does it. A second press is refused."""
    with transaction.atomic(), history.deed("asked to apply", by=by):
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.status != Status.PREVIEWED:
            raise ValidationError(f"This import cannot be applied: it is {run.get_status_display().lower()}.")
        change(run, status=Status.APPLYING, applied_by=by, refusal="", attempts=0, due_at=None)
    return run


def apply_import(run_id: int) -> ImportRun:
    """Write the new and changed rows of a run that was asked for, all or nothing."""
    return work(run_id, (Status.APPLYING,), Status.APPLYING, _apply)


def _apply(run: ImportRun) -> None:
    importer, counts, done = importer_of(run), Counter(), 0
    with history.deed("imported", by=run.applied_by, import_run=run.pk):
        wait_for_others(importer.noun)
        for batch in planned_batches(importer, Path(run.file.path)):
            moved = _settled(run, batch) if importer.keeps_rows else []
            importer.apply([one for one in batch if one.outcome.is_written], by=run.applied_by)
            rows.record(run.pk, moved)
            counts.update(one.outcome for one in batch)
            done += len(batch)
            progress.report(run.pk, done, run.total)
        importer.finish(by=run.applied_by)
        finish(run, Status.APPLIED, counts=counted(counts), applied_at=timezone.now())


def _settled(run: ImportRun, batch: list[Planned]) -> list[Planned]:
    """Hold the batch against its preview; returns the rows whose stored result must be written again."""
    seen = rows.previewed(run.pk, batch)
    return [one for one in batch if _settle(one, seen.get(one.row.number))]


def _settle(one: Planned, seen: tuple | None) -> bool:
    """Hold a row's plan of now against what was previewed. Whether its stored result must be written again."""
    outcome, changes, is_accepted, target_id = seen or (Outcome.UNCHANGED, {}, False, None)
    now = rows.jsonable(one.changes)
    if one.outcome == Outcome.SUSPICIOUS and is_accepted and one.then and changes == now:
        one.outcome = Outcome(one.then)
    elif one.outcome.is_written and (outcome != one.outcome or changes != now or target_id != one.target_id):
        one.outcome, one.then = Outcome.SUSPICIOUS, ""
        one.reasons = [*one.reasons, STALE]
    return one.outcome != outcome or one.outcome == Outcome.NEW
