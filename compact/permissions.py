"""Who keeps the Compact and who signs it. Who may know of a draft is in `visible_to`."""

from organisations.models import Membership, Organisation
from vcse_portal.accounts.models import Role

from .models import Signature, Version


def can_draft_version(user) -> bool:
    """Partnerships officers keep the Compact, the charter and the codes."""
    return user.is_authenticated and user.has_role(Role.PARTNERSHIPS)


def can_edit_version(user, version: Version) -> bool:
    """Only a draft is ever changed."""
    return can_draft_version(user) and version.is_draft


def can_adopt_version(user, version: Version) -> bool:
    return can_edit_version(user, version)


def can_sign_version(user, version: Version, organisation: Organisation) -> bool:
    """A person who leads the organisation today, while the version is the adopted one."""
    return version.is_adopted and _leads(user, organisation)


def can_withdraw_signature(user, signature: Signature) -> bool:
    """Whoever leads the organisation; a partnerships officer when the organisation has written to us."""
    if signature.withdrawn_at is not None:
        return False
    return can_draft_version(user) or _leads(user, signature.organisation)


def can_see_who_signed(user) -> bool:
    """Everyone sees which organisations signed; the person's name is for council people."""
    return user.is_authenticated and user.is_council


def _leads(user, organisation: Organisation) -> bool:
    return (
        user.is_authenticated
        and user.is_active
        and organisation.memberships.current().filter(user=user, role=Membership.Role.LEAD).exists()
    )
