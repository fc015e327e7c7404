"""Who holds events and who may come. Who may know of a draft is in `visible_to`."""

from organisations.models import Organisation
from vcse_portal.accounts.models import Role


def can_record_event(user) -> bool:
    """Partnerships and commissioning officers hold events; they stand in for each other."""
    return user.is_authenticated and user.has_role(Role.PARTNERSHIPS, Role.COMMISSIONING)


def can_edit_event(user, event) -> bool:
    return can_record_event(user) and (event.is_draft or event.is_published)


def can_publish_event(user, event) -> bool:
    return can_record_event(user) and event.is_draft


def can_cancel_event(user, event) -> bool:
    return can_record_event(user) and (event.is_draft or event.is_published)


def can_see_sign_ups(user, event) -> bool:
    """Names and addresses are for the officers who hold events, and nobody else."""
    return can_record_event(user) and not event.is_draft


def can_change_places(user, event) -> bool:
    """Add somebody who rang, or give up a place for them."""
    return can_record_event(user) and event.is_published


def can_take_attendance(user, event) -> bool:
    """Once it has begun; corrections stay possible."""
    return can_record_event(user) and (event.is_published or event.is_held) and event.has_started()


def can_publish_notes(user, event) -> bool:
    return can_take_attendance(user, event)


def can_see_figures(user) -> bool:
    """Figures name nobody: officers and councillors read them."""
    return user.is_authenticated and user.is_council


def can_sign_up(user, event) -> bool:
    """While sign-up is open: everyone, or whoever speaks for an organisation and the council's own people."""
    if not event.is_open_for_sign_up():
        return False
    if event.is_open_to_all:
        return True
    return user.is_authenticated and (
        user.is_council or Organisation.objects.spoken_for_by(user).active().exists()
    )
