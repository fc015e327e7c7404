"""What people fill in about forums, seats, meetings, agendas, attendance and minutes."""

from .agenda import AgreeForm, EditItemForm, ItemForm, LeaveOffForm, OpenAgendaForm, PaperForm
from .attendance import AttendanceForm, GuestForm, ReplyForm
from .confirm import ConfirmForm
from .forums import EditForumForm, EditSeatForm, FillSeatForm, ForumForm, SeatForm, TermForm
from .meetings import (
    CancelForm,
    DecisionForm,
    EditDecisionForm,
    EditMeetingForm,
    MeetingFilterForm,
    MeetingForm,
    MinutesForm,
    PublishForm,
)

__all__ = [
    "AgreeForm",
    "AttendanceForm",
    "CancelForm",
    "ConfirmForm",
    "DecisionForm",
    "EditDecisionForm",
    "EditForumForm",
    "EditItemForm",
    "EditMeetingForm",
    "EditSeatForm",
    "FillSeatForm",
    "ForumForm",
    "GuestForm",
    "ItemForm",
    "LeaveOffForm",
    "MeetingFilterForm",
    "MeetingForm",
    "MinutesForm",
    "OpenAgendaForm",
    "PaperForm",
    "PublishForm",
    "ReplyForm",
    "SeatForm",
    "TermForm",
]
