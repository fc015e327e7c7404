"""Who offers help to others, and the sector's figures as they were kept a year ago."""

import random
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from organisations import operations as organisations
from organisations.models import Organisation
from organisations.sector import operations
from organisations.sector.figures import count
from vcse_portal.borough import codes

OTHERS = 8  # organisations that offer one kind of help, beside the infrastructure bodies
SINCE = Decimal("0.94")  # of today's sector was there a year ago


def record(rng: random.Random, everyone: dict, now: datetime) -> None:
    _offer_support(rng, everyone["partnerships"])
    today = timezone.localdate(now)
    operations.keep_figures(operations.council_year(today) - 1, _a_year_ago(rng, count(today), today))


def _offer_support(rng: random.Random, officer) -> None:
    kinds = list(codes.names("support"))
    found = Organisation.objects.active().order_by("name_sort", "pk")
    bodies = list(found.filter(is_infrastructure=True))
    others = rng.sample(list(found.filter(is_infrastructure=False, band="medium")), OTHERS)
    for organisation in (*bodies, *others):
        offered = kinds[:5] if organisation.is_infrastructure else [rng.choice(kinds)]
        organisations.edit_organisation(
            organisation.pk, version=organisation.version, by=officer, support_offered=offered
        )


def _a_year_ago(rng: random.Random, figures: dict, today) -> dict:
    """Somewhat fewer organisations with somewhat less money, as they might have been."""
    past = deepcopy(figures) | {"as_at": (today - timedelta(days=361)).isoformat()}
    for table in ("band", "structure", "ward", "theme"):
        for cell in past[table].values():
            cell[0] = max(0, round(cell[0] * float(SINCE)) + rng.choice((-1, 0, 0, 1)))
            cell[1] = min(cell[0], cell[1])
            cell[2] = str(round(Decimal(cell[2]) * SINCE))
    past["total"] = sum(cell[0] for cell in past["band"].values())
    past["known_income"] = past["total"] - past["band"].get("", [0])[0]
    past["income"] = str(round(Decimal(past["income"]) * SINCE))
    return past
