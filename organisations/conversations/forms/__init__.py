"""What officers fill in about conversations and relationships; narrowing the lists."""

from .conversation import ConversationForm
from .drafts import CalendarForm, DiscardForm
from .filters import ConversationFilterForm, RelationshipFilterForm
from .relationships import ChampionForm, FollowUpForm, HandOverForm, ManagerForm, QuietMonthsForm

__all__ = [
    "CalendarForm",
    "ChampionForm",
    "ConversationFilterForm",
    "ConversationForm",
    "DiscardForm",
    "FollowUpForm",
    "HandOverForm",
    "ManagerForm",
    "QuietMonthsForm",
    "RelationshipFilterForm",
]
