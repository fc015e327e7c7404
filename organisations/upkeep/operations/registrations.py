"""A group asks to be put on the register; an officer accepts or declines record and mandate together."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations import operations as register
from organisations.identifiers import normalise
from organisations.models import Contact, Identifier, Membership, Organisation
from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.codes import check_codes

from .. import emails
from ..facts import NUMBERS
from ..models import Registration
from .confirming import confirm_record

SOURCE = "Registered by the group"
OPEN_EACH = 5  # drafts and waiting ones of one person
ANSWERS = (
    *("name", "known_as", "summary", "themes", "postcode", "legal_structure", "charity_number"),
    *("company_number", "email", "is_email_public", "website", "post", "not_these"),
)
NEEDED = {
    "name": gettext_lazy("the name of the group"),
    "summary": gettext_lazy("what it does"),
    "post": gettext_lazy("your role in it"),
}


@transaction.atomic
def start_registration(*, name: str, known_as: str = "", by: User, key: UUID | None = None) -> Registration:
    """Begin a draft. A second click with the same key gives the first; five open ones a person are enough."""
    if key and (first := of_first_click(Registration.objects.filter(person=by), key)):
        return first
    if by.registrations.open().count() >= OPEN_EACH:
        raise ValidationError(
            _("You have %(n)s registrations open already. Finish or withdraw one of them first.")
            % {"n": OPEN_EACH}
        )
    with history.deed("began a registration", by=by):
        draft = Registration(person=by, name=name, known_as=known_as, **({"key": key} if key else {}))
        draft.full_clean(validate_unique=False, validate_constraints=False)
        draft.save()
    return draft


@transaction.atomic
def answer_registration(registration_id: int, *, by: User, **answers) -> Registration:
    """Keep answers in the draft. Raises ValidationError for a number that cannot be one, or once it was sent."""
    draft = _draft(registration_id)
    unknown = answers.keys() - set(ANSWERS)
    if unknown:
        raise TypeError(f"A registration does not ask {sorted(unknown)}.")
    check_codes("theme", answers.get("themes", []))
    for field in NUMBERS.keys() & answers.keys():
        answers[field] = _number(field, answers[field])
    with history.deed("answered", by=by):
        for field, value in answers.items():
            setattr(draft, field, value)
        draft.full_clean(validate_unique=False, validate_constraints=False)
        draft.save(update_fields=list(answers))
    return draft


def _number(field: str, text: str) -> str:
    try:
        return normalise(NUMBERS[field], text) if text.strip() else ""
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from None


@transaction.atomic
def send_registration(registration_id: int, *, by: User, now: datetime | None = None) -> Registration:
    """Hand the registration to the partnerships officers. A second click sends nothing more."""
    registration = _locked(registration_id)
    if registration.is_waiting:
        return registration
    if not registration.is_draft:
        raise ValidationError(_("This registration is closed."))
    missing = [str(words) for field, words in NEEDED.items() if not getattr(registration, field)]
    if missing:
        raise ValidationError(_("Still to be answered: %(what)s.") % {"what": ", ".join(missing)})
    with history.deed("sent to the council", by=by):
        registration.status, registration.sent_at = Registration.Status.SENT, now or timezone.now()
        registration.save(update_fields=["status", "sent_at"])
    emails.registration_sent(registration)
    emails.registration_received(registration)
    return registration


@transaction.atomic
def withdraw_registration(registration_id: int, *, by: User) -> Registration:
    """The person takes it back, draft or sent."""
    registration = _locked(registration_id)
    if not (registration.is_draft or registration.is_waiting):
        raise ValidationError(_("This registration has been decided already."))
    with history.deed("withdrawn", by=by):
        registration.status = Registration.Status.WITHDRAWN
        registration.save(update_fields=["status"])
    return registration


@transaction.atomic
def accept_registration(
    registration_id: int,
    *,
    by: User,
    role: str = Membership.Role.LEAD,
    existing_id: int | None = None,
    now: datetime | None = None,
) -> Registration:
    """Confirm record and mandate: a new published organisation, or the `existing_id` it turned out to be.

    The person speaks for it in `role` from today and is told. Raises ValidationError when a number already
    belongs to another organisation: then it is that one, or somebody is mistaken.
    """
    now = now or timezone.now()
    registration = _waiting(registration_id)
    with history.deed("registration accepted", by=by):
        organisation = (
            _open_organisation(existing_id) if existing_id else _organisation_of(registration, by, now)
        )
        register.add_membership(
            organisation.pk, registration.person_id, role=role, by=by, starts_on=timezone.localdate(now)
        )
        registration.organisation = organisation
        _decide(registration, Registration.Status.ACCEPTED, "", by, now)
    return registration


def _open_organisation(organisation_id: int) -> Organisation:
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    if organisation.status not in (Organisation.Status.ACTIVE, Organisation.Status.DORMANT):
        raise ValidationError(f"{organisation} has closed: open its record again first, or decline.")
    return organisation


def _organisation_of(registration: Registration, by: User, now: datetime) -> Organisation:
    plain = ("name", "known_as", "summary", "themes", "postcode", "legal_structure", "website")
    organisation = register.add_organisation(
        by=by,
        key=registration.key,
        source=SOURCE,
        numbers=registration.numbers,
        **{field: getattr(registration, field) for field in plain},
    )
    if registration.email:
        consent = Contact.Consent.YES if registration.is_email_public else Contact.Consent.NO
        register.save_contact(
            organisation.pk, by=by, channel=Contact.Channel.EMAIL, value=registration.email, consent=consent
        )
    return confirm_record(organisation.pk, by=registration.person, now=now)  # they have just said all of it


@transaction.atomic
def decline_registration(
    registration_id: int, *, reason: str, by: User, now: datetime | None = None
) -> Registration:
    """Refuse it with a reason, which is mailed. Nothing was on the register."""
    registration = _waiting(registration_id)
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the person is told."})
    with history.deed("registration declined", by=by, reason=reason.strip()):
        _decide(registration, Registration.Status.DECLINED, reason.strip(), by, now or timezone.now())
    emails.registration_declined(registration)
    return registration


def _decide(registration: Registration, status: str, reason: str, by: User, now: datetime) -> None:
    registration.status, registration.reason = status, reason
    registration.decided_at, registration.decided_by = now, by
    registration.save(update_fields=["status", "reason", "decided_at", "decided_by", "organisation"])


def taken_numbers(registration: Registration) -> list[Identifier]:
    """Numbers given in it that already belong to a record, for the officer who decides."""
    held = []
    for scheme, number in registration.numbers.items():
        held += Identifier.objects.filter(scheme=scheme, number=number).select_related("organisation")
    return held


def _draft(registration_id: int) -> Registration:
    registration = _locked(registration_id)
    if not registration.is_draft:
        raise ValidationError(_("This registration has been sent: its answers stand."))
    return registration


def _waiting(registration_id: int) -> Registration:
    registration = _locked(registration_id)
    if not registration.is_waiting:
        by = f" by {registration.decided_by}" if registration.decided_by else ""
        state = registration.get_status_display().lower()
        raise ValidationError(f"This registration is no longer waiting: it is {state}{by}.")
    return registration


def _locked(registration_id: int) -> Registration:
    found = Registration.objects.select_for_update(of=("self",)).select_related("person", "decided_by")
    return found.get(pk=registration_id)
