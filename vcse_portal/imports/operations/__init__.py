"""Start, preview, apply and undo an import: the only writers of runs and their rows.

Previewing, applying and undoing each are one transaction that holds the run's row locked: a worker killed in the
middle leaves nothing behind, its lock is gone with it, and the sweep hands the run to the next worker.
"""

from .apply import apply_import, ask_to_apply
from .at_once import run_now, undo_now
from .meanings import save_meaning
from .preview import accept_rows, answer_questions, preview_import
from .start import start_bundle, start_import
from .undo import ask_to_undo, undo_import
from .upkeep import forget_old_files, runs_due

__all__ = [
    "accept_rows",
    "answer_questions",
    "apply_import",
    "ask_to_apply",
    "ask_to_undo",
    "forget_old_files",
    "preview_import",
    "run_now",
    "runs_due",
    "save_meaning",
    "start_bundle",
    "start_import",
    "undo_import",
    "undo_now",
]
