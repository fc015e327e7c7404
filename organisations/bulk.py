"""Writing many organisations at once, for imports: few statements, however many rows, with search kept true."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils import timezone

from vcse_portal.search import registry as search

from .bands import band_of
from .models import Contact, Identifier, Link, Organisation

KIND = "organisation"


@dataclass
class Facts:
    """What a register says of one organisation. Fields by name; numbers and contacts beside them.

    `removed` is when and why its register dropped the first of its numbers, (None, "") if it did not, and None
    where the source does not say. `parent` is the number of the organisation it is a branch of, `consents` what
    was said of publishing a contact, `own_id` the record's number here, if the source knows it.
    """

    fields: dict
    numbers: list[tuple[str, str]] = field(default_factory=list)
    contacts: list[tuple[str, str]] = field(default_factory=list)
    removed: tuple[date | None, str] | None = None
    parent: str = ""
    consents: dict[tuple[str, str], str] = field(default_factory=dict)
    own_id: int | None = None


def add_many(facts: Iterable[Facts], *, source: str) -> list[int]:
    """Insert organisations with their numbers and contacts; returns their ids in the order given."""
    facts = list(facts)
    now = timezone.now()
    made = [
        Organisation(**{"source": source, "created_at": now, "updated_at": now} | f.fields) for f in facts
    ]
    for organisation in made:
        organisation.name_sort = search.fold(organisation.name)[:250]
        organisation.band = band_of(organisation.income)
    Organisation.objects.bulk_create(made)
    pairs = list(zip(made, facts, strict=True))
    add_numbers([(o.pk, n) for o, f in pairs for n in f.numbers], source=source)
    add_contacts([(o.pk, (*c, f.consents.get(c, ""))) for o, f in pairs for c in f.contacts], source=source)
    ids = [o.pk for o in made]
    search.index(KIND, ids)
    return ids


def change_many(changes: dict[int, dict]) -> None:
    """Set fields of many organisations (id → field → value); derived fields follow. Rows are locked first.

    The caller brings search up to date, once everything about them is written.
    """
    locked = Organisation.objects.select_for_update().in_bulk(sorted(changes))
    touched = {"version", "updated_at", "name_sort", "band"}
    for pk, values in changes.items():
        organisation = locked[pk]
        for name, value in values.items():
            setattr(organisation, name, value)
        touched.update(values)
        organisation.name_sort = search.fold(organisation.name)[:250]
        organisation.band = band_of(organisation.income)
        organisation.version += 1
        organisation.updated_at = timezone.now()
    Organisation.objects.bulk_update(locked.values(), sorted(touched), batch_size=500)


def add_numbers(rows: Iterable[tuple[int, tuple[str, str]]], *, source: str) -> None:
    today = timezone.localdate()
    Identifier.objects.bulk_create(
        Identifier(organisation_id=pk, scheme=scheme, number=number, source=source, checked_on=today)
        for pk, (scheme, number) in rows
    )


def add_contacts(rows: Iterable[tuple[int, tuple[str, str, str]]], *, source: str) -> None:
    """(id, (channel, value, consent)). Contacts from a register are not published: nobody was asked yet ("")."""
    Contact.objects.bulk_create(
        Contact(
            organisation_id=pk,
            channel=channel,
            value=value,
            consent=consent or Contact.Consent.UNKNOWN,
            source=source,
        )
        for pk, (channel, value, consent) in rows
    )


def set_consents(rows: Iterable[tuple[int, tuple[str, str, str]]]) -> None:
    """What was said of publishing contacts that are there: (id, (channel, value, consent))."""
    wanted = {(pk, channel, value): consent for pk, (channel, value, consent) in rows}
    held = Contact.objects.select_for_update().filter(organisation__in={pk for pk, *_pair in wanted})
    changed = [one for one in held.order_by("pk") if (one.organisation_id, one.channel, one.value) in wanted]
    for one in changed:
        one.consent = wanted[one.organisation_id, one.channel, one.value]
    Contact.objects.bulk_update(changed, ["consent"], batch_size=500)


def flag_numbers(rows: Iterable[tuple[tuple[str, str], date | None, str]]) -> None:
    """Say of numbers ((scheme, number), when, why) that their register dropped them, or has them again (None)."""
    rows = {number: (on, why[:120]) for number, on, why in rows}
    held = Identifier.objects.select_for_update().filter(number__in={number for _scheme, number in rows})
    flagged = [one for one in held.order_by("pk") if (one.scheme, one.number) in rows]
    for one in flagged:
        one.removed_on, one.removal_reason = rows[one.scheme, one.number]
        one.checked_on = timezone.localdate()
    Identifier.objects.bulk_update(flagged, ["removed_on", "removal_reason", "checked_on"], batch_size=500)


def link_branches(pairs: Iterable[tuple[int, int]], *, source: str) -> None:
    """Record that organisations (id, id of the parent) are branches, where no open link says so yet."""
    Link.objects.bulk_create(
        [
            Link(from_organisation_id=branch, to_organisation_id=parent, kind=Link.Kind.BRANCH, source=source)
            for branch, parent in pairs
            if branch != parent
        ],
        ignore_conflicts=True,
    )


def remove_numbers(rows: Iterable[tuple[int, tuple[str, str]]]) -> None:
    """Take back what `add_numbers` gave: two statements, however many."""
    _remove(Identifier, ("scheme", "number"), rows)


def remove_contacts(rows: Iterable[tuple[int, tuple[str, str]]]) -> None:
    """Take back what `add_contacts` gave: two statements, however many."""
    _remove(Contact, ("channel", "value"), rows)


def _remove(model, names, rows) -> None:
    wanted = set(rows)
    held = model.objects.filter(organisation__in={pk for pk, _pair in wanted})
    found = held.values_list("pk", "organisation", *names)
    model.objects.filter(pk__in=[pk for pk, of, *pair in found if (of, tuple(pair)) in wanted]).delete()


def count_again() -> None:
    """Have PostgreSQL look at how large the tables are now: within one long transaction it does not by itself."""
    with connection.cursor() as cursor:
        for model in (Organisation, Identifier, Contact):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
        cursor.execute("ANALYZE search_entry")
