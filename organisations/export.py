"""The register as CSV and JSON: the columns the imports read back, as far as the reader may know them.

Rows come by the thousand in order of name, two thousand with three statements and no models, so that memory stays
flat and 180,000 organisations cost little more than PostgreSQL's own COPY.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.http import StreamingHttpResponse

from vcse_portal.borough import codes
from vcse_portal.search.find import Ask, all_ids, by_title

from .models import Contact, Identifier, Organisation

CHUNK = 2000
SEPARATOR = "; "
YES_OR_NO = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Column:
    """A fact of the record: its heading in CSV and imports, its name in JSON, and who may read it."""

    heading: str
    name: str
    is_public: bool = True


PRIVATE = False
COLUMNS = (
    Column("Organisation name", "name"),
    Column("Known as", "known_as"),
    Column("Registered charity number", "charity_number"),
    Column("Company number", "company_number"),
    Column("Other numbers", "other_numbers"),  # as org-id writes them: GB-SC-SC009481
    Column("Legal structure", "legal_structure"),
    Column("Status", "status"),
    Column("Registered on", "registered_on"),
    Column("What it does", "summary"),
    Column("Main activity", "themes"),
    Column("Communities served", "communities"),
    Column("Languages", "languages"),
    Column("Ward(s) served", "wards_worked"),
    Column("Ward", "ward"),
    Column("Address", "address"),
    Column("Postcode", "postcode"),
    Column("Website", "website"),
    Column("Opening times", "opening_text"),
    Column("Annual income", "income"),
    Column("Year ended", "income_year_end"),
    Column("Source of income", "income_source"),
    Column("Number of paid staff (FTE)", "staff_fte"),
    Column("Number of volunteers", "volunteers"),
    Column("Number of trustees", "trustees"),
    Column("Beneficiaries", "beneficiaries"),
    Column("Premises", "premises"),
    Column("Support offered", "support_offered"),
    Column("Equalities-led", "is_equalities_led"),
    Column("Infrastructure body", "is_infrastructure"),
    Column("Community anchor", "is_anchor"),
    Column("Consortium", "is_consortium"),
    Column("Faith group", "is_faith_group"),
    Column("Public body", "is_public_body"),
    Column("Email", "email"),
    Column("Telephone", "telephone"),
    Column("Post", "post"),
    Column("Confirmed on", "confirmed_on"),
    Column("Portal number", "portal_number"),  # the one of the organisation's page
    Column("Consent to publish email", "email_consent", PRIVATE),  # one for each address, in the same order
    Column("Consent to publish telephone", "telephone_consent", PRIVATE),
    Column("Consent to publish post", "post_consent", PRIVATE),
    Column("Address is published", "is_address_public", PRIVATE),
    Column("In the public directory", "is_published", PRIVATE),
    Column("Reason for the status", "status_reason", PRIVATE),
    Column("Support wanted", "support_wanted", PRIVATE),
    Column("Help it wants", "support_needs", PRIVATE),
    Column("Source of the record", "source", PRIVATE),
)
HEADER = tuple(c.heading for c in COLUMNS)
PUBLIC_HEADER = tuple(c.heading for c in COLUMNS if c.is_public)
PUBLIC = len(PUBLIC_HEADER)  # private columns stand at the end
NAMES = tuple(c.name for c in COLUMNS)

MADE_OF_OTHERS = {  # not fields of the record by that name
    *("charity_number", "company_number", "other_numbers", "ward", "portal_number"),
    *("email", "telephone", "post", "email_consent", "telephone_consent", "post_consent"),
}
OWN = ("pk", "ward__name", *(name for name in NAMES if name not in MADE_OF_OTHERS))
LISTS = {
    "themes": "theme",
    "communities": "community",
    "wards_worked": "ward",
    "support_offered": "support",
    "support_wanted": "support",
}
CHOICES = {
    name: {code: "" if code == "" else str(label) for code, label in choices}
    for name, choices in (
        ("legal_structure", Organisation.Structure.choices),
        ("status", Organisation.Status.choices),
        ("premises", Organisation.Premises.choices),
    )
}


def ids_of(ask: Ask) -> Iterator[list[int]]:
    """Everything a question finds, by the thousand, in order of name."""
    if ask.q:
        found = all_ids(ask)
        yield from (found[start : start + CHUNK] for start in range(0, len(found), CHUNK))
        return
    page = by_title(ask, size=CHUNK)
    while page.ids:
        yield page.ids
        if not page.has_next:
            return
        page = by_title(ask, size=CHUNK, after=page.last_key)


def all_of_the_register(*, is_published: bool) -> Iterator[list[int]]:
    """The whole register by the thousand: what is published of it, or every record, closed ones too."""
    records = Organisation.objects.exclude(status=Organisation.Status.MERGED)
    if is_published:
        records = records.published().filter(status__in=["active", "dormant"])
    place = Q()
    while keys := list(
        records.filter(place).order_by("name_sort", "pk").values_list("name_sort", "pk")[:CHUNK]
    ):
        yield [pk for _name, pk in keys]
        name, pk = keys[-1]
        place = Q(name_sort__gte=name) & (Q(name_sort__gt=name) | Q(pk__gt=pk))


def _among(column: str, ids: list[int]) -> RawSQL:
    """One array for PostgreSQL: Django's `in` would look at each of the thousands by itself."""
    return RawSQL(f"{column} = ANY(%s)", [ids], models.BooleanField())  # noqa: S611 a column of ours


def facts(chunks: Iterable[list[int]], *, with_private: bool) -> Iterator[tuple]:
    """The columns of each organisation, lists as lists: visitors' columns, or all of `COLUMNS`."""
    names = {field: codes.names(kind) for field, kind in LISTS.items()}
    for ids in chunks:
        numbers, reach = _numbers(ids), _contacts(ids, with_private)
        rows = (
            Organisation.objects.filter(_among("organisations_organisation.id", ids))
            .order_by("name_sort", "pk")
            .values_list(*OWN)
        )
        for row in rows:
            yield _facts(dict(zip(OWN, row, strict=True)), numbers, reach, names, with_private)


def _facts(fact: dict, numbers, reach, names, with_private: bool) -> tuple:
    pk = fact["portal_number"] = fact["pk"]
    fact["ward"] = fact["ward__name"]
    fact["charity_number"], fact["company_number"], fact["other_numbers"] = numbers.get(pk) or ("", "", [])
    contacts = reach.get(pk)
    for channel in CHANNELS:
        fact[channel], fact[f"{channel}_consent"] = contacts[channel] if contacts else ([], [])
    for field, labels in CHOICES.items():
        fact[field] = labels.get(fact[field], fact[field])
    for field, known in names.items():
        if held := fact[field]:
            fact[field] = [known.get(code, code) for code in held]
    if with_private:
        return tuple([fact[name] for name in NAMES])
    if not fact["is_address_public"]:
        fact["address"] = fact["postcode"] = ""
    return tuple([fact[name] for name in NAMES[:PUBLIC]])


CHANNELS = tuple(str(channel) for channel in Contact.Channel)


def _numbers(ids: list[int]) -> dict[int, tuple[str, str, list[str]]]:
    """Charity number, company number and the others of each organisation that has any."""
    held = defaultdict(list)
    found = Identifier.objects.filter(_among("organisation_id", ids)).order_by("scheme", "number")
    for pk, scheme, number in found.values_list("organisation", "scheme", "number"):
        held[pk].append((scheme, number))
    return {pk: _sorted_numbers(pairs) for pk, pairs in held.items()}


def _sorted_numbers(pairs: list[tuple[str, str]]) -> tuple[str, str, list[str]]:
    first: dict[str, str] = {}
    others = []
    for scheme, number in pairs:
        if scheme in (Identifier.Scheme.CHARITY, Identifier.Scheme.COMPANY) and scheme not in first:
            first[scheme] = number
        else:
            others.append(f"{scheme}-{number}")
    return first.get(Identifier.Scheme.CHARITY, ""), first.get(Identifier.Scheme.COMPANY, ""), others


def _contacts(ids: list[int], with_private: bool) -> dict[int, dict[str, tuple[list, list]]]:
    """Channel → addresses and their consents, of each organisation that has any the reader may know."""
    found = Contact.objects.filter(_among("organisation_id", ids)).order_by("pk")
    if not with_private:
        found = found.filter(consent=Contact.Consent.YES)
    reach: dict = {}
    for pk, channel, value, consent in found.values_list("organisation", "channel", "value", "consent"):
        addresses, consents = reach.setdefault(pk, {c: ([], []) for c in CHANNELS})[channel]
        addresses.append(value)
        consents.append(consent)
    return reach


def rows(chunks: Iterable[list[int]], *, with_private: bool) -> Iterator[list]:
    """`facts` as cells of a spreadsheet: lists in one cell, yes and no in words."""
    for row in facts(chunks, with_private=with_private):
        yield [SEPARATOR.join(c) if type(c) is list else YES_OR_NO[c] if type(c) is bool else c for c in row]


def header(*, with_private: bool) -> tuple[str, ...]:
    return HEADER if with_private else PUBLIC_HEADER


def json_lines(chunks: Iterable[list[int]], *, with_private: bool) -> Iterator[str]:
    """`facts` as one JSON document {"organisations": […]}, an organisation a line."""
    names = NAMES if with_private else NAMES[:PUBLIC]
    yield '{"organisations": ['
    between = "\n"
    part: list[str] = []
    for row in facts(chunks, with_private=with_private):
        fact = dict(zip(names, row, strict=True))
        part.append(json.dumps(fact, default=_plain, ensure_ascii=False))
        if len(part) == 100:
            yield between + ",\n".join(part)
            between, part = ",\n", []
    yield (between + ",\n".join(part) if part else "") + "\n]}\n"


def _plain(value):
    """Money and full-time equivalents as numbers, days as ISO writes them."""
    return value.isoformat() if hasattr(value, "isoformat") else float(value)


def json_response(filename: str, chunks: Iterable[list[int]], *, with_private: bool) -> StreamingHttpResponse:
    """A download named `filename`, read as it is sent."""
    lines = json_lines(chunks, with_private=with_private)
    response = StreamingHttpResponse(lines, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
