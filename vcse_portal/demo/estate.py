"""The invented council's buildings and land: a few in every ward."""

import random

from assets import operations
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Ward

from .content import read

EACH = 3  # assets a ward


def record(rng: random.Random, people: dict[str, User]) -> None:
    content, officer, number = read("assets"), people["property"], 0
    for ward in Ward.objects.current().defer("boundary").order_by("name"):
        for kind, holding, tenure, use, size in rng.sample(content["kinds"], EACH):
            number += 1
            operations.add_asset(
                by=officer,
                asset_code=f"ALD/{number:04d}",
                name=f"{ward.name} {kind}",
                street_number=str(rng.randint(1, 120)),
                street=rng.choice(content["roads"]),
                town="Alderbrook",
                ward=ward,
                tenure_type="freehold",
                tenure_detail=tenure,
                other_detail=use,
                holding_type=holding,
                building_size=size and size + rng.randint(-80, 80),
                energy_rating=rng.choice("BCDE") if size else "",
                owner_name="Alderbrook Council",
            )
