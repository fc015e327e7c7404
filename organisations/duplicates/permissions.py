"""Who may say that two records are one. Seeing pairs and merges is decided by `visible_to`."""

from vcse_portal.accounts.models import Role


def can_merge_organisations(user) -> bool:
    """Partnerships officers keep the register: they alone see likely pairs, merge, undo and keep apart."""
    return user.is_authenticated and user.has_role(Role.PARTNERSHIPS)
