"""Files from elsewhere become records: read, preview, apply all or nothing, undo, with a result per row.

An app offers an importer in its `imports.py`, found as Django finds `admin.py`.
"""

from .compare import changes, edited_since, put_back
from .importer import Importer, Outcome, Planned, Row
from .refusal import Refused
from .registry import register
from .remove import EDITED, POINTED_TO, remove

__all__ = [
    "EDITED",
    "POINTED_TO",
    "Importer",
    "Outcome",
    "Planned",
    "Refused",
    "Row",
    "changes",
    "edited_since",
    "put_back",
    "register",
    "remove",
]
