from .checks import RecordCheck, YearlyQuestion
from .invitations import MemberInvitation
from .proposals import ProposedEdit
from .registrations import Registration

__all__ = ["MemberInvitation", "ProposedEdit", "RecordCheck", "Registration", "YearlyQuestion"]
