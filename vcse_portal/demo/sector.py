"""About 650 invented organisations with the income shape of a real borough: 91% under £500,000."""

import random
from datetime import date
from decimal import Decimal

from django.db import transaction

from organisations import bulk
from organisations.models import Identifier, Organisation
from vcse_portal import history
from vcse_portal.borough.models import Ward
from vcse_portal.search.registry import rebuild_words

from .content import read

NUMBER = 650
SHARE_LARGE = 0.09  # of organisations have £500,000 a year or more
LARGE = Decimal(500_000)
LANGUAGES = ("Gujarati", "Somali", "Polish", "Tamil", "Romanian", "Arabic", "Hindi")


def make(rng: random.Random, today: date) -> None:
    """The ten organisations people sign in for, and the rest of the sector."""
    content = read("sector")
    wards = list(Ward.objects.current().defer("boundary"))
    facts = [_known(row, rng, wards, today) for row in content["known"]]
    large = round(NUMBER * SHARE_LARGE)
    names = _names(rng, content, wards)
    for i in range(NUMBER - len(facts)):
        facts.append(_ordinary(rng, next(names), i < large, i, wards, today))
    with history.deed("added", by=None), transaction.atomic():
        bulk.add_many(facts, source="Demo borough")
    rebuild_words()


def _known(row, rng, wards, today) -> bulk.Facts:
    name, structure, income, themes, summary, flags = row
    return bulk.Facts(
        {
            "name": name,
            "legal_structure": structure,
            "income": None if income is None else Decimal(income),
            "income_year_end": None if income is None else date(today.year - 1, 3, 31),
            "income_source": "" if income is None else "Annual accounts",
            "themes": themes,
            "summary": summary,
            "ward_id": rng.choice(wards).pk,
            "is_address_public": True,
            "address": f"{rng.randint(1, 90)} {rng.choice(wards).name} Road, Alderbrook",
            **dict.fromkeys(flags, True),
        },
        [(Identifier.Scheme.CHARITY.value, str(1_950_000 + rng.randrange(900)))]
        if structure == "cio"
        else [],
    )


def _names(rng, content, wards):
    """Every pair of a place and a kind once, in a shuffled order; several of the larger kinds first."""
    taken = {row[0] for row in content["known"]}
    places = [w.name for w in wards]
    kinds = content["kinds"]
    big = [k for k in kinds if k[0] in content["large"]]
    first = [(place, kind) for kind in big for place in places]
    rest = [(p, k) for k in kinds if k not in big for p in places if f"{p} {k[0]}" not in taken]
    rng.shuffle(first)
    rng.shuffle(rest)
    return iter(first[: round(NUMBER * SHARE_LARGE)] + rest)


def _ordinary(rng, pair, is_large, i, wards, today) -> bulk.Facts:
    place, (kind, themes, communities, structure, typical) = pair
    home = next(w for w in wards if w.name == place)
    income = _income(rng, typical, is_large)
    numbered = structure in {"cio", "clg", "trust"} and rng.random() < 0.9
    return bulk.Facts(
        {
            "name": f"{place} {kind}",
            "summary": f"A {kind.lower()} for people in and around {place}.",
            "legal_structure": structure,
            "themes": themes,
            "communities": communities,
            "languages": sorted(rng.sample(LANGUAGES, rng.choice((0, 0, 0, 1, 2)))),
            "wards_worked": sorted(
                {home.code, *(w.code for w in rng.sample(wards, rng.choice((0, 0, 1, 3))))}
            ),
            "ward_id": home.pk,
            "income": income,
            "income_year_end": date(today.year - 1, 3, 31) if income is not None else None,
            "income_source": "Annual accounts" if income is not None else "",
            "volunteers": rng.randint(4, 40),
            "staff_fte": Decimal(round(income / 42_000, 1)) if income and income > 40_000 else None,
            "is_faith_group": "faith" in themes,
            "is_equalities_led": "equality" in themes,
        },
        [(Identifier.Scheme.CHARITY.value, str(1_951_000 + i))] if numbered else [],
    )


def _income(rng, typical: int, is_large: bool) -> Decimal | None:
    if is_large:
        return Decimal(round(rng.lognormvariate(0, 0.5) * max(typical, 900_000) + 500_000, -3))
    if rng.random() < 0.06:
        return None
    return min(Decimal(round(rng.lognormvariate(0, 0.6) * min(typical, 120_000), -2)), LARGE - 1000)


def share_under(limit: Decimal) -> float:
    """Share of organisations with a known income that is under `limit` pounds a year."""
    known = Organisation.objects.exclude(income=None)
    return known.filter(income__lt=limit).count() / known.count()
