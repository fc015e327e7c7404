"""Standing groups and their seats; meetings with agenda, papers, attendance, minutes and decisions."""

from .attendance import Attendance
from .forum import Forum, Seat, Seniority, Side, Term
from .meeting import Meeting
from .parts import Decision, Item, Paper

__all__ = [
    "Attendance",
    "Decision",
    "Forum",
    "Item",
    "Meeting",
    "Paper",
    "Seat",
    "Seniority",
    "Side",
    "Term",
]
