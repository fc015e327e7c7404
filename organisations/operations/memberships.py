"""Who speaks for an organisation: asked, confirmed, named, ended."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import emails
from ..models import Membership, Organisation


@transaction.atomic
def ask_for_membership(
    organisation_id: int, *, by: User, role: str = Membership.Role.REPRESENTATIVE, today: date | None = None
) -> Membership:
    """A person says they speak for an organisation; it counts when a lead or an officer confirms."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    if organisation.status in (Organisation.Status.CLOSED, Organisation.Status.MERGED):
        raise ValidationError(_("This organisation has closed: nobody speaks for it any longer."))
    if organisation.memberships.filter(user=by, ends_on=None).exists():
        raise ValidationError(_("You have already asked, or already speak for this organisation."))
    with history.deed("asked to speak for it", by=by):
        membership = organisation.memberships.create(
            user=by, role=role, starts_on=today or timezone.localdate()
        )
    emails.membership_asked(membership)
    return membership


@transaction.atomic
def confirm_membership(membership_id: int, *, by: User, role: str | None = None) -> Membership:
    """Confirm that the person speaks for the organisation, and tell them."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    membership = membership.get(pk=membership_id)
    if membership.confirmed_at:
        raise ValidationError(_("This person has already been confirmed."))
    if membership.ends_on:
        raise ValidationError(_("This request has already been declined or withdrawn."))
    with history.deed("confirmed", by=by):
        membership.role = role or membership.role
        membership.confirmed_at, membership.confirmed_by = timezone.now(), by
        membership.save(update_fields=["role", "confirmed_at", "confirmed_by"])
    emails.membership_confirmed(membership)
    return membership


@transaction.atomic
def end_membership(membership_id: int, *, by: User, today: date | None = None) -> Membership:
    """The person no longer speaks for the organisation from tomorrow, or was never confirmed."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    membership = membership.get(pk=membership_id)
    if membership.ends_on:
        raise ValidationError(_("This membership has already ended."))
    today = today or timezone.localdate()
    with history.deed("ended" if membership.confirmed_at else "declined", by=by):
        membership.ends_on = max(today, membership.starts_on)
        membership.save(update_fields=["ends_on"])
    return membership


@transaction.atomic
def add_membership(
    organisation_id: int, user_id: int, *, role: str, by: User, starts_on: date | None = None
) -> Membership:
    """An officer or a lead names a person who speaks for the organisation: confirmed at once, and told.

    Who has asked already is confirmed in the role given here.
    """
    asked = Membership.objects.filter(
        organisation=organisation_id, user=user_id, ends_on=None, confirmed_at=None
    )
    if waiting := asked.first():
        return confirm_membership(waiting.pk, by=by, role=role)
    with history.deed("added and confirmed", by=by):
        try:
            with transaction.atomic():
                membership = Membership.objects.create(
                    organisation_id=organisation_id,
                    user_id=user_id,
                    role=role,
                    starts_on=starts_on or timezone.localdate(),
                    confirmed_at=timezone.now(),
                    confirmed_by=by,
                )
        except IntegrityError:
            raise ValidationError(_("This person already speaks for the organisation.")) from None
    emails.membership_confirmed(membership)
    return membership
