"""Numbers an organisation has in other registers."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ..identifiers import normalise
from ..models import Identifier, Organisation


def set_numbers(organisation: Organisation, numbers: dict[str, str]) -> None:
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
