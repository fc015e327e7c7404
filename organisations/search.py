"""What the register offers to search."""

import math
from collections import defaultdict
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal.search.models import Audience
from vcse_portal.search.registry import Document, source

from .models import Identifier, Organisation

FACETS = ("theme", "ward", "community", "structure", "band", "support")
UNKNOWN = "unknown"  # what a facet calls an empty choice
CONFIRMED_FOR = timedelta(days=395)  # a year, and time to answer
SINKS = 0.05  # how far an unconfirmed record sinks among equal matches
FIELDS = [
    "pk",
    "name",
    "known_as",
    "summary",
    "postcode",
    "is_address_public",
    "themes",
    "communities",
    "wards_worked",
    "ward__code",
    "legal_structure",
    "band",
    "support_offered",
    "confirmed_on",
    "income",
    "is_published",
    "status",
]


@source("organisation", label=_("Organisations"))
def documents(ids: list[int] | None):
    """Active and dormant organisations; closed and merged ones are not offered. Three queries a batch."""
    found = Organisation.objects.filter(status__in=["active", "dormant"])
    if ids is not None:
        yield from _documents(list(found.filter(pk__in=ids).values(*FIELDS)))
        return
    batch = []
    for row in found.values(*FIELDS).iterator(chunk_size=2000):
        batch.append(row)
        if len(batch) == 2000:
            yield from _documents(batch)
            batch = []
    yield from _documents(batch)


def _documents(rows: list[dict]):
    numbers = defaultdict(list)
    for organisation, number in Identifier.objects.filter(
        organisation__in=[r["pk"] for r in rows]
    ).values_list("organisation", "number"):
        numbers[organisation].append(number)
    former = _former_names(rows)
    page, today = reverse("organisations:organisation", args=[0]), timezone.localdate()
    for r in rows:
        wards = {*r["wards_worked"], r["ward__code"]} - {None}
        yield Document(
            object_id=r["pk"],
            title=r["name"],
            also=" ".join([r["known_as"], *former[r["pk"]]]),
            url=page.replace("/0/", f"/{r['pk']}/"),
            summary=r["summary"][:300],
            body=r["summary"],
            numbers=tuple(numbers[r["pk"]]),
            postcode=r["postcode"],
            is_postcode_private=not r["is_address_public"],
            facets=(
                *(f"theme:{t}" for t in r["themes"]),
                *(f"ward:{w}" for w in wards),
                *(f"community:{c}" for c in r["communities"]),
                f"structure:{r['legal_structure'] or UNKNOWN}",
                f"band:{r['band'] or UNKNOWN}",
                *(f"support:{s}" for s in r["support_offered"]),
            ),
            audience=Audience.EVERYONE if r["is_published"] else Audience.COUNCIL,
            weight=math.log10(float(r["income"] or 0) + 10) / 100
            - (SINKS if is_unconfirmed(r["confirmed_on"], today) else 0),
        )


def _former_names(rows: list[dict]) -> dict[int, list[str]]:
    """What the records merged into these were called; an unpublished one's name leads nobody to a published one."""
    names = defaultdict(list)
    published = {r["pk"] for r in rows if r["is_published"]}
    merged = Organisation.objects.filter(merged_into__in=[r["pk"] for r in rows])
    for into, was_published, *called in merged.values_list("merged_into", "is_published", "name", "known_as"):
        if was_published or into not in published:
            names[into] += called
    return names


def is_unconfirmed(confirmed_on: date | None, today: date) -> bool:
    """Whether nobody has said lately that the record is still right."""
    return confirmed_on is None or confirmed_on < today - CONFIRMED_FOR
