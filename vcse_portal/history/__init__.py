"""Who changed what, when and why: append-only, kept by the database itself."""

from .deeds import deed
from .tracking import track

__all__ = ["deed", "track"]
