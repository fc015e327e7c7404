"""The register as Open Referral UK (HSDS 3.0, UK profile): what is published of each organisation, and no more.

We hold organisations and the lists by which they are classified. We hold no services, so those lists are empty.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.urls import reverse

from vcse_portal.borough import codes
from vcse_portal.borough.models import Community, Support, Theme

from ..models import Contact, Identifier, Link, Organisation

PROFILE = "https://docs.openreferraluk.org/en/latest/"
VERSION = "HSDS-UK-3.0"
SPACE = uuid5(NAMESPACE_URL, "vcse-portal:open-referral-uk")
NO_DESCRIPTION = "The organisation has not described itself yet."
TAXONOMIES = {
    "theme": (Theme, "Activity themes", "What organisations do.", "themes"),
    "community": (Community, "Communities", "Whom organisations serve.", "communities"),
    "support": (Support, "Kinds of support", "Help that organisations offer to others.", "support_offered"),
}
ONE_TO_ONE = ("pk", "key", "name", "summary", "website")
WHOLE = (*ONE_TO_ONE, *(field for _m, _n, _a, field in TAXONOMIES.values()))


def published():
    """What may be told of: the organisations of the public directory."""
    return Organisation.objects.published().filter(status__in=["active", "dormant"])


def listed(found) -> list[dict]:
    """Organisations with the facts they have one of: three queries."""
    rows = list(found.values(*ONE_TO_ONE))
    ids = [row["pk"] for row in rows]
    emails, parents = _emails(ids), _parents(ids)
    return [_one_to_one(row, emails, parents) for row in rows]


def whole(found) -> list[dict]:
    """Organisations with their numbers and classifications too: four queries."""
    rows = list(found.values(*WHOLE))
    ids = [row["pk"] for row in rows]
    emails, parents, numbers = _emails(ids), _parents(ids), _numbers(ids)
    return [
        _one_to_one(row, emails, parents)
        | {"organization_identifiers": numbers.get(row["pk"], []), "attributes": _attributes(row)}
        for row in rows
    ]


def package_lines(chunks: Iterable[list[int]]) -> Iterator[str]:
    """All organisations whole, as one JSON array, an organisation a line."""
    between = "[\n"
    for ids in chunks:
        for one in whole(published().filter(pk__in=ids).order_by("name_sort", "pk")):
            yield between + json.dumps(one, ensure_ascii=False)
            between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _one_to_one(row: dict, emails: dict, parents: dict) -> dict:
    facts = {
        "id": str(row["key"]),
        "name": row["name"],
        "description": row["summary"] or NO_DESCRIPTION,
        "email": emails.get(row["pk"]),
        "website": row["website"],
        "uri": settings.BASE_URL + PAGE.format(row["pk"]),
        "parent_organization_id": parents.get(row["pk"]),
    }
    return {name: value for name, value in facts.items() if value}


PAGE = "/organisations/{}/"  # as `get_absolute_url` says it; asked for many thousand times


def _emails(ids: list[int]) -> dict[int, str]:
    """The first email address each organisation consented to have published."""
    found = Contact.objects.filter(
        organisation__in=ids, channel=Contact.Channel.EMAIL, consent=Contact.Consent.YES
    )
    return dict(found.order_by("-pk").values_list("organisation", "value"))


def _parents(ids: list[int]) -> dict[int, str]:
    """The national body of a branch, where that is published too."""
    ties = Link.objects.current().filter(kind=Link.Kind.BRANCH, from_organisation__in=ids)
    ties = ties.filter(to_organisation__in=published())
    return {pk: str(key) for pk, key in ties.values_list("from_organisation", "to_organisation__key")}


def _numbers(ids: list[int]) -> dict[int, list[dict]]:
    labels = dict(Identifier.Scheme.choices)
    held = defaultdict(list)
    found = Identifier.objects.filter(organisation__in=ids).order_by("scheme", "number")
    for pk, key, scheme, number in found.values_list("organisation", "organisation__key", "scheme", "number"):
        held[pk].append(
            {
                "id": str(uuid5(key, f"{scheme}-{number}")),
                "identifier_scheme": scheme,
                "identifier_type": str(labels.get(scheme, scheme)),
                "identifier": number,
            }
        )
    return held


def _attributes(row: dict) -> list[dict]:
    return [
        {
            "id": str(uuid5(row["key"], f"{kind}:{code}")),
            "link_id": str(row["key"]),
            "taxonomy_term_id": str(term_id(kind, code)),
            "link_type": kind,
            "taxonomy_term": _term(kind, code, name),
        }
        for kind, (_model, _name, _about, field) in TAXONOMIES.items()
        for code in row[field]
        if (name := codes.names(kind).get(code))
    ]


# Taxonomies -------------------------------------------------------------------------------------------


def taxonomies() -> list[dict]:
    return [
        {"id": str(taxonomy_id(kind)), "name": name, "description": about}
        for kind, (_model, name, about, _field) in TAXONOMIES.items()
    ]


def taxonomy_terms() -> list[dict]:
    return [_term(kind, code, name) for kind in TAXONOMIES for code, name in codes.names(kind).items()]


def taxonomy_id(kind: str) -> UUID:
    return uuid5(SPACE, kind)


def term_id(kind: str, code: str) -> UUID:
    return uuid5(SPACE, f"{kind}:{code}")


def _term(kind: str, code: str, name: str) -> dict:
    _model, taxonomy, _about, _field = TAXONOMIES[kind]
    return {
        "id": str(term_id(kind, code)),
        "name": name,
        "description": name,
        "taxonomy": taxonomy,
        "taxonomy_id": str(taxonomy_id(kind)),
        "term": code,
    }


def api_address(name: str) -> str:
    return settings.BASE_URL + reverse(f"sector:{name}")
