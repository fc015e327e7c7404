"""Who makes the circular: officers for partnerships, with commissioning officers helping to edit."""

from vcse_portal.accounts.models import Role


def can_assemble_circular(user) -> bool:
    return user.is_authenticated and user.has_role(Role.PARTNERSHIPS)


def can_edit_circular(user, circular) -> bool:
    return (
        user.is_authenticated and circular.is_draft and user.has_role(Role.PARTNERSHIPS, Role.COMMISSIONING)
    )


def can_approve_circular(user, circular) -> bool:
    """Approving sends it to every subscriber."""
    return user.is_authenticated and circular.is_draft and user.has_role(Role.PARTNERSHIPS)


def can_watch_sending(user, circular) -> bool:
    return user.is_authenticated and circular.is_public and user.is_officer
