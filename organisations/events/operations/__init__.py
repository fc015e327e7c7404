"""The only writers of events, sign-ups and feedback."""

from .afterwards import give_feedback, publish_notes, take_attendance
from .periodic import forget_people, send_due_reminders
from .record import cancel_event, edit_event, publish_event, record_event
from .sign_ups import add_person, ask_for_place, confirm_place, leave, sign_up

__all__ = [
    "add_person",
    "ask_for_place",
    "cancel_event",
    "confirm_place",
    "edit_event",
    "forget_people",
    "give_feedback",
    "leave",
    "publish_event",
    "publish_notes",
    "record_event",
    "send_due_reminders",
    "sign_up",
    "take_attendance",
]
