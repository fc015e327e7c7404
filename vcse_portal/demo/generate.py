"""Synthetic organisations in any number, for benchmarks and load tests: the same for the same seed."""

import random
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction

from organisations import bulk
from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.borough.models import Community, Theme, Ward
from vcse_portal.search import registry as search

CHUNK = 2000
KINDS = (
    "Trust",
    "Association",
    "Community Centre",
    "Foundation",
    "Society",
    "Club",
    "Project",
    "Fellowship",
    "Network",
    "Partnership",
    "Playgroup",
    "Residents Association",
    "Allotment Society",
    "Youth Club",
    "Food Bank",
    "Carers Group",
    "Choir",
    "Scout Group",
    "Church",
    "Mosque",
    "Temple",
    "Parent Teacher Association",
    "Lunch Club",
    "Advice Centre",
)
STARTS = [
    "al",
    "am",
    "ar",
    "ash",
    "bar",
    "bel",
    "ben",
    "bir",
    "bram",
    "bur",
    "cal",
    "cam",
    "car",
    "chel",
    "cor",
    "dal",
    "den",
    "dun",
    "el",
    "fen",
    "gar",
    "glen",
    "had",
    "ham",
    "har",
    "hol",
]
MIDDLES = [
    "a",
    "be",
    "ca",
    "den",
    "der",
    "e",
    "fer",
    "gen",
    "i",
    "ken",
    "la",
    "ler",
    "man",
    "mer",
    "nor",
    "o",
    "per",
    "ra",
    "ren",
    "ser",
    "ten",
    "ter",
    "ver",
    "wen",
]
ENDS = [
    "bourne",
    "bridge",
    "bury",
    "by",
    "combe",
    "dale",
    "den",
    "don",
    "field",
    "ford",
    "gate",
    "ham",
    "hill",
    "hurst",
    "ley",
    "mere",
    "mouth",
    "ness",
    "port",
    "stead",
    "ton",
    "wick",
    "worth",
]
# share of organisations, lowest and highest yearly income in pounds: most of the sector is small
INCOMES = (
    (0.46, 200, 10_000),
    (0.30, 10_000, 100_000),
    (0.19, 100_000, 1_000_000),
    (0.05, 1_000_000, 20_000_000),
)


def generate(number: int, *, seed: int = 1) -> int:
    """Put `number` made-up organisations on the register in chunks; returns how many were added."""
    rng = random.Random(seed)  # noqa: S311 - not a secret, a reproducible sample
    themes = list(Theme.objects.current().values_list("code", flat=True))
    communities = list(Community.objects.current().values_list("code", flat=True))
    wards = list(Ward.objects.current().values_list("pk", flat=True))
    names = _names(rng)
    first = Organisation.objects.count()
    for start in range(0, number, CHUNK):
        size = min(CHUNK, number - start)
        facts = [_facts(rng, next(names), first + start + i, themes, communities, wards) for i in range(size)]
        with history.deed("generated", by=None), transaction.atomic():
            bulk.add_many(facts, source="Generated")
    search.rebuild_words()
    return number


def _names(rng: random.Random) -> Iterator[str]:
    while True:
        place = rng.choice(STARTS) + rng.choice(["", rng.choice(MIDDLES)]) + rng.choice(ENDS)
        second = rng.choice(["", "", f" {rng.choice(STARTS)}{rng.choice(ENDS)}".title()])
        yield f"{place.title()}{second} {rng.choice(KINDS)}"


def _facts(rng, name, number, themes, communities, wards) -> bulk.Facts:
    income = _income(rng)
    fields = {
        "name": name,
        "summary": f"{name} brings people together and helps those who need it.",
        "themes": sorted(rng.sample(themes, min(len(themes), rng.randint(1, 3)))),
        "communities": sorted(rng.sample(communities, min(len(communities), rng.randint(0, 2)))),
        "ward_id": rng.choice(wards) if wards else None,
        "income": income,
        "income_source": "Generated" if income is not None else "",
    }
    return bulk.Facts(fields, [("GB-CHC", str(2_000_000 + number))])


def _income(rng) -> Decimal | None:
    draw = rng.random()
    for share, low, high in INCOMES:
        if draw < share:
            return Decimal(round(low * (high / low) ** rng.random()))
        draw -= share
    return None
