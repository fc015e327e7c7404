"""What the register offers to search."""

import math
from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vcse_portal.search.models import Audience
from vcse_portal.search.registry import Document, source

from .models import Identifier, Organisation

FACETS = ("theme", "ward", "band")
FIELDS = [
    "pk",
    "name",
    "known_as",
    "summary",
    "postcode",
    "is_address_public",
    "themes",
    "wards_worked",
    "ward__code",
    "band",
    "income",
    "is_published",
    "status",
]


@source("organisation", label=_("Organisations"))
def documents(ids: list[int] | None):
    """Active and dormant organisations; closed and merged ones are not offered. Two queries a batch."""
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
    page = reverse("organisations:organisation", args=[0])
    for r in rows:
        wards = {*r["wards_worked"], r["ward__code"]} - {None}
        yield Document(
            object_id=r["pk"],
            title=r["name"],
            also=r["known_as"],
            url=page.replace("/0/", f"/{r['pk']}/"),
            summary=r["summary"][:300],
            body=r["summary"],
            numbers=tuple(numbers[r["pk"]]),
            postcode=r["postcode"],
            is_postcode_private=not r["is_address_public"],
            facets=(
                *(f"theme:{t}" for t in r["themes"]),
                *(f"ward:{w}" for w in wards),
                f"band:{r['band'] or 'unknown'}",
            ),
            audience=Audience.EVERYONE if r["is_published"] else Audience.COUNCIL,
            weight=math.log10(float(r["income"] or 0) + 10) / 100,
        )
