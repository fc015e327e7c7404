"""Who may do what to keep records right. Seeing is decided by `visible_to`."""

from organisations.models import Membership, Organisation
from organisations.permissions import can_add_organisation, can_decide_membership, can_edit_profile

from .models import MemberInvitation, ProposedEdit, Registration


def can_register_group(user) -> bool:
    """Anyone with an account of their own, outside the council; officers add organisations directly."""
    return user.is_authenticated and user.is_active and not user.is_council


def can_edit_registration(user, registration: Registration) -> bool:
    """The person who began it, until it was sent."""
    return can_register_group(user) and registration.person_id == user.pk and registration.is_draft


def can_withdraw_registration(user, registration: Registration) -> bool:
    """The person who began it, until it was decided."""
    is_open = registration.is_draft or registration.is_waiting
    return user.is_authenticated and user.is_active and registration.person_id == user.pk and is_open


def can_decide_registration(user, registration: Registration) -> bool:
    """A partnerships officer, never about a registration of their own."""
    return can_keep_upkeep(user) and registration.is_waiting and registration.person_id != user.pk


def can_keep_upkeep(user) -> bool:
    """Partnerships officers work the queue, invite groups and switch the yearly question."""
    return can_add_organisation(user)


def can_see_upkeep(user) -> bool:
    """Council people read the queue and what is unconfirmed."""
    return user.is_authenticated and user.is_council


def can_propose_facts(user, organisation: Organisation) -> bool:
    """A lead of the organisation; officers change verified facts themselves."""
    return can_edit_profile(user, organisation)


def can_confirm_record(user, organisation: Organisation) -> bool:
    """A lead of the organisation says that its record is right."""
    return can_edit_profile(user, organisation)


def can_withdraw_proposal(user, proposal: ProposedEdit) -> bool:
    """A lead of the organisation, while it waits, if it came from its leads."""
    is_theirs = proposal.is_waiting and proposal.source == ProposedEdit.Source.LEAD
    return is_theirs and can_edit_profile(user, proposal.organisation)


def can_decide_proposal(user, proposal: ProposedEdit) -> bool:
    """A partnerships officer, never about a proposal of their own."""
    return can_keep_upkeep(user) and proposal.is_waiting and proposal.proposed_by_id != user.pk


def can_invite_member(user, organisation: Organisation) -> bool:
    """A lead names people for their organisation, a partnerships officer for any."""
    return can_keep_upkeep(user) or can_edit_profile(user, organisation)


def can_withdraw_invitation(user, invitation: MemberInvitation) -> bool:
    """Whoever may invite, while it is open."""
    return invitation.state() in ("open", "expired") and can_invite_member(user, invitation.organisation)


def can_edit_membership(user, membership: Membership) -> bool:
    """Role and dates: another lead of the organisation, or a partnerships officer; never one's own."""
    return bool(membership.confirmed_at) and can_decide_membership(user, membership)
