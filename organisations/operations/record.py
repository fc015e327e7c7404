"""The record itself: put on the register, changed, and what follows from its facts."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.codes import check_codes
from vcse_portal.borough.postcodes import ward_of
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from ..bands import band_of
from ..models import Organisation
from .clicks import of_first_click
from .numbers import set_numbers

KIND = "organisation"
CODE_LISTS = {
    "themes": "theme",
    "communities": "community",
    "wards_worked": "ward",
    "support_wanted": "support",
    "support_offered": "support",
}


@transaction.atomic
def add_organisation(
    *, by: User | None, key: UUID | None = None, numbers: dict[str, str] | None = None, **facts
) -> Organisation:
    """Put an organisation on the register. `numbers` is scheme → number as typed.

    `key` is made with the form: a second click with the same key gives the record of the first.
    Raises ValidationError when a fact is impossible or a number already belongs to another organisation.
    """
    if key and (first := of_first_click(Organisation.objects.all(), key)):
        return first
    with history.deed("added", by=by):
        organisation = Organisation(**facts, **({"key": key} if key else {}))
        settle(organisation)
        _check(organisation)
        organisation.save()
        set_numbers(organisation, numbers or {})
        search.index(KIND, [organisation.pk])
    return organisation


@transaction.atomic
def edit_organisation(
    organisation_id: int, *, version: int, by: User, numbers: dict[str, str] | None = None, **facts
) -> Organisation:
    """Change facts of an organisation. Raises Conflict when someone else saved it since `version`.

    Raises ValidationError when it was merged: the record that took its place is the one to change.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    if organisation.merged_into_id:
        raise ValidationError(_("This record was merged into another. Please change that one."))
    check_version(organisation, version)
    had, had_ward = organisation.postcode, organisation.ward_id
    with history.deed("edited", by=by):
        for field, value in facts.items():
            setattr(organisation, field, value)
        organisation.version += 1
        organisation.updated_at = timezone.now()
        settle(organisation, had_postcode=had, is_ward_new=organisation.ward_id != had_ward)
        _check(organisation)
        organisation.save(
            update_fields=[*facts, "name_sort", "band", "ward", "postcode", "version", "updated_at"]
        )
        if numbers is not None:
            set_numbers(organisation, numbers)
        search.index(KIND, [organisation.pk])
    return organisation


def settle(organisation: Organisation, *, had_postcode: str = "", is_ward_new: bool = False) -> None:
    """Work out what follows from other facts: sort name, income band, ward of the postcode.

    The postcode decides. One we do not know keeps the ward given by hand, but not the ward of an earlier postcode.
    """
    organisation.name_sort = search.fold(organisation.name)[:250]
    organisation.band = band_of(organisation.income)
    if organisation.postcode:
        moved = bool(had_postcode) and had_postcode != organisation.postcode and not is_ward_new
        organisation.ward = ward_of(organisation.postcode) or (None if moved else organisation.ward)


def _check(organisation: Organisation) -> None:
    for field, kind in CODE_LISTS.items():
        check_codes(kind, getattr(organisation, field))
    organisation.full_clean(exclude=["name_sort"], validate_unique=False, validate_constraints=False)
