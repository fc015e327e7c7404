"""The list of likely pairs, the three steps of a merge, and what was merged."""

from .lists import distinction_withdraw, distinctions, likely, merge, merge_undo, merges, pairs
from .steps import choose, compare, keep_apart, merge_organisations, start

__all__ = [
    "choose",
    "compare",
    "distinction_withdraw",
    "distinctions",
    "keep_apart",
    "likely",
    "merge",
    "merge_organisations",
    "merge_undo",
    "merges",
    "pairs",
    "start",
]
