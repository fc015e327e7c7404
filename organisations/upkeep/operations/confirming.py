"""The organisation says that its record is right: signed in, or through a mailed link."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations import operations as register
from organisations.models import Contact, Organisation
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from .. import emails, facts
from ..models import ProposedEdit, RecordCheck
from ..tokens import RECORD

A_YEAR = timedelta(days=365)
ASKABLE = (Organisation.Status.ACTIVE, Organisation.Status.DORMANT)


@transaction.atomic
def confirm_record(organisation_id: int, *, by: User, now: datetime | None = None) -> Organisation:
    """A lead, or an officer who has asked them, says that the record is right today. Asked again in a year."""
    organisation = _locked(organisation_id)
    with history.deed("confirmed", by=by):
        _confirm(organisation, now)
    return organisation


def _confirm(organisation: Organisation, now: datetime | None) -> None:
    today = timezone.localdate(now)
    organisation.confirmed_on, organisation.next_confirmation_on = today, today + A_YEAR
    organisation.save(update_fields=["confirmed_on", "next_confirmation_on"])
    search.index(register.KIND, [organisation.pk])  # it no longer sinks


@transaction.atomic
def ask_about_record(
    organisation_id: int,
    *,
    email: str,
    kind: str = RecordCheck.Kind.INVITATION,
    person: User | None = None,
    words: str = "",
    by: User | None = None,
    now: datetime | None = None,
) -> RecordCheck:
    """Mail one address the record's link: sixty days, one answer. `words` are the officer's own.

    Nobody's consent is asked for this mail: it is about the organisation's own record, which the council must
    keep right (UK GDPR art. 5(1)(d)), and it sells nothing (so not PECR reg. 22).
    Raises ValidationError for a closed organisation, and for an address asked within the last day.
    """
    now = now or timezone.now()
    organisation = _locked(organisation_id)
    if organisation.status not in ASKABLE:
        raise ValidationError("This organisation is closed: there is nobody to ask.")
    email = email.strip().lower()
    if organisation.record_checks.filter(email=email, asked_at__gt=now - timedelta(days=1)).exists():
        raise ValidationError(
            {"email": "This address was asked within the last day. Give them time to answer."}
        )
    with history.deed("asked whether it is still right", by=by):
        check = RecordCheck(
            organisation=organisation,
            kind=kind,
            email=email,
            person=person,
            words=words.strip(),
            asked_by=by,
            asked_at=now,
        )
        check.full_clean(exclude=["organisation", "person", "asked_by"], validate_constraints=False)
        check.save()
    emails.record_asked(check)
    return check


def state_of(check: RecordCheck, now: datetime | None = None) -> str:
    """ "open", "answered", "expired", or "ended": the address is no longer one of this organisation's."""
    if check.answered_at:
        return "answered"
    if check.asked_at + RECORD.lasts < (now or timezone.now()):
        return "expired"
    return "open" if _still_theirs(check) else "ended"


def _still_theirs(check: RecordCheck) -> bool:
    organisation = check.organisation
    if organisation.status not in ASKABLE:
        return False
    if check.person_id:
        return Organisation.objects.led_by(check.person).filter(pk=organisation.pk).exists()
    if check.kind == RecordCheck.Kind.INVITATION:
        return True  # an officer named the address
    contacts = organisation.contacts.filter(channel=Contact.Channel.EMAIL)
    return contacts.filter(value__iexact=check.email).exists()


@transaction.atomic
def confirm_by_link(check_id: int, *, now: datetime | None = None) -> RecordCheck:
    """Answer "yes, it is still right" through the link. Raises ValidationError when the link is spent."""
    check = _open(check_id, now)
    with _deed_of_link("confirmed through a mailed link", check):
        _confirm(check.organisation, now)
        _answer(check, RecordCheck.Answer.CONFIRMED, now)
    return check


@transaction.atomic
def correct_by_link(
    check_id: int,
    *,
    version: int,
    said: dict,
    note: str = "",
    key: UUID | None = None,
    now: datetime | None = None,
) -> ProposedEdit | None:
    """Put the record right through the link; return what waits for an officer, if anything does.

    What a lead may change goes live when the link went to a lead. Verified facts wait, and so does everything
    from a link that went to anybody else: an address is no mandate. Raises Conflict when the record was changed
    since `version`, ValidationError when nothing differs or the link is spent.
    """
    check = _open(check_id, now)
    organisation = check.organisation
    check_version(organisation, version)
    base = facts.stands(organisation, said)
    differs = facts.changed(base, said)
    if not differs and not note.strip():
        raise ValidationError(
            _("Nothing differs from the record. Change what is wrong, or say it in your words.")
        )
    live = [name for name in differs if check.person_id and name not in (*facts.VERIFIED, "status")]
    waits = {name: value for name, value in differs.items() if name not in live}
    proposal = None
    with _deed_of_link("corrected through a mailed link", check):
        if live:
            plain = {name: said[name] for name in live}
            register.edit_organisation(organisation.pk, version=version, by=check.person, **plain)
        if waits or note.strip():
            proposal = _propose(check, waits, base, note.strip(), key)
        if check.person_id:
            organisation.refresh_from_db()
            _confirm(organisation, now)
        _answer(check, RecordCheck.Answer.CORRECTED, now)
    return proposal


def _propose(check: RecordCheck, waits: dict, base: dict, note: str, key: UUID | None) -> ProposedEdit:
    return ProposedEdit.objects.create(
        organisation=check.organisation,
        source=ProposedEdit.Source.LINK,
        proposed_by=check.person,
        check_link=check,
        facts=waits,
        base={name: base[name] for name in waits},
        note=note,
        **({"key": key} if key else {}),
    )


def _deed_of_link(name: str, check: RecordCheck):
    """The history names the lead the link went to, and in any case where it was mailed."""
    return history.deed(name, by=check.person, reason=f"The link was {check.to_words}.")


def _answer(check: RecordCheck, answer: str, now: datetime | None) -> None:
    check.answered_at, check.answer = now or timezone.now(), answer
    check.save(update_fields=["answered_at", "answer"])


def _open(check_id: int, now: datetime | None) -> RecordCheck:
    """The check with its organisation, both locked, in the order every other operation locks them."""
    organisation = _locked(RecordCheck.objects.values_list("organisation", flat=True).get(pk=check_id))
    check = RecordCheck.objects.select_for_update(of=("self",)).select_related("person").get(pk=check_id)
    check.organisation = organisation
    if state_of(check, now) != "open":
        raise ValidationError(_("This link cannot be used any more. Nothing has been changed."), code="spent")
    return check


def _locked(organisation_id: int) -> Organisation:
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
