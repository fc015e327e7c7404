"""Who may do what with the register. Seeing is decided by `visible_to`."""

from vcse_portal.accounts.models import Role

from .models import Link, Membership, Organisation


def own(user, organisation: Organisation) -> list[Membership]:
    """The person's mandates and requests here; of a record that was read with them (`own_memberships`) those.

    Council accounts hold none: whoever works for the council and leads a group has a second account for it.
    """
    if user.is_council:
        return []
    if getattr(organisation, "own_memberships_of", None) == user.pk:
        return organisation.own_memberships
    return list(organisation.memberships.filter(user=user))


def can_add_organisation(user) -> bool:
    """Partnerships officers keep the register."""
    return user.is_authenticated and user.has_role(Role.PARTNERSHIPS)


def can_edit_organisation(user, organisation: Organisation) -> bool:
    """Partnerships officers, and a lead of the organisation."""
    return can_add_organisation(user) or can_edit_profile(user, organisation)


def can_edit_profile(user, organisation: Organisation) -> bool:
    """A current lead edits what is not a verified fact."""
    return (
        user.is_authenticated
        and user.is_active
        and any(one.is_current() and one.role == Membership.Role.LEAD for one in own(user, organisation))
    )


def can_edit_numbers(user, organisation: Organisation) -> bool:
    """Numbers in other registers are verified facts: partnerships officers keep them."""
    return can_add_organisation(user)


def can_edit_contacts(user, organisation: Organisation) -> bool:
    """Who edits the profile: a lead decides what is published of their own organisation."""
    return can_edit_organisation(user, organisation)


def can_see_own_facts(user, organisation: Organisation) -> bool:
    """What it would like help with, and contacts that are not published: council people, and who speaks for it."""
    if can_see_officer_facts(user):
        return True
    return user.is_authenticated and any(one.is_current() for one in own(user, organisation))


def can_add_link(user, organisation: Organisation) -> bool:
    """Partnerships officers, and a lead of the organisation the tie is recorded for."""
    return can_edit_organisation(user, organisation)


def can_end_link(user, link: Link) -> bool:
    """Partnerships officers, and a lead of either end: nobody is tied against their word."""
    return any(can_edit_organisation(user, end) for end in (link.from_organisation, link.to_organisation))


def can_see_officer_facts(user) -> bool:
    """Unpublished contacts, reasons and history are for council people."""
    return user.is_authenticated and user.is_council


def can_ask_for_membership(user, organisation: Organisation) -> bool:
    """Anyone with an account of their own, outside the council, once for each organisation."""
    return (
        user.is_authenticated
        and not user.is_council
        and organisation.status in (Organisation.Status.ACTIVE, Organisation.Status.DORMANT)
        and not any(one.ends_on is None for one in own(user, organisation))
    )


def can_decide_membership(user, membership: Membership) -> bool:
    """Partnerships officers, or another person who already leads the organisation."""
    if not user.is_authenticated or membership.user_id == user.pk:
        return False
    return can_add_organisation(user) or can_edit_profile(user, membership.organisation)


def can_end_membership(user, membership: Membership) -> bool:
    """The person, a lead of the organisation, or a partnerships officer."""
    if not user.is_authenticated or not user.is_active:
        return False
    return membership.user_id == user.pk or can_decide_membership(user, membership)
