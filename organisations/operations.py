"""Everything anyone does to the register, one function a deed."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.codes import check_codes
from vcse_portal.borough.postcodes import ward_of
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from . import emails
from .bands import band_of
from .identifiers import normalise
from .models import Contact, Identifier, Membership, Organisation

KIND = "organisation"
CODE_LISTS = {"themes": "theme", "communities": "community", "wards_worked": "ward"}


@transaction.atomic
def add_organisation(
    *, by: User | None, key: UUID | None = None, numbers: dict[str, str] | None = None, **facts
) -> Organisation:
    """Put an organisation on the register. `numbers` is scheme → number as typed.

    `key` is made with the form: a second click with the same key gives the record of the first.
    Raises ValidationError when a fact is impossible or a number already belongs to another organisation.
    """
    if key and (first := _of_first_click(Organisation.objects.all(), key)):
        return first
    with history.deed("added", by=by):
        organisation = Organisation(**facts, **({"key": key} if key else {}))
        settle(organisation)
        _check(organisation)
        organisation.save()
        _set_numbers(organisation, numbers or {})
        search.index(KIND, [organisation.pk])
    return organisation


def _of_first_click(rows: models.QuerySet, key: UUID):
    """What an earlier click with this key made; waits until a click that is still being worked on is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    return rows.filter(key=key).first()


@transaction.atomic
def edit_organisation(
    organisation_id: int, *, version: int, by: User, numbers: dict[str, str] | None = None, **facts
) -> Organisation:
    """Change facts of an organisation. Raises Conflict when someone else saved it since `version`."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    check_version(organisation, version)
    had = organisation.postcode
    with history.deed("edited", by=by):
        for field, value in facts.items():
            setattr(organisation, field, value)
        organisation.version += 1
        organisation.updated_at = timezone.now()
        settle(organisation, had_postcode=had)
        _check(organisation)
        organisation.save(
            update_fields=[*facts, "name_sort", "band", "ward", "postcode", "version", "updated_at"]
        )
        if numbers is not None:
            _set_numbers(organisation, numbers)
        search.index(KIND, [organisation.pk])
    return organisation


def settle(organisation: Organisation, *, had_postcode: str = "") -> None:
    """Work out what follows from other facts: sort name, income band, ward of the postcode.

    A postcode we do not know keeps the ward given by hand, unless it takes another postcode's place.
    """
    organisation.name_sort = search.fold(organisation.name)[:250]
    organisation.band = band_of(organisation.income)
    if organisation.postcode:
        moved = bool(had_postcode) and had_postcode != organisation.postcode
        organisation.ward = ward_of(organisation.postcode) or (None if moved else organisation.ward)


def _check(organisation: Organisation) -> None:
    for field, kind in CODE_LISTS.items():
        check_codes(kind, getattr(organisation, field))
    organisation.full_clean(exclude=["name_sort"], validate_unique=False, validate_constraints=False)


def _set_numbers(organisation: Organisation, numbers: dict[str, str]) -> None:
    """One number a scheme as the form shows them; an emptied one is taken off."""
    for scheme, text in numbers.items():
        if not text.strip():
            organisation.identifiers.filter(scheme=scheme).delete()
            continue
        number = normalise(scheme, text)
        holder = (
            Identifier.objects.filter(scheme=scheme, number=number).select_related("organisation").first()
        )
        if holder and holder.organisation_id != organisation.pk:
            raise ValidationError(f"{number} already belongs to {holder.organisation}.")
        if not holder:
            organisation.identifiers.filter(scheme=scheme).delete()
            _add_number(organisation, scheme, number)


def _add_number(organisation: Organisation, scheme: str, number: str) -> None:
    try:
        with transaction.atomic():
            organisation.identifiers.create(scheme=scheme, number=number, source="Council officer")
    except IntegrityError:  # somebody else gave it away in the same moment
        raise ValidationError(f"{number} already belongs to another organisation.") from None


@transaction.atomic
def save_contact(
    organisation_id: int,
    *,
    by: User,
    channel: str,
    value: str,
    consent: str,
    name: str = "",
    post: str = "",
    contact_id: int | None = None,
    key: UUID | None = None,
) -> Contact:
    """Add or change a way to reach the organisation, with its consent to publish. The organisation's history says so."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    if key and not contact_id and (first := _of_first_click(organisation.contacts.all(), key)):
        return first
    with history.deed("contact saved", by=by):
        new = Contact(organisation=organisation, **({"key": key} if key else {}))
        contact = organisation.contacts.get(pk=contact_id) if contact_id else new
        contact.channel, contact.value, contact.consent = channel, value, consent
        contact.name, contact.post = name, post
        contact.full_clean()
        contact.save()
        _touch(organisation)
    return contact


@transaction.atomic
def remove_contact(organisation_id: int, contact_id: int, *, by: User) -> None:
    """Take a contact off the record; the history keeps that there was one."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    with history.deed("contact removed", by=by):
        deleted, _by_model = organisation.contacts.filter(pk=contact_id).delete()
        if deleted:
            _touch(organisation)


def _touch(organisation: Organisation) -> None:
    """What belongs to it was changed: its history says so, and undoing an import leaves it alone."""
    organisation.updated_at = timezone.now()
    organisation.save(update_fields=["updated_at"])


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
