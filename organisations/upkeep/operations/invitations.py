"""Somebody is asked by mail to speak for an organisation, whether or not the address has an account."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations import operations as register
from organisations.models import Membership, Organisation
from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import emails
from ..models import MemberInvitation
from ..permissions import can_invite_member
from ..tokens import MEMBER


@transaction.atomic
def invite_member(
    organisation_id: int,
    *,
    email: str,
    role: str,
    by: User,
    is_handover: bool = False,
    key: UUID | None = None,
    now: datetime | None = None,
) -> MemberInvitation:
    """Ask an address to speak for the organisation: one mail, one link, fourteen days.

    What happens and what is said is the same whether or not the address has an account: a lead does not learn it.
    An earlier open invitation of the address is replaced. Raises ValidationError for a closed organisation.
    """
    now = now or timezone.now()
    if key and (first := of_first_click(MemberInvitation.objects.filter(organisation=organisation_id), key)):
        return first
    email = email.strip().lower()
    validate_email(email)
    organisation = _open_organisation(organisation_id)
    earlier = organisation.member_invitations.filter(email__iexact=email, accepted_at=None, withdrawn_at=None)
    with history.deed("invited", by=by):
        earlier.update(withdrawn_at=now)
        try:
            with transaction.atomic():
                invitation = MemberInvitation.objects.create(
                    organisation=organisation,
                    email=email,
                    role=role,
                    is_handover=is_handover,
                    invited_by=by,
                    invited_at=now,
                    expires_at=now + MEMBER.lasts,
                    **({"key": key} if key else {}),
                )
        except IntegrityError:  # the same button pressed twice
            raise ValidationError(_("This address has just been invited.")) from None
    emails.member_invited(invitation)
    return invitation


@transaction.atomic
def name_member(
    organisation_id: int, *, email: str, role: str, by: User, key: UUID | None = None
) -> Membership | MemberInvitation:
    """An officer names a person: at once where the address has an account (officers know them all), else by mail."""
    person = User.objects.active().filter(email__iexact=email.strip()).first()
    if person is None:
        return invite_member(organisation_id, email=email, role=role, by=by, key=key)
    if person.is_council:
        raise ValidationError({"email": "Council people do not speak for organisations of the sector."})
    return register.add_membership(organisation_id, person.pk, role=role, by=by)


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, by: User, now: datetime | None = None) -> MemberInvitation:
    """Take an invitation back; its link then says so."""
    invitation = _unanswered(invitation_id)
    with history.deed("withdrawn", by=by):
        invitation.withdrawn_at = now or timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(invitation_id: int, *, by: User, now: datetime | None = None) -> Membership:
    """The invited person takes it up, signed in under the address it was mailed to.

    Raises ValidationError for another address, for council people, once it was answered, and when who invited
    them may no longer do so.
    """
    invitation = _unanswered(invitation_id)
    if invitation.state(now) == "expired":
        raise ValidationError(_("This invitation has expired. Ask for a new one."))
    if not is_address_of(by, invitation.email):
        raise ValidationError(
            _("This invitation was sent to another email address than those of your account.")
        )
    if by.is_council:
        raise ValidationError(_("Council accounts do not speak for organisations."))
    if not _may_still_invite(invitation):
        raise ValidationError(
            _("Who invited you no longer speaks for this organisation. Ask its lead again.")
        )
    organisation = _open_organisation(invitation.organisation_id)
    speaks = organisation.memberships.current().filter(user=by).first()
    with history.deed("accepted an invitation", by=by):
        membership = speaks or register.add_membership(
            organisation.pk, by.pk, role=invitation.role, by=invitation.invited_by
        )
        invitation.accepted_at, invitation.membership = now or timezone.now(), membership
        invitation.save(update_fields=["accepted_at", "membership"])
    return membership


def is_address_of(user: User, email: str) -> bool:
    """Whether the address is one the person has shown to be theirs."""
    own = EmailAddress.objects.filter(user=user, verified=True, email__iexact=email)
    return user.email.lower() == email.lower() or own.exists()


def _may_still_invite(invitation: MemberInvitation) -> bool:
    return invitation.is_handover or can_invite_member(invitation.invited_by, invitation.organisation)


def _open_organisation(organisation_id: int) -> Organisation:
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    if organisation.status in (Organisation.Status.CLOSED, Organisation.Status.MERGED):
        raise ValidationError(_("This organisation has closed: nobody speaks for it any longer."))
    return organisation


def _unanswered(invitation_id: int) -> MemberInvitation:
    found = MemberInvitation.objects.select_for_update(of=("self",)).select_related(
        "organisation", "invited_by"
    )
    invitation = found.get(pk=invitation_id)
    if invitation.accepted_at:
        raise ValidationError(_("This invitation has already been accepted."))
    if invitation.withdrawn_at:
        raise ValidationError(_("This invitation has been withdrawn."))
    return invitation
