"""Everything anyone does to the register, one function a deed."""

from .contacts import remove_contact, save_contact
from .memberships import add_membership, ask_for_membership, confirm_membership, end_membership
from .record import KIND, add_organisation, edit_organisation, settle

__all__ = [
    "KIND",
    "add_membership",
    "add_organisation",
    "ask_for_membership",
    "confirm_membership",
    "edit_organisation",
    "end_membership",
    "remove_contact",
    "save_contact",
    "settle",
]
