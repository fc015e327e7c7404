"""Who may do what with the sector's figures. Everyone may read what is shown of them."""

from vcse_portal.accounts.models import Role


def can_make_paper(user) -> bool:
    """Those who keep the register, and those who report on it; everyone else has the one made each day."""
    return user.is_authenticated and (user.has_role(Role.PARTNERSHIPS) or user.has_role(Role.PERFORMANCE))
