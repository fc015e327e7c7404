"""The only writers of the borough's reference data."""

from .council import save_council
from .lists import (
    close_listed,
    import_listed,
    reopen_listed,
    reorder_listed,
    save_community,
    save_directorate,
    save_outcome,
    save_support,
    save_theme,
)
from .postcodes import PostcodeRow, PostcodesLoaded, load_postcodes
from .texts import save_public_text, starter_texts
from .wards import WardsLoaded, load_wards

__all__ = [
    "PostcodeRow",
    "PostcodesLoaded",
    "WardsLoaded",
    "close_listed",
    "import_listed",
    "load_postcodes",
    "load_wards",
    "reopen_listed",
    "reorder_listed",
    "save_community",
    "save_council",
    "save_directorate",
    "save_outcome",
    "save_public_text",
    "save_support",
    "save_theme",
    "starter_texts",
]
