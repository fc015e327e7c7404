"""Everything anyone does in a forum, one function a deed: the only writers."""

from .agenda import (
    agree_agenda,
    edit_item,
    leave_item_off,
    move_item,
    open_agenda,
    propose_item,
    put_item_back,
)
from .attendance import add_guest, record_attendance, remove_guest, reply_to_meeting
from .forums import close_forum, edit_forum, set_up_forum
from .meetings import cancel_meeting, edit_meeting, plan_meeting
from .minutes import close_meeting, edit_decision, record_decision, remove_decision, write_minutes
from .papers import attach_paper, remove_paper
from .seats import add_seat, edit_seat, edit_term, end_term, fill_seat, take_seat_away

__all__ = [
    "add_guest",
    "add_seat",
    "agree_agenda",
    "attach_paper",
    "cancel_meeting",
    "close_forum",
    "close_meeting",
    "edit_decision",
    "edit_forum",
    "edit_item",
    "edit_meeting",
    "edit_seat",
    "edit_term",
    "end_term",
    "fill_seat",
    "leave_item_off",
    "move_item",
    "open_agenda",
    "plan_meeting",
    "propose_item",
    "put_item_back",
    "record_attendance",
    "record_decision",
    "remove_decision",
    "remove_guest",
    "remove_paper",
    "reply_to_meeting",
    "set_up_forum",
    "take_seat_away",
    "write_minutes",
]
