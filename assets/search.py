"""How land and buildings are found: by name, street, town, postcode, code and UPRN."""

import re

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vcse_portal.search.models import Audience
from vcse_portal.search.registry import Document, source

from .models import Asset, HoldingType

FACETS = ("ward", "holding", "tenure", "status")
FIELDS = (
    "pk", "name", "asset_code", "uprn", "street_number", "street", "town", "postcode", "other_detail",
    "ward__code", "ward__name", "holding_type", "tenure_detail", "status", "is_published",
)  # fmt: skip


@source("asset", label=_("Land and buildings"))
def documents(ids: list[int] | None):
    """Every asset, for the audience that may see it. One query a batch."""
    found = Asset.objects.order_by("pk")
    if ids is not None:
        found = found.filter(pk__in=ids)
    page = reverse("assets:asset", args=[0])
    for row in found.values(*FIELDS).iterator(chunk_size=2000):
        street = f"{row['street_number']} {row['street']}".strip()
        place = ", ".join(part for part in (street, row["town"], row["postcode"]) if part)
        kind = str(HoldingType(row["holding_type"]).label)
        yield Document(
            object_id=row["pk"],
            title=row["name"],
            url=page.replace("/0/", f"/{row['pk']}/"),
            summary=f"{kind}. {place}" if place else kind,
            numbers=(*_forms(row["asset_code"]), *([row["uprn"]] if row["uprn"] else [])),
            postcode=row["postcode"],
            body=" ".join([street, row["town"], row["ward__name"] or "", row["other_detail"]]),
            facets=(
                f"ward:{row['ward__code'] or 'unknown'}",
                f"holding:{row['holding_type']}",
                f"tenure:{row['tenure_detail'] or 'unknown'}",
                f"status:{row['status']}",
            ),
            audience=Audience.EVERYONE if row["is_published"] else Audience.COUNCIL,
        )


def _forms(code: str) -> list[str]:
    """ "TMBC0002/B0000066" is found whole and by either half."""
    parts = re.findall(r"\w+", code)
    return [code, *parts] if len(parts) > 1 else [code]
