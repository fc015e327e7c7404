"""Registrations, proposed edits, invitations to speak, and links that ask whether a record is right."""

from datetime import timedelta

from django.utils import timezone

from organisations import operations as register
from organisations.models import Membership
from organisations.upkeep import operations
from organisations.upkeep.tokens import MEMBER, RECORD
from tests.factories import make_user


def _all(kind: str, names: str) -> dict[str, str]:
    return {f"upkeep:{name}": kind for name in names.split()}


NEEDS = {
    **_all("registration", "registration registration_alike registration_send registration_sent"),
    **_all("registration", "registration_withdraw"),
    **_all("registration step", "registration_step"),
    **_all("organisation", "facts_propose member_invite record_confirm record_ask"),
    **_all("proposal", "proposal proposal_withdraw"),
    **_all("member invitation", "invitation_withdraw"),
    **_all("membership", "membership_decide membership_edit membership_end"),
    **_all("member token", "member_accept"),
    **_all("record token", "record_check record_correct"),
}
ARGUMENTS = {
    "registration step": lambda registration: [registration.pk, "what"],
    "member token": lambda token: [token],
    "record token": lambda token: [token],
}


def things(ours, theirs, hidden, people) -> dict:
    officer, stranger = people["partnerships"], people["stranger"]
    drafts = {"draft": _draft("New choir", stranger), "sent": _sent("New allotment", stranger)}
    declined = _sent("No group", stranger)
    operations.decline_registration(declined.pk, reason="It is a shop.", by=officer)
    accepted = _sent("New drama club", make_user(name="Dora Drama"))
    operations.accept_registration(accepted.pk, by=officer)
    invitation = operations.invite_member(
        ours.pk, email="secret-invitee@example.org", role="lead", by=people["lead"]
    )
    old = operations.invite_member(ours.pk, email="old-invitee@example.org", role="lead", by=people["lead"])
    operations.withdraw_invitation(old.pk, by=people["lead"])
    return {
        "registration": {**drafts, "declined": declined, "accepted": accepted},
        "registration step": drafts,
        "proposal": _proposals(ours, theirs, people),
        "member invitation": {"open": invitation, "withdrawn": old},
        "member token": {
            "open": MEMBER.token(invitation=invitation.pk),
            "withdrawn": MEMBER.token(invitation=old.pk),
            "forged": "forged",
        },
        "record token": _record_tokens(ours, hidden, people),
    }


def _draft(name, person):
    return operations.start_registration(name=name, by=person)


def _sent(name, person):
    draft = _draft(name, person)
    operations.answer_registration(draft.pk, by=person, summary="Secret until accepted.", post="Chair")
    return operations.send_registration(draft.pk, by=person)


def _proposals(ours, theirs, people) -> dict:
    declined = _proposal(ours, people["lead"])
    operations.decline_proposal(declined.pk, version=1, reason="No deed.", by=people["partnerships"])
    return {
        "declined": declined,
        "waiting": _proposal(ours, people["lead"]),
        "another's": _proposal(theirs, people["other"]),
    }


def _proposal(organisation, lead):
    return operations.propose_facts(organisation.pk, said={"name": f"{organisation} Proposed"}, by=lead)


def _record_tokens(ours, hidden, people) -> dict:
    day, officer = timezone.now(), people["partnerships"]
    answered = operations.ask_about_record(
        ours.pk, email="once@example.org", by=officer, now=day - timedelta(days=3)
    )
    operations.confirm_by_link(answered.pk)
    to_lead = operations.ask_about_record(
        ours.pk, email=people["lead"].email, person=people["lead"], by=officer
    )
    to_contact = operations.ask_about_record(hidden.pk, email="contact@example.org", by=officer)
    register.add_membership(hidden.pk, make_user().pk, role=Membership.Role.REPRESENTATIVE, by=officer)
    return {
        "to a lead": RECORD.token(check=to_lead.pk),
        "to a contact of an unpublished": RECORD.token(check=to_contact.pk),
        "answered": RECORD.token(check=answered.pk),
        "forged": "forged",
    }
