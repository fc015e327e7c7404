"""Who speaks for an organisation: declined, changed, and handed over when somebody leaves."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations import operations as register
from organisations.models import Membership, Organisation
from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import emails
from .invitations import invite_member


@transaction.atomic
def decline_membership(membership_id: int, *, reason: str, by: User) -> Membership:
    """Refuse a person's word that they speak for the organisation, with a reason that is mailed."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the person is told.")})
    membership = _locked(membership_id)
    if membership.confirmed_at:
        raise ValidationError(_("This person has already been confirmed."))
    with history.deed("declined", by=by, reason=reason.strip()):
        membership = register.end_membership(membership_id, by=by)
    emails.membership_declined(membership, reason.strip())
    return membership


@transaction.atomic
def change_membership(
    membership_id: int, *, role: str, starts_on: date, ends_on: date | None, by: User
) -> Membership:
    """Change role and dates; `ends_on` is the first day it no longer holds.

    Raises ValidationError for an end before the start, and for taking the role from the only lead: another one is
    named first, or the mandate is ended, which asks for a successor.
    """
    membership = _locked(membership_id)
    if not membership.confirmed_at:
        raise ValidationError(_("This person has not been confirmed yet."))
    if ends_on and ends_on < starts_on:
        raise ValidationError({"ends_on": _("They cannot stop before they began.")})
    gives_up = role != Membership.Role.LEAD or (ends_on and ends_on != membership.ends_on)
    if gives_up and is_only_lead(membership):
        raise ValidationError(
            _("%(person)s is the only lead. Make somebody else a lead first, or end the mandate.")
            % {"person": membership.user}
        )
    with history.deed("mandate changed", by=by):
        membership.role, membership.starts_on, membership.ends_on = role, starts_on, ends_on
        membership.save(update_fields=["role", "starts_on", "ends_on"])
    return membership


def is_only_lead(membership: Membership) -> bool:
    """Whether the organisation would be without a lead if this person left."""
    if membership.role != Membership.Role.LEAD or not membership.confirmed_at:
        return False
    leads = Membership.objects.current().filter(
        organisation=membership.organisation_id, role=Membership.Role.LEAD
    )
    return not leads.exclude(user=membership.user_id).exists()


@transaction.atomic
def leave(
    membership_id: int,
    *,
    ends_on: date,
    by: User,
    successor_id: int | None = None,
    successor_email: str = "",
) -> Membership:
    """End a person's mandate and hand it over. `ends_on` is the first day it no longer holds.

    An only lead names a successor: one who speaks for the organisation already (`successor_id`, their membership)
    becomes its lead, an address is invited to. Without one the partnerships officers are told. What was said in the
    organisation's name stays on record, and so does who said it.
    """
    membership = _locked(membership_id)
    if not membership.confirmed_at:
        raise ValidationError(_("This person has not been confirmed yet."))
    if membership.ends_on and membership.ends_on <= timezone.localdate():
        raise ValidationError(_("This membership has already ended."))
    if ends_on < membership.starts_on:
        raise ValidationError({"ends_on": _("They cannot stop before they began.")})
    was_only_lead = is_only_lead(membership)
    if was_only_lead:
        _hand_over(membership, successor_id, successor_email, by)
    with history.deed("ended", by=by):
        membership.ends_on = ends_on
        membership.save(update_fields=["ends_on"])
    emails.membership_ended(membership, by=by)
    if was_only_lead and is_only_lead(membership):
        emails.left_without_lead(membership, invited=successor_email)
    return membership


def _hand_over(membership: Membership, successor_id: int | None, email: str, by: User) -> None:
    if successor_id:
        found = Membership.objects.select_for_update(of=("self",)).current().exclude(user=membership.user)
        successor = found.filter(organisation=membership.organisation_id, pk=successor_id).first()
        if successor is None:
            raise ValidationError({"successor": _("Choose somebody who speaks for the organisation today.")})
        with history.deed("took over as lead", by=by):
            successor.role = Membership.Role.LEAD
            successor.save(update_fields=["role"])
        emails.lead_handed_over(successor, from_whom=membership.user)
    elif email:
        role = Membership.Role.LEAD
        invite_member(membership.organisation_id, email=email, role=role, by=by, is_handover=True)


def _locked(membership_id: int) -> Membership:
    """The membership, locked after its organisation: two leads who leave at once are the last one by one."""
    organisation_id = Membership.objects.values_list("organisation", flat=True).get(pk=membership_id)
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    found = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    return found.get(pk=membership_id)
