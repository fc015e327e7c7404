"""An event, who signed up for it, and what they thought of it."""

from .event import Event, EventQuerySet, Kind, Status
from .feedback import Feedback
from .sign_up import SignUp, State

__all__ = ["Event", "EventQuerySet", "Feedback", "Kind", "SignUp", "State", "Status"]
