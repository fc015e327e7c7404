"""The frame that previewing, applying and undoing share: claim the run, one transaction, say why it stopped."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from .. import progress
from ..importer import Importer, Outcome
from ..models import ImportRun

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=60)
MOST_ATTEMPTS = 3
FAULT = "There is a fault on our side. Nothing was changed; the people who look after the portal can see why."
Status = ImportRun.Status


def work(run_id: int, statuses: tuple, status: str, deed: Callable[[ImportRun], None]) -> ImportRun:
    if not _claim(run_id, statuses, status):
        return ImportRun.objects.get(pk=run_id)
    progress.begin(run_id)
    try:
        with transaction.atomic():
            run = (
                ImportRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=run_id).first()
            )
            if run is not None and run.status == status:
                deed(run)
    except ValidationError as error:
        _stop(run_id, " ".join(error.messages))
    except (OperationalError, InterfaceError):
        raise  # the database went away: the sweep tries again
    except Exception:
        log.exception("import %s stopped while %s", run_id, status)
        _stop(run_id, FAULT)
    finally:
        progress.forget(run_id)
    return ImportRun.objects.get(pk=run_id)


def _claim(run_id: int, statuses: tuple, status: str) -> bool:
    """Take the run for a minute, unless a living worker holds it. After three tries it is stopped instead."""
    now = timezone.now()
    with transaction.atomic():
        run = (
            ImportRun.objects.select_for_update(skip_locked=True)
            .filter(Q(due_at=None) | Q(due_at__lte=now), pk=run_id, status__in=statuses)
            .first()
        )
        if run is None:
            return False
        if run.attempts < MOST_ATTEMPTS:
            change(run, status=status, attempts=run.attempts + 1, due_at=now + CLAIM)
            return True
    _stop(run_id, f"It was stopped {MOST_ATTEMPTS} times before it could finish. Nothing was changed.")
    return False


def _stop(run_id: int, sentence: str) -> None:
    """Back to where the run stood before, with the reason; a file that could not even be read is refused."""
    before = {Status.APPLYING: Status.PREVIEWED, Status.UNDOING: Status.APPLIED}
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        change(run, status=before.get(run.status, Status.REFUSED), refusal=sentence, due_at=None)


def finish(run: ImportRun, status: str, **fields) -> None:
    change(run, status=status, refusal="", due_at=None, attempts=0, **fields)


def change(run: ImportRun, **fields) -> None:
    for name, value in fields.items():
        setattr(run, name, value)
    run.save(update_fields=list(fields))


def importer_of(run: ImportRun) -> Importer:
    return run.importer(run=run, options=run.options, now=timezone.now())


def counted(counts: Counter) -> dict[str, int]:
    return {outcome.value: counts.get(outcome, 0) for outcome in Outcome}


def wait_for_others(noun: str) -> None:
    """Two imports of the same records, whatever their layouts, wait for each other.

    Neither may plan against what the other is about to write.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"imports.{noun}"])
