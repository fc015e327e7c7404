"""What keeping records right writes to people: one function a mail."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Membership
from vcse_portal.accounts.models import Role, User
from vcse_portal.borough.context import current_council
from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import queue_mail

from . import facts
from .models import MemberInvitation, ProposedEdit, RecordCheck, Registration
from .tokens import RECORD, check_url, invitation_url


def _officers():
    return list(User.objects.with_role(Role.PARTNERSHIPS))


def registration_sent(registration: Registration) -> None:
    queue_mail(
        kind="registration_sent",
        key=f"registration_sent:{registration.pk}",
        to=_officers(),
        subject=f"{registration.name} asks to be put on the register",
        template="upkeep/registration_sent",
        context={
            "registration": registration,
            "url": absolute("upkeep:registration", registration.pk),
        },
        because="You keep the register of organisations.",
        about=registration,
    )


def registration_received(registration: Registration) -> None:
    """A receipt for the person, with what happens next."""
    queue_mail(
        kind="registration_received",
        key=f"registration_received:{registration.pk}",
        to=registration.person,
        subject=_("We have received what you told us about %(name)s") % {"name": registration.name},
        template="upkeep/registration_received",
        context={
            "registration": registration,
            "url": absolute("upkeep:registration", registration.pk),
        },
        because=_("You registered a group on the portal."),
        about=registration,
    )


def registration_declined(registration: Registration) -> None:
    queue_mail(
        kind="registration_declined",
        key=f"registration_declined:{registration.pk}",
        to=registration.person,
        subject=_("%(name)s has not been put on the register") % {"name": registration.name},
        template="upkeep/registration_declined",
        context={
            "registration": registration,
            "url": absolute("upkeep:registration", registration.pk),
        },
        because=_("You registered a group on the portal."),
        about=registration,
    )


def proposal_decided(proposal: ProposedEdit) -> None:
    """To the lead who proposed it, or to the address whose link it came through."""
    to = proposal.proposed_by or (proposal.check_link.email if proposal.check_link else None)
    if to is None:
        return
    is_accepted = proposal.status == ProposedEdit.Status.ACCEPTED
    subject = (
        _("Your changes to %(organisation)s are on the register")
        if is_accepted
        else _("Your changes to %(organisation)s were not made")
    )
    queue_mail(
        kind="proposal_decided",
        key=f"proposal_decided:{proposal.pk}",
        to=to,
        subject=subject % {"organisation": proposal.organisation},
        template="upkeep/proposal_decided",
        context={
            "proposal": proposal,
            "is_accepted": is_accepted,
            "changes": [
                (facts.label(name), facts.in_words(name, value)) for name, value in proposal.facts.items()
            ],
            "url": absolute("organisations:organisation", proposal.organisation_id),
        },
        because=_("You told us what is wrong on this organisation’s record."),
        about=proposal.organisation,
    )


def record_asked(check: RecordCheck) -> None:
    """The yearly question, or an officer's invitation, with the link that shows the record."""
    organisation, council = check.organisation, current_council()
    is_invitation = check.kind == RecordCheck.Kind.INVITATION
    subject = (
        _("%(council)s invites %(organisation)s to check its entry")
        if is_invitation
        else _("Is what we say about %(organisation)s still right?")
    )
    because = (
        _("You are a lead of this organisation on the portal.")
        if check.person_id
        else _("Your address is the one we hold for this organisation.")
    )
    expires_at = check.asked_at + RECORD.lasts
    queue_mail(
        kind="record_asked",
        key=f"record_asked:{check.pk}",
        to=check.person or check.email,
        subject=subject % {"organisation": organisation, "council": council.name},
        template="upkeep/record_asked",
        context={
            "check": check,
            "organisation": organisation,
            "is_invitation": is_invitation,
            "is_lead": bool(check.person_id),
            "asked": check.asked_by,
            "until": timezone.localdate(expires_at - timedelta(days=1)),
            "url": check_url(check),
        },
        because=because,
        about=organisation,
        expires_at=expires_at,
    )


def member_invited(invitation: MemberInvitation) -> None:
    """The same words whether or not the address has an account."""
    queue_mail(
        kind="member_invited",
        key=f"member_invited:{invitation.pk}",
        to=invitation.email,
        subject=_("%(person)s asks you to speak for %(organisation)s")
        % {"person": invitation.invited_by, "organisation": invitation.organisation},
        template="upkeep/member_invited",
        context={
            "invitation": invitation,
            "until": timezone.localdate(invitation.expires_at - timedelta(days=1)),
            "url": invitation_url(invitation),
        },
        because=_("%(person)s gave us your address.") % {"person": invitation.invited_by},
        about=invitation.organisation,
        expires_at=invitation.expires_at,
    )


def membership_declined(membership: Membership, reason: str) -> None:
    queue_mail(
        kind="membership_declined",
        key=f"membership_declined:{membership.pk}",
        to=membership.user,
        subject=_("You were not confirmed for %(organisation)s") % {"organisation": membership.organisation},
        template="upkeep/membership_declined",
        context={"membership": membership, "reason": reason},
        because=_("You said on the portal that you speak for this organisation."),
        about=membership.organisation,
    )


def membership_ended(membership: Membership, *, by: User) -> None:
    """To the person whose mandate ends, unless they ended it themselves."""
    if membership.user_id == by.pk:
        return
    queue_mail(
        kind="membership_ended",
        key=f"membership_ended:{membership.pk}:{membership.ends_on}",
        to=membership.user,
        subject=_("You will no longer speak for %(organisation)s")
        % {"organisation": membership.organisation},
        template="upkeep/membership_ended",
        context={"membership": membership, "by": by},
        because=_("You spoke for this organisation on the portal."),
        about=membership.organisation,
    )


def lead_handed_over(membership: Membership, *, from_whom: User) -> None:
    queue_mail(
        kind="lead_handed_over",
        key=f"lead_handed_over:{membership.pk}:{timezone.localdate()}",
        to=membership.user,
        subject=_("You are now the lead of %(organisation)s") % {"organisation": membership.organisation},
        template="upkeep/lead_handed_over",
        context={
            "membership": membership,
            "from_whom": from_whom,
            "url": absolute("organisations:organisation", membership.organisation_id),
        },
        because=_("You speak for this organisation on the portal."),
        about=membership.organisation,
    )


def left_without_lead(membership: Membership, *, invited: str) -> None:
    """To the partnerships officers: who left, and whom they named, if anybody."""
    queue_mail(
        kind="left_without_lead",
        key=f"left_without_lead:{membership.pk}:{membership.ends_on}",
        to=_officers(),
        subject=f"{membership.organisation} is losing its only lead",
        template="upkeep/left_without_lead",
        context={
            "membership": membership,
            "invited": invited,
            "url": absolute("organisations:people", membership.organisation_id),
        },
        because="You keep the register of organisations.",
        about=membership.organisation,
    )
