"""What a file would do, and which of its odd rows are wanted all the same."""

from collections import Counter
from functools import partial
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import progress, rows
from ..importer import Importer, Outcome, Planned
from ..models import ImportRun
from ..planning import planned_batches
from ..refusal import Refused
from .work import change, counted, finish, importer_of, work

Status = ImportRun.Status


def preview_import(run_id: int) -> ImportRun:
    """Read the file and store what each row would do. Changes nothing else; refuses the file as a whole if it must."""
    return work(run_id, (Status.UPLOADED, Status.READING), Status.READING, _preview)


def _preview(run: ImportRun) -> None:
    importer = importer_of(run)
    if importer.gathers:
        _gather(run, importer)
    path = Path(run.file.path)
    expected = importer.expected(path)
    run.rows.all().delete()
    counts, done = Counter(), 0
    for batch in planned_batches(importer, path):
        rows.store(run.pk, batch if importer.keeps_rows else _odd(batch))
        counts.update(one.outcome for one in batch)
        done += len(batch)
        progress.report(run.pk, done, expected)
    if not done and not importer.gathers:
        raise Refused("The file has column names but no rows beneath them.")
    remarks = importer.remarks()
    finish(
        run,
        Status.PREVIEWED,
        counts=counted(counts),
        total=done,
        remarks=remarks,
        previewed_at=timezone.now(),
    )


def _gather(run: ImportRun, importer: Importer) -> None:
    """Make the table of what concerns us. The run keeps that, and what arrived is deleted once it is previewed."""
    arrived = run.file.name
    run.file.name = f"{arrived}.gathered"  # the same name again when a killed worker's preview is repeated
    target = Path(run.file.path)
    try:
        importer.gather(Path(run.file.storage.path(arrived)), target, partial(progress.report, run.pk))
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    run.save(update_fields=["file"])
    transaction.on_commit(partial(run.file.storage.delete, arrived))


def _odd(batch: list[Planned]) -> list[Planned]:
    return [one for one in batch if one.outcome in (Outcome.SUSPICIOUS, Outcome.REJECTED)]


def answer_questions(run_id: int, options: dict, *, by: User) -> ImportRun:
    """Give a run its options: how its columns are meant, which part of it is wanted. It can be read then.

    A run that was previewed already is read again with the new answers, while its file is as it arrived.
    """
    with transaction.atomic(), history.deed("questions answered", by=by):
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if not run.may_be_answered:
            raise ValidationError(f"Too late to answer: this import is {run.get_status_display().lower()}.")
        change(run, status=Status.UPLOADED, options=run.options | options, attempts=0, due_at=None)
    return run


def accept_rows(run_id: int, row_numbers: list[int], *, by: User, among: list[int] | None = None) -> int:
    """Tick suspicious rows so that applying writes them; the others (`among` those shown) are unticked.

    Returns how many of the run's rows are ticked now.
    """
    with transaction.atomic(), history.deed("ticked suspicious rows", by=by):
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.status != Status.PREVIEWED:
            raise ValidationError("Rows can be ticked only between preview and apply.")
        suspicious = run.rows.filter(outcome=Outcome.SUSPICIOUS).exclude(then="")
        shown = suspicious if among is None else suspicious.filter(row_number__in=among)
        shown.update(is_accepted=False)
        shown.filter(row_number__in=row_numbers).update(is_accepted=True)
        return suspicious.filter(is_accepted=True).count()
