"""Numbers an organisation has in other registers."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.search import registry as search

from ..identifiers import normalise
from ..models import Identifier, Organisation
from .clicks import touch

OFFICER = "Council officer"


@transaction.atomic
def add_number(
    organisation_id: int, *, scheme: str, number: str, by: User, source: str = "", today: date | None = None
) -> Identifier:
    """Record a number of a register as checked today. `number` is as typed; adding it again changes nothing.

    Raises ValidationError when it is not a number of that kind, or belongs to another organisation.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    written = normalise(scheme, number)
    held = organisation.identifiers.filter(scheme=scheme, number=written).first()
    if held:
        return held
    new = Identifier(organisation=organisation, scheme=scheme, number=written)
    with history.deed("number added", by=by, reason=_words(new)):
        added = _write(new, source=source or OFFICER, today=today)
        _changed(organisation)
    return added


@transaction.atomic
def check_number(
    identifier_id: int,
    *,
    by: User,
    removed_on: date | None = None,
    reason: str = "",
    today: date | None = None,
) -> Identifier:
    """Note that somebody looked the number up today, and whether the register has dropped it since.

    Without `removed_on` it stands in the register. The organisation keeps it either way.
    """
    today = today or timezone.localdate()
    identifier, organisation = _locked(identifier_id)
    if removed_on and removed_on > today:
        raise ValidationError("The day it was removed cannot be in the future.")
    done = "number removed from its register" if removed_on else "number checked"
    with history.deed(done, by=by, reason=_words(identifier)):
        identifier.checked_on, identifier.removed_on = today, removed_on
        identifier.removal_reason = reason.strip() if removed_on else ""
        identifier.full_clean(validate_unique=False, validate_constraints=False)
        identifier.save(update_fields=["checked_on", "removed_on", "removal_reason"])
        _changed(organisation)
    return identifier


@transaction.atomic
def remove_number(identifier_id: int, *, by: User) -> None:
    """Take off a number that was recorded by mistake; the history keeps that it was there."""
    identifier, organisation = _locked(identifier_id)
    with history.deed("number taken off", by=by, reason=_words(identifier)):
        identifier.delete()
        _changed(organisation)


def _words(identifier: Identifier) -> str:
    return f"{identifier.get_scheme_display()} {identifier.number}"


def _locked(identifier_id: int) -> tuple[Identifier, Organisation]:
    """The organisation first, as every deed on it locks it; then its number."""
    owner = Identifier.objects.values_list("organisation", flat=True).get(pk=identifier_id)
    organisation = Organisation.objects.select_for_update().get(pk=owner)
    return organisation.identifiers.select_for_update().get(pk=identifier_id), organisation


def _changed(organisation: Organisation) -> None:
    touch(organisation)
    search.index("organisation", [organisation.pk])


def set_numbers(organisation: Organisation, numbers: dict[str, str]) -> None:
    """Scheme → number as typed, for a form that shows the first of each kind: only that one changes or goes."""
    for scheme, text in numbers.items():
        shown = organisation.identifiers.filter(scheme=scheme).order_by("pk").first()
        written = normalise(scheme, text) if text.strip() else ""
        if shown and not written:
            shown.delete()
        elif shown and shown.number != written:
            _write(Identifier(pk=shown.pk, organisation=organisation, scheme=scheme, number=written))
        elif written and not shown:
            _write(Identifier(organisation=organisation, scheme=scheme, number=written))


def _write(number: Identifier, *, source: str = OFFICER, today: date | None = None) -> Identifier:
    number.source, number.checked_on = source, today or timezone.localdate()
    try:
        with transaction.atomic():
            number.save()
    except IntegrityError:
        same = Identifier.objects.filter(scheme=number.scheme, number=number.number)
        holder = same.select_related("organisation").first()
        if holder and holder.organisation_id == number.organisation_id:
            raise ValidationError(f"{number.number} is on the record already.") from None
        whose = holder.organisation if holder else "another organisation"
        raise ValidationError(f"{number.number} already belongs to {whose}.") from None
    return number
