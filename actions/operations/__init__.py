"""What a person does with plans, actions and reports. Nothing else writes to this app's tables."""

from .actions import edit_action, post_update, reach_milestone, record_action, record_milestone
from .plans import (
    adopt_plan,
    close_plan,
    edit_ambition,
    edit_plan,
    measure_indicator,
    record_ambition,
    record_indicator,
    record_plan,
)
from .rendering import make_paper, render_report, resume_reports
from .reports import edit_report, freeze_report, publish_report, record_clearance, start_report

__all__ = [
    "adopt_plan",
    "close_plan",
    "edit_action",
    "edit_ambition",
    "edit_plan",
    "edit_report",
    "freeze_report",
    "make_paper",
    "measure_indicator",
    "post_update",
    "publish_report",
    "reach_milestone",
    "record_action",
    "record_ambition",
    "record_clearance",
    "record_indicator",
    "record_milestone",
    "record_plan",
    "render_report",
    "resume_reports",
    "start_report",
]
