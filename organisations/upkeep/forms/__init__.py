"""What groups, leads and officers fill in to keep records right."""

from .officers import (
    ASKS,
    CHANGE,
    NEW_GROUP,
    NO_LEAD,
    AskForm,
    DecideProposalForm,
    DecideRegistrationForm,
    QueueFilterForm,
    UnconfirmedFilterForm,
    YearlyQuestionForm,
)
from .people import DecideMembershipForm, InviteMemberForm, LeaveForm, MembershipForm
from .records import CorrectionForm, FactsForm
from .registrations import STEPS, NameForm

__all__ = [
    "ASKS",
    "CHANGE",
    "NEW_GROUP",
    "NO_LEAD",
    "STEPS",
    "AskForm",
    "CorrectionForm",
    "DecideMembershipForm",
    "DecideProposalForm",
    "DecideRegistrationForm",
    "FactsForm",
    "InviteMemberForm",
    "LeaveForm",
    "MembershipForm",
    "NameForm",
    "QueueFilterForm",
    "UnconfirmedFilterForm",
    "YearlyQuestionForm",
]
