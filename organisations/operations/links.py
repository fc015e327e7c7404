"""Standing ties between organisations."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal import history
from vcse_portal.accounts.models import User

from ..models import Link, Organisation
from .clicks import touch

DEEPEST = 20  # branches of branches


@transaction.atomic
def add_link(
    from_organisation_id: int,
    *,
    kind: str,
    to_organisation_id: int,
    by: User | None,
    starts_on: date | None = None,
    note: str = "",
    source: str = "",
) -> Link:
    """Tie one organisation to another: "Ashfield Youth Club is a member of Greenhill CVS".

    Raises ValidationError when either was merged, when the same tie stands already, or when an organisation
    would become a branch of itself.
    """
    ends = _lock(from_organisation_id, to_organisation_id)
    if from_organisation_id == to_organisation_id:
        raise ValidationError(_("An organisation cannot be tied to itself."))
    if any(end.merged_into_id for end in ends.values()):
        raise ValidationError(_("One of these records was merged into another. Please use that one."))
    if kind == Link.Kind.BRANCH and _is_branch_of(to_organisation_id, from_organisation_id):
        raise ValidationError(
            _("%(one)s is already a branch of %(other)s.")
            % {"one": ends[to_organisation_id], "other": ends[from_organisation_id]}
        )
    link = Link(
        from_organisation=ends[from_organisation_id],
        kind=kind,
        to_organisation=ends[to_organisation_id],
        starts_on=starts_on,
        note=note,
        source=source,
    )
    link.full_clean(validate_unique=False, validate_constraints=False)
    with history.deed("tied to another organisation", by=by, reason=str(link)):
        try:
            with transaction.atomic():
                link.save()
        except IntegrityError:
            raise ValidationError(_("This is on the record already.")) from None
        _touch(ends)
    return link


@transaction.atomic
def end_link(link_id: int, *, by: User, ends_on: date | None = None) -> Link:
    """The tie no longer holds from `ends_on` (today when not given); it stays on both records with its dates."""
    first = Link.objects.get(pk=link_id)
    ends = _lock(*_ends(first))
    link = Link.objects.select_for_update().get(pk=link_id)
    if link.ends_on:
        raise ValidationError(_("This has already ended."))
    ends_on = ends_on or timezone.localdate()
    if link.starts_on and ends_on < link.starts_on:
        raise ValidationError({"ends_on": _("It cannot end before it began.")})
    link.from_organisation, link.to_organisation = (ends[pk] for pk in _ends(link))
    with history.deed("tie ended", by=by, reason=str(link)):
        link.ends_on = ends_on
        link.save(update_fields=["ends_on"])
        _touch(ends)
    return link


def _ends(link: Link) -> tuple[int, int]:
    return link.from_organisation_id, link.to_organisation_id


def _lock(*ids: int) -> dict[int, Organisation]:
    found = Organisation.objects.select_for_update().order_by("pk").in_bulk(ids)
    if set(ids) - set(found):
        raise ValidationError(_("There is no such organisation."))
    return found


def _touch(ends: dict[int, Organisation]) -> None:
    for end in ends.values():
        touch(end)


def _is_branch_of(one: int, other: int) -> bool:
    """Whether `one` is a branch of `other`, directly or by others between them."""
    branches = Link.objects.current().filter(kind=Link.Kind.BRANCH)
    above = {one}
    for _depth in range(DEEPEST):
        above = set(branches.filter(from_organisation__in=above).values_list("to_organisation", flat=True))
        if not above or other in above:
            return bool(above)
    return False
