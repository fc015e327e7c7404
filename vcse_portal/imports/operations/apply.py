"""Writing what was previewed, all or nothing."""

from collections import Counter
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import progress, rows
from ..importer import Importer, Outcome, Planned, Row
from ..models import ImportRun
from ..planning import plan_batch
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
    """Only rows the preview would write are planned again: the others are not touched, whatever they say by now.

    So records are locked no longer than their own writing takes.
    """
    importer, done = importer_of(run), 0
    counts = Counter(run.counts if importer.keeps_rows else {})
    with history.deed("imported", by=run.applied_by, import_run=run.pk):
        wait_for_others(importer.noun)
        importer.start()
        rows_read = importer.read(Path(run.file.path))
        while batch := list(islice(rows_read, importer.batch_size)):
            if importer.keeps_rows:
                _apply_previewed(run, importer, batch, counts)
            else:
                planned = plan_batch(importer, batch, {})
                importer.apply([one for one in planned if one.outcome.is_written], by=run.applied_by)
                counts.update(one.outcome for one in planned)
            done += len(batch)
            progress.report(run.pk, done, run.total)
        importer.finish(by=run.applied_by)
        finish(run, Status.APPLIED, counts=counted(counts), applied_at=timezone.now())


def _apply_previewed(run: ImportRun, importer: Importer, batch: list[Row], counts: Counter) -> None:
    seen = rows.to_write(run.pk, batch)
    wanted = [row for row in batch if row.number in seen]
    if not wanted:
        return
    planned = plan_batch(importer, wanted, {})
    for one in planned:
        counts[seen[one.row.number][0]] -= 1
        _settle(one, *seen[one.row.number])
        counts[one.outcome] += 1
    importer.apply([one for one in planned if one.outcome.is_written], by=run.applied_by)
    rows.record(run.pk, planned)


def _settle(one: Planned, outcome: str, changes: dict, is_accepted: bool, target_id: int | None) -> None:
    """Hold a row's plan of now against what was previewed; what differs is not written."""
    now = rows.jsonable(one.changes)
    if one.outcome == Outcome.SUSPICIOUS and is_accepted and one.then and changes == now:
        one.outcome = Outcome(one.then)
    elif one.outcome.is_written and (outcome != one.outcome or changes != now or target_id != one.target_id):
        one.outcome, one.then = Outcome.SUSPICIOUS, ""
        one.reasons = [*one.reasons, STALE]
