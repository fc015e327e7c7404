"""Who may comment, answer for the council, and hide what does not belong."""

from vcse_portal.accounts.models import Role

from .models import parties_of


def can_post_comment(user, party=None) -> bool:
    """Officers may speak for the council (no party); members for an organisation they belong to today."""
    if not user.is_authenticated:
        return False
    if party is None:
        return user.is_officer
    return parties_of(user).filter(pk=party.pk).exists()


def can_answer_comment(user, comment) -> bool:
    """Partnerships officers, and officers with a role the thing names in `answering_roles`.

    What an officer said for the council is not answered, nor is a hidden comment.
    """
    return can_moderate_comment(user, comment) and not comment.is_for_the_council and not comment.is_hidden


def can_hide_comment(user, comment) -> bool:
    """Those who may answer may also hide, with a reason the author is told."""
    return can_moderate_comment(user, comment) and not comment.is_hidden


def can_moderate_comment(user, comment) -> bool:
    roles = getattr(comment.about, "answering_roles", ())
    return user.is_authenticated and user.has_role(Role.PARTNERSHIPS, *roles)
