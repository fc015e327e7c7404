"""Who keeps the list of land and buildings. Seeing is decided by `visible_to`."""

from vcse_portal.accounts.models import Role

from .models import Asset


def can_add_asset(user) -> bool:
    """Property officers keep the list, and import it."""
    return user.is_authenticated and user.has_role(Role.PROPERTY)


def can_edit_asset(user, asset: Asset) -> bool:
    return can_add_asset(user)


def can_see_officer_facts(user) -> bool:
    """Source, publication, other assets under one UPRN, and history are for council people."""
    return user.is_authenticated and user.is_council
