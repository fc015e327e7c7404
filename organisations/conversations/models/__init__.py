"""What was said, what follows from it, and who keeps each relationship."""

from .conversation import Audience, Conversation, FollowUp, Kind, Participant, Party, Status
from .relationship import Champion, QuietRule, RelationshipManager

__all__ = [
    "Audience",
    "Champion",
    "Conversation",
    "FollowUp",
    "Kind",
    "Participant",
    "Party",
    "QuietRule",
    "RelationshipManager",
    "Status",
]
