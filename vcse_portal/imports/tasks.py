"""Wake-ups: the run's row says what is to be done, and doing it twice does no harm."""

from contextlib import suppress

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from . import operations
from .models import ImportRun


@shared_task(name="imports.preview")
def preview(run_id: int) -> None:
    operations.preview_import(run_id)


@shared_task(name="imports.apply")
def apply(run_id: int) -> None:
    operations.apply_import(run_id)


@shared_task(name="imports.undo")
def undo(run_id: int) -> None:
    operations.undo_import(run_id)


@shared_task(name="imports.resume_runs")
def resume_runs() -> None:
    """Hand on the runs whose worker was killed or whose message was lost; forget files kept long enough."""
    for run_id, status in operations.runs_due():
        _send(TASKS[status], run_id)
    operations.forget_old_files()


TASKS = {
    ImportRun.Status.UPLOADED: preview,
    ImportRun.Status.READING: preview,
    ImportRun.Status.APPLYING: apply,
    ImportRun.Status.UNDOING: undo,
}


def wake(run: ImportRun) -> None:
    """Ask a worker to go on with the run once the transaction is committed."""
    task = TASKS[run.status]
    transaction.on_commit(lambda: _send(task, run.pk))


def _send(task, run_id: int) -> None:
    with suppress(OperationalError, OSError):  # no broker: the sweep finds the run's row later
        task.delay(run_id)
