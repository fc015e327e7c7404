"""Everything anyone does to the register, one function a deed."""

from .contacts import remove_contact, save_contact
from .links import add_link, end_link
from .memberships import add_membership, ask_for_membership, confirm_membership, end_membership
from .numbers import add_number, check_number, remove_number
from .record import KIND, add_organisation, edit_organisation, settle

__all__ = [
    "KIND",
    "add_link",
    "add_membership",
    "add_number",
    "add_organisation",
    "ask_for_membership",
    "check_number",
    "confirm_membership",
    "edit_organisation",
    "end_link",
    "end_membership",
    "remove_contact",
    "remove_number",
    "save_contact",
    "settle",
]
