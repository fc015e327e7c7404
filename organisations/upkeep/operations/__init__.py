"""The only writers of registrations, proposed edits, record checks and invitations to speak for a group."""

from .confirming import (
    ask_about_record,
    confirm_by_link,
    confirm_record,
    correct_by_link,
    state_of,
)
from .invitations import accept_invitation, invite_member, is_address_of, name_member, withdraw_invitation
from .people import change_membership, decline_membership, is_only_lead, leave
from .proposals import accept_proposal, decline_proposal, propose_facts, withdraw_proposal
from .registrations import (
    accept_registration,
    answer_registration,
    decline_registration,
    send_registration,
    start_registration,
    taken_numbers,
    withdraw_registration,
)
from .yearly import (
    A_YEAR,
    UNCONFIRMED_AFTER,
    ask_due_records,
    due,
    reachable,
    set_yearly_question,
    sink_unconfirmed,
    unconfirmed,
    whom_to_ask,
)

__all__ = [
    "A_YEAR",
    "UNCONFIRMED_AFTER",
    "accept_invitation",
    "accept_proposal",
    "accept_registration",
    "answer_registration",
    "ask_about_record",
    "ask_due_records",
    "change_membership",
    "confirm_by_link",
    "confirm_record",
    "correct_by_link",
    "decline_membership",
    "decline_proposal",
    "decline_registration",
    "due",
    "invite_member",
    "is_address_of",
    "is_only_lead",
    "leave",
    "name_member",
    "propose_facts",
    "reachable",
    "send_registration",
    "set_yearly_question",
    "sink_unconfirmed",
    "start_registration",
    "state_of",
    "taken_numbers",
    "unconfirmed",
    "whom_to_ask",
    "withdraw_invitation",
    "withdraw_proposal",
    "withdraw_registration",
]
