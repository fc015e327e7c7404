"""A plan and its ambitions; actions with their updates; indicators; the yearly monitoring report."""

from .action import Action, Milestone, Update
from .indicator import Indicator, IndicatorValue
from .plan import Ambition, Plan
from .rating import Rag, Rating, Status
from .report import Clearance, MonitoringReport

__all__ = [
    "Action",
    "Ambition",
    "Clearance",
    "Indicator",
    "IndicatorValue",
    "Milestone",
    "MonitoringReport",
    "Plan",
    "Rag",
    "Rating",
    "Status",
    "Update",
]
