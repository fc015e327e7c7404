"""Who may look after the outbox: officers for partnerships, who send the circular, and administrators."""


def can_see_outbox(user) -> bool:
    return bool(user.is_authenticated and user.has_role("partnerships", "administrator"))


def can_manage_outbox(user) -> bool:
    """Pause, resume, send again, settle what is in doubt."""
    return can_see_outbox(user)
