"""Start, preview, apply and undo an import. The only writers of runs and their rows.

Previewing, applying and undoing each are one transaction that holds the run's row locked: a worker killed in the
middle leaves nothing behind, its lock is gone with it, and the sweep hands the run to the next worker.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User

from . import progress, registry, rows
from .importer import Importer, Outcome, Planned
from .models import ImportRow, ImportRun
from .planning import BATCH, planned_batches
from .readers.tables import open_table, read_header
from .refusal import Refused

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=60)
MOST_ATTEMPTS = 3
STALE = "What we hold has changed since the preview. Preview the file again to see what it would do now."
FAULT = "There is a fault on our side. Nothing was changed; the people who look after the portal can see why."
Status = ImportRun.Status


# Start -------------------------------------------------------------------------------------------------
def start_import(
    file: File,
    *,
    file_name: str,
    kind: str = "",
    kinds: tuple[str, ...] = (),
    by: User | None = None,
    options=None,
) -> ImportRun:
    """Store a file and find out what kind it is: the one named, or the one its heading belongs to.

    `kinds` limits what it may be recognised as. Raises Refused when the file cannot be read as that kind.
    """
    digest, size = _digest(file)
    run = ImportRun(file_name=_tidy(file_name), sha256=digest, size=size, options=options or {}, by=by)
    run.file.save("", file, save=False)
    try:
        run.kind = _kind(run, kind, kinds, by)
        with transaction.atomic(), history.deed("started", by=by):
            run.save()
    except BaseException:
        run.file.delete(save=False)
        raise
    return run


def _kind(run: ImportRun, kind: str, kinds: tuple[str, ...], by: User | None) -> str:
    header = read_header(Path(run.file.path), run.file_name)
    if kind:
        importer = registry.importer_for(kind)
        if not importer.recognises(header):
            missing = ", ".join(importer.missing(header)) or "what we expect"
            raise Refused(f"This does not look like “{importer.label}”. Missing columns: {missing}.")
        return kind
    among = [registry.importer_for(k) for k in kinds] or (
        registry.importable_by(by) if by else registry.kinds()
    )
    return registry.recognise(header, among).kind


def _digest(file: File) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in file.chunks():
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.hexdigest(), size


def _tidy(file_name: str) -> str:
    name = "".join(c for c in Path(file_name.replace("\\", "/")).name if c.isprintable())
    return name[-200:] or "file"


# Preview -----------------------------------------------------------------------------------------------
def preview_import(run_id: int) -> ImportRun:
    """Read the file and store what each row would do. Changes nothing else; refuses the file as a whole if it must."""
    return _work(run_id, (Status.UPLOADED, Status.READING), Status.READING, _preview)


def _preview(run: ImportRun) -> None:
    importer, path = _importer(run), Path(run.file.path)
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
    _finish(
        run,
        Status.PREVIEWED,
        counts=_counted(counts),
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


# Apply -------------------------------------------------------------------------------------------------
def ask_to_apply(run_id: int, *, by: User | None) -> ImportRun:
    """Decide that the previewed run is to be applied; a worker does it. A second press is refused."""
    with transaction.atomic(), history.deed("asked to apply", by=by):
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.status != Status.PREVIEWED:
            raise ValidationError(f"This import cannot be applied: it is {run.get_status_display().lower()}.")
        _change(run, status=Status.APPLYING, applied_by=by, refusal="", attempts=0, due_at=None)
    return run


def apply_import(run_id: int) -> ImportRun:
    """Write the new and changed rows of a run that was asked for, all or nothing."""
    return _work(run_id, (Status.APPLYING,), Status.APPLYING, _apply)


def _apply(run: ImportRun) -> None:
    importer, counts, done = _importer(run), Counter(), 0
    with history.deed("imported", by=run.applied_by, import_run=run.pk):
        _one_at_a_time(run.kind)
        for batch in planned_batches(importer, Path(run.file.path), run.file_name):
            moved = _settled(run, batch) if importer.keeps_rows else []
            importer.apply([one for one in batch if one.outcome.is_written], by=run.applied_by)
            rows.record(run.pk, moved)
            counts.update(one.outcome for one in batch)
            done += len(batch)
            progress.report(run.pk, done, run.total)
        importer.finish(by=run.applied_by)
        _finish(run, Status.APPLIED, counts=_counted(counts), applied_at=timezone.now())


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


# Undo --------------------------------------------------------------------------------------------------
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
        _change(run, status=Status.UNDOING, undone_by=by, refusal="", attempts=0, due_at=None)
    return run


def undo_import(run_id: int) -> ImportRun:
    """Put back what a run wrote, as a whole; records edited since are kept and listed."""
    return _work(run_id, (Status.UNDOING,), Status.UNDOING, _undo)


def _undo(run: ImportRun) -> None:
    importer, kept, done = _importer(run), 0, 0
    with history.deed("import undone", by=run.undone_by):
        _one_at_a_time(run.kind)
        importer.start()
        written = list(run.rows.written().order_by("-row_number").values_list("pk", flat=True))
        for start in range(0, len(written), BATCH):
            batch = list(run.rows.filter(pk__in=written[start : start + BATCH]).order_by("-row_number"))
            reasons = importer.undo(batch, by=run.undone_by)
            for row in batch:
                row.kept = reasons.get(row.pk, "")[:300]
            ImportRow.objects.bulk_update([row for row in batch if row.kept], ["kept"])
            kept, done = kept + len(reasons), done + len(batch)
            progress.report(run.pk, done, len(written))
        _finish(run, Status.UNDONE, put_back=done - kept, kept=kept, undone_at=timezone.now())


# All at once, for commands, the demo and tests --------------------------------------------------------------
def run_now(
    path: Path | str,
    *,
    kind: str = "",
    kinds: tuple[str, ...] = (),
    by: User | None = None,
    preview_only: bool = False,
    options: dict | None = None,
) -> ImportRun:
    """Preview a file and, unless `preview_only`, apply it, in this process. Raises Refused with the reason."""
    path = Path(path)
    with path.open("rb") as opened:
        run = start_import(File(opened), file_name=path.name, kind=kind, kinds=kinds, by=by, options=options)
    run = preview_import(run.pk)
    if run.status != Status.REFUSED and not preview_only:
        ask_to_apply(run.pk, by=by)
        run = apply_import(run.pk)
    if run.refusal:
        raise Refused(run.refusal)
    return run


def undo_now(run_id: int, *, by: User | None = None) -> ImportRun:
    ask_to_undo(run_id, by=by)
    return undo_import(run_id)


# The frame all three share -------------------------------------------------------------------------------
def _work(run_id: int, statuses: tuple, status: str, deed: Callable[[ImportRun], None]) -> ImportRun:
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
            _change(run, status=status, attempts=run.attempts + 1, due_at=now + CLAIM)
            return True
    _stop(run_id, f"It was stopped {MOST_ATTEMPTS} times before it could finish. Nothing was changed.")
    return False


def _stop(run_id: int, sentence: str) -> None:
    """Back to where the run stood before, with the reason; a file that could not even be read is refused."""
    before = {Status.APPLYING: Status.PREVIEWED, Status.UNDOING: Status.APPLIED}
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        _change(run, status=before.get(run.status, Status.REFUSED), refusal=sentence, due_at=None)


def _finish(run: ImportRun, status: str, **fields) -> None:
    _change(run, status=status, refusal="", due_at=None, attempts=0, **fields)


def _change(run: ImportRun, **fields) -> None:
    for name, value in fields.items():
        setattr(run, name, value)
    run.save(update_fields=list(fields))


def _importer(run: ImportRun) -> Importer:
    return run.importer(run=run, options=run.options, now=timezone.now())


def _counted(counts: Counter) -> dict[str, int]:
    return {outcome.value: counts.get(outcome, 0) for outcome in Outcome}


def _one_at_a_time(kind: str) -> None:
    """Two imports of one kind wait for each other: neither may plan against what the other is about to write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"imports.{kind}"])


def runs_due(now: datetime | None = None) -> list[tuple[int, str]]:
    """(id, status) of runs whose worker was lost, for the sweep."""
    return list(ImportRun.objects.due(now or timezone.now()).order_by("pk").values_list("pk", "status"))
