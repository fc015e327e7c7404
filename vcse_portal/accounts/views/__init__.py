"""One function per page: your account, people, invitations."""

from .invitations import (
    accept_invitation,
    invitation_send_again,
    invitation_withdraw,
    invitations,
    invite_person,
)
from .own import no_roles, rename_yourself, your_account
from .people import people, person, person_deactivate, person_reactivate, person_rename, person_roles

__all__ = [
    "accept_invitation",
    "invitation_send_again",
    "invitation_withdraw",
    "invitations",
    "invite_person",
    "no_roles",
    "people",
    "person",
    "person_deactivate",
    "person_reactivate",
    "person_rename",
    "person_roles",
    "rename_yourself",
    "your_account",
]
