"""What the sweep does: hand on lost runs, forget old files."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from vcse_portal import history

from ..models import ImportRun
from .work import change

KEPT = timedelta(days=90)
Status = ImportRun.Status


def runs_due(now: datetime | None = None) -> list[tuple[int, str]]:
    """(id, status) of runs whose worker was lost, for the sweep."""
    return list(ImportRun.objects.due(now or timezone.now()).order_by("pk").values_list("pk", "status"))


def forget_old_files(now: datetime | None = None) -> int:
    """Delete the files of runs older than 90 days and the cells of their rows; what each did stays, and undo with it.

    A preview that nobody applied in that time is refused: its file is gone.
    """
    old = list(ImportRun.objects.to_forget((now or timezone.now()) - KEPT)[:100])
    for run in old:
        with transaction.atomic(), history.deed("file forgotten"):
            if run.status in (Status.PREVIEWED, Status.ASKING):
                change(
                    run, status=Status.REFUSED, refusal="Nobody applied it for 90 days. Bring the file again."
                )
            run.rows.exclude(raw={}).update(raw={})
            file, run.file = run.file, ""
            run.save(update_fields=["file"])
            transaction.on_commit(partial(file.storage.delete, file.name))
    return len(old)
