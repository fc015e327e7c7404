"""Putting back what a run wrote."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import progress
from ..models import ImportRow, ImportRun
from .work import change, finish, importer_of, wait_for_others, work

Status = ImportRun.Status


def ask_to_undo(run_id: int, *, by: User | None) -> ImportRun:
    """Decide that an applied run is to be undone; a worker does it."""
    with transaction.atomic(), history.deed("asked to undo", by=by):
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.status != Status.APPLIED:
            raise ValidationError(f"This import cannot be undone: it is {run.get_status_display().lower()}.")
        if not run.importer.can_undo:
            raise ValidationError(
                f"An import of “{run.label}” cannot be undone. Import the earlier file instead."
            )
        change(run, status=Status.UNDOING, undone_by=by, refusal="", attempts=0, due_at=None)
    return run


def undo_import(run_id: int) -> ImportRun:
    """Put back what a run wrote, as a whole; records edited since are kept and listed."""
    return work(run_id, (Status.UNDOING,), Status.UNDOING, _undo)


def _undo(run: ImportRun) -> None:
    importer, kept, done = importer_of(run), 0, 0
    with history.deed("import undone", by=run.undone_by):
        wait_for_others(importer.noun)
        importer.start()
        written = list(run.rows.written().order_by("-row_number").values_list("pk", flat=True))
        for start in range(0, len(written), importer.batch_size):
            batch = list(
                run.rows.filter(pk__in=written[start : start + importer.batch_size]).order_by("-row_number")
            )
            reasons = importer.undo(batch, by=run.undone_by)
            for row in batch:
                row.kept = reasons.get(row.pk, "")[:300]
            ImportRow.objects.bulk_update([row for row in batch if row.kept], ["kept"])
            kept, done = kept + len(reasons), done + len(batch)
            progress.report(run.pk, done, len(written))
        finish(run, Status.UNDONE, put_back=done - kept, kept=kept, undone_at=timezone.now())
