"""The only writers of accounts and invitations."""

from .invitations import (
    INVITATION_LASTS,
    INVITED_ALREADY,
    accept_invitation,
    invite_person,
    send_invitation_again,
    withdraw_invitation,
)
from .people import change_roles, deactivate_person, open_account, reactivate_person, rename_person

__all__ = [
    "INVITATION_LASTS",
    "INVITED_ALREADY",
    "accept_invitation",
    "change_roles",
    "deactivate_person",
    "invite_person",
    "open_account",
    "reactivate_person",
    "rename_person",
    "send_invitation_again",
    "withdraw_invitation",
]
