"""The whole way in one process, for commands, the demo and tests."""

from contextlib import ExitStack
from pathlib import Path

from django.core.files.base import File

from vcse_portal.accounts.models import User

from ..models import ImportRun
from ..refusal import Refused
from .apply import apply_import, ask_to_apply
from .preview import preview_import
from .start import start_bundle, start_import
from .undo import ask_to_undo, undo_import

Status = ImportRun.Status


def run_now(
    path: Path | str,
    *,
    kind: str = "",
    kinds: tuple[str, ...] = (),
    by: User | None = None,
    preview_only: bool = False,
    options: dict | None = None,
) -> ImportRun:
    """Preview a file, or a folder of files that belong together, and apply it unless `preview_only`.

    All in this process. Raises Refused with the reason.
    """
    path, facts = Path(path), {"kind": kind, "kinds": kinds, "by": by, "options": options or {}}
    if path.is_dir():
        run = _start_folder(path, facts)
    else:
        with path.open("rb") as opened:
            run = start_import(File(opened), file_name=path.name, **facts)
    run = preview_import(run.pk)
    if run.status != Status.REFUSED and not preview_only:
        ask_to_apply(run.pk, by=by)
        run = apply_import(run.pk)
    if run.refusal:
        raise Refused(run.refusal)
    return run


def _start_folder(folder: Path, facts: dict) -> ImportRun:
    paths = [path for path in sorted(folder.iterdir()) if path.is_file()]
    if not paths:
        raise Refused(f"There are no files in {folder}.")
    with ExitStack() as stack:
        files = [(path.name, stack.enter_context(path.open("rb"))) for path in paths]
        return start_bundle(files, file_name=f"{folder.name}.zip", **facts)


def undo_now(run_id: int, *, by: User | None = None) -> ImportRun:
    ask_to_undo(run_id, by=by)
    return undo_import(run_id)
