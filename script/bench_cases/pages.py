"""P1, P3, P4, P5, P7 and P9: pages of the portal as shares of the base site, and as the register grows."""

import os
import random
import sys
from contextlib import ExitStack

from . import boroughs
from .load import Ratio, ratio, served

GOALS = {"P1": 0.16, "P3": 0.20, "P4 right": 0.10, "P4 misspelt": 0.10, "P5 by 304": 0.8, "P5 anew": ""}
ROUNDS = 5
NAMES = 3000  # to be asked for, each once
LIST = "/organisations/"
PUBLIC = "/about/privacy/"


def run(rounds: int = ROUNDS) -> dict:
    """{"shares": {id: (time Ratio, CPU Ratio)}, "growth": {page: (time, CPU)}, "found": share, "queries": …}."""
    cookie = boroughs.base()
    small, large = boroughs.borough(boroughs.SMALL), boroughs.borough(boroughs.LARGE)
    boroughs.manage(small, "collectstatic", "--noinput", "-v0")
    facts = {name: _facts(name) for name in (small, large)}
    with ExitStack() as stack:
        base = stack.enter_context(
            served("script.bench_cases.base.wsgi", {"DATABASE_URL": boroughs.address("bench_base")})
        )
        base.headers = {"Cookie": cookie}
        sites = {}
        for name in (small, large):
            sites[name] = stack.enter_context(served("vcse_portal.wsgi", boroughs.environment(name)))
            sites[name].headers = {"Cookie": facts[name]["cookie"]}
        shares = _shares(base, sites[small], sites[large], facts[small], facts[large], rounds)
        growth = _growth(sites[small], sites[large], facts[small], facts[large], rounds)
    return {
        "shares": shares,
        "growth": growth,
        "found": facts[large]["found"],
        "queries": facts[large]["queries"],
    }


def _shares(base, small, large, few, many, rounds) -> dict[str, tuple[Ratio, Ratio]]:
    guest = small.visitor(PUBLIC)
    pages = {
        "P1": (small, [LIST], 200),
        "P3": (small, few["details"], 200),
        "P4 right": (large, many["right"], 200),  # each name is asked for once
        "P4 misspelt": (large, many["misspelt"], 200),
        "P5 by 304": (guest, [PUBLIC], 304),
        "P5 anew": (small, [PUBLIC], 200),  # for somebody who is signed in
    }
    seen: dict = {name: [] for name in pages}
    for _ in range(rounds + 1):  # the first round warms up
        for name, (site, paths, status) in pages.items():
            seen[name].append((base.burst(["/"]), site.burst(paths, status=status)))
    return {name: _both(pairs[1:]) for name, pairs in seen.items()}


def _both(pairs) -> tuple[Ratio, Ratio]:
    return ratio([(p.rate, b.rate) for b, p in pairs]), ratio([(b.cpu, p.cpu) for b, p in pairs])


def _growth(small, large, few, many, rounds) -> dict[str, tuple[Ratio, Ratio]]:
    """Time with 180,000 organisations as a multiple of that with 1,000."""
    pages = {
        "list": ([LIST], [LIST]),
        "two filters": ([LIST + "?theme=health&ward=E05990001"],) * 2,
        "new ones": (few["filters"],) * 2,  # each pair of filters is asked for once
        "last page": ([LIST + "?last=1"],) * 2,
        "detail": (few["details"], many["details"]),
        "common word": ([LIST + "?q=trust"],) * 2,
    }
    seen: dict = {name: [] for name in pages}
    for _ in range(rounds + 1):
        for name, (a, b) in pages.items():
            seen[name].append((small.burst(a), large.burst(b)))
    return {
        name: (
            ratio([(a.rate, b.rate) for a, b in pairs[1:]]),
            ratio([(b.cpu, a.cpu) for a, b in pairs[1:]]),
        )
        for name, pairs in seen.items()
    }


def _facts(name: str) -> dict:
    """What a run inside the portal knows of a database: cookie, addresses, queries a page, names found."""
    import json

    out = boroughs.manage(name, "shell", "-v0", "-c", "from script.bench_cases.pages import tell; tell()")
    return json.loads(out.strip().splitlines()[-1])


def tell() -> None:
    import json

    from organisations.models import Organisation
    from vcse_portal.borough import codes

    rng = random.Random(7)
    ids = list(Organisation.objects.order_by("pk").values_list("pk", flat=True)[:200])
    last = Organisation.objects.latest("pk").pk
    some = rng.sample(range(ids[0], last + 1), min(NAMES, last - ids[0]))
    names = list(Organisation.objects.filter(pk__in=some).values_list("name", flat=True))
    rng.shuffle(names)
    typos = [(name, misspell(name, rng)) for name in names]
    right = list(dict.fromkeys(f"{LIST}?q={'+'.join(n.split()[:2])}" for n in names))
    wrong = list(dict.fromkeys(f"{LIST}?q={'+'.join(t.split()[:2])}" for _, t in typos))
    filters = [f"{LIST}?theme={t}&ward={w}" for t in codes.names("theme") for w in codes.names("ward")]
    rng.shuffle(filters)
    print(
        json.dumps(
            {
                "cookie": boroughs.sign_in(),
                "details": [f"{LIST}{pk}/" for pk in rng.sample(ids, 50)],
                "right": right,
                "misspelt": wrong,
                "filters": filters,
                "found": share_found(typos[:300]),
                "queries": queries(ids[0]),
            }
        )
    )


def misspell(name: str, rng) -> str:
    """One slip in the first word: a letter doubled, left out, changed or swapped with the next."""
    first, *rest = name.split()
    at = rng.randrange(1, max(2, len(first) - 1))
    slip = rng.choice("dlcs")
    if slip == "d":
        first = first[:at] + first[at] + first[at:]
    elif slip == "l":
        first = first[:at] + first[at + 1 :]
    elif slip == "c":
        first = first[:at] + rng.choice("aeioulnrst") + first[at + 1 :]
    else:
        first = first[:at] + first[at + 1 : at + 2] + first[at] + first[at + 2 :]
    return " ".join([first, *rest])


def share_found(typos: list[tuple[str, str]]) -> float:
    """Share of misspelt names whose right name is among the first ten found."""
    from organisations.models import Organisation
    from vcse_portal.search.find import Ask, by_rank, understand
    from vcse_portal.search.models import Audience

    hits = 0
    for name, typed in typos:
        ask = Ask(audience=Audience.COUNCIL, kind="organisation", q=typed)
        page = by_rank(ask, understand(ask), size=10)
        hits += name in set(Organisation.objects.filter(pk__in=page.ids).values_list("name", flat=True))
    return hits / len(typos)


def queries(pk: int) -> dict[str, int]:
    """SQL statements of a warm page, sign-in included (P7)."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    name, _, value = boroughs.sign_in().partition("=")
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies[name] = value
    found = {}
    for page, path in {"list": LIST, "search": LIST + "?q=trust", "detail": f"{LIST}{pk}/"}.items():
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            if client.get(path).status_code != 200:
                sys.exit(f"{path} did not answer 200")
        found[page] = len(captured)
    return found


os.environ.setdefault("LOCAL_DIR", ".local")
