"""What the page of an organisation shows, and to whom."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from vcse_portal.accounts.models import Role, User
from vcse_portal.borough import codes
from vcse_portal.history.timeline import timeline
from vcse_portal.prepared import Prepared

from .identifiers import register_page
from .models import Contact, Identifier, Membership, Organisation
from .permissions import (
    can_add_organisation,
    can_ask_for_membership,
    can_edit_numbers,
    can_edit_organisation,
    can_see_officer_facts,
    can_see_own_facts,
    own,
)
from .ties import SHOWN, grouped, ties_of

FLAGS = (
    "is_infrastructure",
    "is_anchor",
    "is_consortium",
    "is_equalities_led",
    "is_faith_group",
    "is_public_body",
)
LISTS = {
    "themes": "theme",
    "communities": "community",
    "wards_worked": "ward",
    "support_offered": "support",
    "support_wanted": "support",
}

COUNCIL = User(roles=[Role.PARTNERSHIPS])  # stands for all who see every record: for them SQL is written once


def _held(model, **which) -> ArraySubquery:
    """What of another table belongs to an organisation, read with it in one statement."""
    columns = {f.attname: f.attname for f in model._meta.concrete_fields}
    rows = model.objects.filter(organisation=OuterRef("pk"), **which)
    return ArraySubquery(rows.values(row=JSONObject(**columns)))


def _read(model, rows: list[dict]) -> list:
    fields = model._meta.concrete_fields
    names = [f.attname for f in fields]
    return [model.from_db("default", names, [f.to_python(row[f.attname]) for f in fields]) for row in rows]


def _records(user):
    seen = Organisation.objects.visible_to(user).select_related("ward")
    return seen.annotate(number_rows=_held(Identifier), contact_rows=_held(Contact))


any_record = Prepared(lambda pk: _records(COUNCIL).filter(pk=pk), int)
everyone_of = Prepared(
    lambda pk, day: (
        Membership.objects.filter(organisation=pk).visible_to(COUNCIL).current(day).select_related("user")
    ),
    int,
    date,
)


def record(pk: int, user) -> Organisation:
    """The organisation with its ward, numbers and contacts, as far as the reader may know of it; else Http404."""
    if not user.is_authenticated:
        return get_object_or_404(_records(user), pk=pk)
    if not user.is_council:
        seen = _records(user).annotate(own_rows=_held(Membership, user=user))
        found = get_object_or_404(seen, pk=pk)
        found.own_memberships_of, found.own_memberships = user.pk, _read(Membership, found.own_rows)
        return found
    if found := any_record(pk):
        return found[0]
    raise Http404


def context(organisation: Organisation, user) -> dict:
    """Everything the template shows of a `record`; nine statements with signing in, whatever there is."""
    is_council, may_edit = can_see_officer_facts(user), can_edit_organisation(user, organisation)
    contacts = _read(Contact, organisation.contact_rows)
    return {
        "organisation": organisation,
        **{field: named(organisation, field) for field in LISTS},
        "kinds": [_label(flag) for flag in FLAGS if getattr(organisation, flag)],
        "numbers": [(i, register_page(i)) for i in _read(Identifier, organisation.number_rows)],
        "contacts": [c for c in contacts if c.is_public],
        "all_contacts": contacts,
        "ties": grouped(ties_of(organisation, user, current=True), at_most=SHOWN),
        "people": people(organisation, user),
        "may_see_officer_facts": is_council,
        "may_see_own_facts": may_edit or can_see_own_facts(user, organisation),
        "may_edit": may_edit,  # and its contacts and ties: the same people
        "may_edit_numbers": can_edit_numbers(user, organisation),
        "may_keep_register": can_add_organisation(user),
        "may_ask": can_ask_for_membership(user, organisation),
        "asked_on": _asked_on(user, organisation),
        "entries": timeline(organisation) if is_council else [],
    }


def people(organisation: Organisation, user) -> list[Membership]:
    """Who speaks for it today, as far as the reader may know."""
    if not (user.is_authenticated and user.is_council):
        return list(organisation.memberships.visible_to(user).current().select_related("user"))
    found = everyone_of(organisation.pk, timezone.localdate())
    for membership in found:
        membership.organisation = organisation
    return found


def named(organisation: Organisation, field: str) -> list[str]:
    """A list of codes on the record in words."""
    names = codes.names(LISTS[field])
    return [names.get(code, code) for code in getattr(organisation, field)]


def _label(field: str) -> str:
    words = str(Organisation._meta.get_field(field).verbose_name)
    return words[:1].upper() + words[1:]


def _asked_on(user, organisation):
    """The day the reader asked to speak for the organisation, while nobody has confirmed it."""
    if not user.is_authenticated or user.is_council:
        return None
    asked = (one for one in own(user, organisation) if not one.confirmed_at and not one.ends_on)
    return next((one.starts_on for one in asked), None)
