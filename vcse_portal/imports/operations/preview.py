"""What a file would do, and which of its odd rows are wanted all the same."""

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
from ..readers.tables import open_table
from ..refusal import Refused
from .work import counted, finish, importer_of, work

Status = ImportRun.Status


def preview_import(run_id: int) -> ImportRun:
    """Read the file and store what each row would do. Changes nothing else; refuses the file as a whole if it must."""
    return work(run_id, (Status.UPLOADED, Status.READING), Status.READING, _preview)


def _preview(run: ImportRun) -> None:
    importer, path = importer_of(run), Path(run.file.path)
    with open_table(path, run.file_name, importer.layout()) as table:
        expected = table.expected
    run.rows.all().delete()
    counts, done = Counter(), 0
    for batch in planned_batches(importer, path, run.file_name):
        rows.store(run.pk, batch if importer.keeps_rows else _odd(batch))
        counts.update(one.outcome for one in batch)
        done += len(batch)
        progress.report(run.pk, done, expected)
    if not done:
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


def _odd(batch: list[Planned]) -> list[Planned]:
    return [one for one in batch if one.outcome in (Outcome.SUSPICIOUS, Outcome.REJECTED)]


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
