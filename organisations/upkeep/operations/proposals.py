"""Verified facts, as a lead says they should be, wait for an officer."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations import operations as register
from organisations.identifiers import normalise
from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import Conflict, check_version

from .. import emails, facts
from ..models import ProposedEdit
from .confirming import confirm_record


@transaction.atomic
def propose_facts(
    organisation_id: int,
    *,
    said: dict,
    note: str = "",
    version: int = 0,
    by: User,
    key: UUID | None = None,
) -> ProposedEdit:
    """Propose verified facts, or change the proposal that waits already: an organisation's leads have one at a time.

    `said` is fact → value for `facts.VERIFIED`; `version` is that of the waiting proposal the lead was shown, 0 for
    none. Raises Conflict when another lead changed it or an officer decided it meanwhile, ValidationError when
    nothing differs from the register or a number cannot be one.
    """
    if key and (first := ProposedEdit.objects.filter(key=key, organisation=organisation_id).first()):
        return first
    organisation = _organisation(organisation_id)
    waiting = _waiting_of_leads(organisation)
    if (waiting.version if waiting else 0) != version:
        raise Conflict
    if set(said) - set(facts.VERIFIED):
        raise TypeError("Only verified facts are proposed.")
    base = facts.stands(organisation, said)
    differs = facts.changed(base, _checked(said))
    if not differs:
        raise ValidationError(_("Nothing differs from what the register says."))
    with history.deed("proposed", by=by):
        proposal = waiting or ProposedEdit(organisation=organisation, **({"key": key} if key else {}))
        proposal.facts, proposal.base = differs, {name: base[name] for name in differs}
        proposal.note, proposal.proposed_by = note.strip(), by
        proposal.version += 1 if waiting else 0
        proposal.save()
    return proposal


def _checked(said: dict) -> dict:
    """Numbers as their registers write them. Raises ValidationError at the field that is wrong."""
    said = dict(said)
    if not said.get("name", "x").strip():
        raise ValidationError({"name": _("Enter the name of the organisation")})
    for field in facts.NUMBERS.keys() & said.keys():
        try:
            said[field] = normalise(facts.NUMBERS[field], said[field]) if said[field].strip() else ""
        except ValidationError as error:
            raise ValidationError({field: error.messages}) from None
    return said


def _waiting_of_leads(organisation: Organisation) -> ProposedEdit | None:
    found = organisation.proposed_edits.waiting().filter(source=ProposedEdit.Source.LEAD)
    return found.select_for_update().first()


@transaction.atomic
def withdraw_proposal(proposal_id: int, *, by: User) -> ProposedEdit:
    """A lead takes it back while it waits."""
    proposal = _waiting(proposal_id)
    with history.deed("withdrawn", by=by):
        proposal.status = ProposedEdit.Status.WITHDRAWN
        proposal.version += 1
        proposal.save(update_fields=["status", "version"])
    return proposal


@transaction.atomic
def accept_proposal(
    proposal_id: int, *, version: int, seen: str, by: User, now: datetime | None = None
) -> ProposedEdit:
    """Make the proposed facts the register's, and tell who proposed them.

    `version` and `seen` say what the officer was shown: the proposal, and (as `facts.fingerprint`) what the record
    said. Raises Conflict when either is another by now, ValidationError when it was decided already or a number
    belongs to another organisation.
    """
    proposal = _waiting(proposal_id)
    check_version(proposal, version)
    organisation = proposal.organisation
    if facts.fingerprint(facts.stands(organisation, proposal.facts)) != seen:
        raise Conflict
    now = now or timezone.now()
    with history.deed("proposed change accepted", by=by, reason=_why(proposal)):
        if proposal.facts:
            proposal.organisation = register.edit_organisation(
                organisation.pk,
                version=organisation.version,
                by=by,
                **facts.for_operation(proposal.facts),
            )
        if proposal.source == ProposedEdit.Source.LINK and proposal.proposed_by is None:
            _confirmed_by_contact(organisation, now)
        _decide(proposal, ProposedEdit.Status.ACCEPTED, "", by, now)
    emails.proposal_decided(proposal)
    return proposal


def _confirmed_by_contact(organisation: Organisation, now: datetime) -> None:
    """They put it right and an officer agreed: that is the year's answer, unless the group has ended."""
    organisation.refresh_from_db()
    if organisation.status in (Organisation.Status.ACTIVE, Organisation.Status.DORMANT):
        confirm_record(organisation.pk, by=None, now=now)


def _why(proposal: ProposedEdit) -> str:
    said = f": {proposal.note}" if proposal.note else "."
    return f"Proposed by {proposal.who}{said}"[:1000]


@transaction.atomic
def decline_proposal(
    proposal_id: int, *, version: int, reason: str, by: User, now: datetime | None = None
) -> ProposedEdit:
    """Leave the record as it is, with a reason that is mailed. Raises Conflict for a stale `version`."""
    proposal = _waiting(proposal_id)
    check_version(proposal, version)
    if not reason.strip():
        raise ValidationError({"reason": "Say why: whoever proposed it is told."})
    with history.deed("proposed change declined", by=by, reason=reason.strip()):
        _decide(proposal, ProposedEdit.Status.DECLINED, reason.strip(), by, now or timezone.now())
    emails.proposal_decided(proposal)
    return proposal


def _decide(proposal: ProposedEdit, status: str, reason: str, by: User, now: datetime) -> None:
    proposal.status, proposal.reason, proposal.decided_at, proposal.decided_by = status, reason, now, by
    proposal.version += 1
    proposal.save(update_fields=["status", "reason", "decided_at", "decided_by", "version"])


def _waiting(proposal_id: int) -> ProposedEdit:
    """The proposal and its organisation, both locked, in the order every other operation locks them."""
    organisation = _organisation(
        ProposedEdit.objects.values_list("organisation", flat=True).get(pk=proposal_id)
    )
    found = ProposedEdit.objects.select_for_update(of=("self",))
    proposal = found.select_related("proposed_by", "check_link", "decided_by").get(pk=proposal_id)
    proposal.organisation = organisation
    if not proposal.is_waiting:
        words = _("This proposal is no longer waiting: it is %(state)s%(by)s.")
        by = _(" by %(person)s") % {"person": proposal.decided_by} if proposal.decided_by else ""
        state = proposal.get_status_display().lower()
        raise ValidationError(words % {"state": state, "by": by}, code="decided")
    return proposal


def _organisation(organisation_id: int) -> Organisation:
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
