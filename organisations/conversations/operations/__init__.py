"""Everything anyone does to conversations and relationships, one function a deed."""

from .conversations import (
    correct_conversation,
    discard_draft,
    edit_draft,
    post_conversation,
    record_conversation,
)
from .followups import add_followup, edit_followup, finish_followup, reopen_followup
from .participants import Guest
from .relationships import hand_over, name_champion, name_manager, set_quiet_months

__all__ = [
    "Guest",
    "add_followup",
    "correct_conversation",
    "discard_draft",
    "edit_draft",
    "edit_followup",
    "finish_followup",
    "hand_over",
    "name_champion",
    "name_manager",
    "post_conversation",
    "record_conversation",
    "reopen_followup",
    "set_quiet_months",
]
