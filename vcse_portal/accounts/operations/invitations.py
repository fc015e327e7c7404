"""Asking people to open an account: one mail, one link, used once."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.borough.models import Directorate

from .. import emails
from ..models import Invitation, User
from .people import open_account
from .rules import clean_address, clean_roles, is_taken, save_person

INVITATION_LASTS = timedelta(days=14)
INVITED_ALREADY = "This person has been invited already. Send that invitation again instead."


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str = "",
    post: str = "",
    directorate: Directorate | None = None,
    roles=(),
    by: User | None,
    now: datetime | None = None,
) -> Invitation:
    """Ask somebody to open an account with these roles: one mail, one link, 14 days.

    `by` is nobody only for the first administrator of a fresh installation.
    """
    now = now or timezone.now()
    email, roles = clean_address(email), clean_roles(roles, directorate)
    if is_taken(email):
        raise ValidationError(
            "There is already an account with this email address. Change its roles instead."
        )
    earlier = Invitation.objects.select_for_update().filter(
        email__iexact=email, accepted_at=None, withdrawn_at=None
    )
    if earlier.open(now).exists():
        raise ValidationError(INVITED_ALREADY)
    with history.deed("invited", by=by):
        earlier.update(withdrawn_at=now)  # expired, and replaced by the new one
        invitation = Invitation(
            email=email,
            name=name.strip(),
            post=post.strip(),
            directorate=directorate,
            roles=roles,
            invited_by=by,
            invited_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError:  # the same button pressed twice
            raise ValidationError(INVITED_ALREADY) from None
        emails.invitation_sent(invitation)
    return invitation


@transaction.atomic
def send_invitation_again(invitation_id: int, *, by: User, now: datetime | None = None) -> Invitation:
    """Send a new link, good for another 14 days; the old one stops working."""
    now = now or timezone.now()
    invitation = _waiting(invitation_id)
    with history.deed("sent invitation again", by=by):
        invitation.invited_at, invitation.expires_at = now, now + INVITATION_LASTS
        invitation.save(update_fields=["invited_at", "expires_at"])
        emails.invitation_sent(invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, by: User, now: datetime | None = None) -> Invitation:
    """Take an invitation back; its link then says so."""
    invitation = _waiting(invitation_id)
    with history.deed("withdrew invitation", by=by):
        invitation.withdrawn_at = now or timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(
    invitation_id: int,
    *,
    name: str = "",
    password: str | None = None,
    user: User | None = None,
    now: datetime | None = None,
) -> User:
    """Open the account an invitation offers, or give what it offers to `user`, whose address it names."""
    now = now or timezone.now()
    invitation = _waiting(invitation_id)
    if invitation.state(now) == "expired":
        raise ValidationError("This invitation has expired. Ask for a new one.")
    if user is None:
        user = open_account(
            email=invitation.email,
            name=name or invitation.name,
            post=invitation.post,
            directorate=invitation.directorate,
            roles=invitation.roles,
            password=password,
        )
    else:
        user = _take_up(invitation, user)
    with history.deed("accepted invitation", by=user):
        invitation.accepted_at, invitation.accepted_by = now, user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return user


def _take_up(invitation: Invitation, user: User) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.email.lower() != invitation.email.lower():
        raise ValidationError("This invitation was sent to another email address.")
    if not user.is_active:
        raise ValidationError("This account is closed.")
    with history.deed("accepted invitation", by=user):
        user.roles = clean_roles({*user.roles, *invitation.roles}, invitation.directorate or user.directorate)
        user.directorate = invitation.directorate or user.directorate
        user.name, user.post = user.name or invitation.name, user.post or invitation.post
        save_person(user, "roles", "directorate", "name", "post")
    return user


def _waiting(invitation_id: int) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.accepted_at:
        raise ValidationError("This invitation has already been accepted.")
    if invitation.withdrawn_at:
        raise ValidationError("This invitation has been withdrawn.")
    return invitation
