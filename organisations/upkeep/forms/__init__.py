"""What groups, leads and officers fill in to keep records right."""

from .officers import (
    AskForm,
    DecideProposalForm,
    DecideRegistrationForm,
    UnconfirmedFilterForm,
    YearlyQuestionForm,
)
from .people import DecideMembershipForm, InviteMemberForm, LeaveForm, MembershipForm
from .records import CorrectionForm, FactsForm
from .registrations import STEPS, NameForm

__all__ = [
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
    "UnconfirmedFilterForm",
    "YearlyQuestionForm",
]
