"""Imports run one way: kits ← organisations ← actions ← {compact, commissioning, assets} ← roof.

Within organisations/ too: record ← duplicates, events ← upkeep, forums ← conversations ← sector.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOWEST = {"borough", "ui", "history"}
KITS = LOWEST | {"accounts", "search", "mail", "pdf", "imports", "discussion"}
ROOF = {"home", "demo", "urls", "settings"}
LEVEL = {
    **{f"vcse_portal.{kit}": 0 for kit in KITS},
    "vcse_portal.logs": 0,
    "vcse_portal.celery": 0,
    "vcse_portal.prepared": 0,
    "organisations": 1,
    "organisations.duplicates": 1.1,
    "organisations.events": 1.1,
    "organisations.upkeep": 1.2,
    "organisations.forums": 1.2,
    "organisations.conversations": 1.3,
    "organisations.sector": 1.4,
    "actions": 2,
    "compact": 3,
    "commissioning": 3,
    "assets": 3,
    **{f"vcse_portal.{part}": 4 for part in ROOF},
}
SIBLINGS = {"compact", "commissioning", "assets"}
# what the lowest kits may import of other kits
LOWEST_MAY = {
    "borough": {"history", "ui", "accounts", "imports"},  # pages: who may open them, and uploads of lists
    "ui": set(),
    "history": {"ui"},
}


def room_of(module: str) -> str:
    parts = module.split(".")
    two = ".".join(parts[:2])
    return two if two in LEVEL or (parts[0] == "vcse_portal" and len(parts) > 1) else parts[0]


def imports_of(path: Path, module: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
                base = package[: len(package) - node.level + 1]
                source = ".".join(base + ([node.module] if node.module else []))
            found |= {source, *(f"{source}.{alias.name}" for alias in node.names)}
    return found


def modules():
    for top in ("vcse_portal", "organisations", "actions", "compact", "commissioning", "assets"):
        for path in (ROOT / top).rglob("*.py"):
            if "migrations" not in path.parts:
                relative = path.relative_to(ROOT).with_suffix("")
                parts = relative.parts[:-1] if relative.name == "__init__" else relative.parts
                yield path, ".".join(parts)


def arrows() -> set[tuple[str, str]]:
    """(from room, to room) for every import between rooms of ours."""
    found = set()
    for path, module in modules():
        here = room_of(module)
        for name in imports_of(path, module):
            there = room_of(name)
            if there in LEVEL and here in LEVEL and there != here:
                found.add((here, there))
    return found


def wrong(pairs) -> set[tuple[str, str]]:
    return {
        (here, there)
        for here, there in pairs
        if LEVEL[there] > LEVEL[here] or (here in SIBLINGS and there in SIBLINGS)
    }


def test_no_arrow_runs_back():
    assert wrong(arrows()) == set()


def test_an_arrow_that_runs_back_would_be_seen():
    pairs = {
        ("organisations", "commissioning"),
        ("organisations", "organisations.forums"),
        ("compact", "assets"),
        ("vcse_portal.mail", "organisations"),
    }
    assert wrong(pairs) == pairs


@pytest.mark.parametrize("kit", sorted(LOWEST))
def test_the_lowest_kits_stand_alone(kit):
    used = {
        there.removeprefix("vcse_portal.") for here, there in arrows() if here == f"vcse_portal.{kit}"
    } & KITS
    assert used - LOWEST_MAY[kit] == set()


def test_nobody_imports_anothers_views():
    borrowed = {
        (module, name)
        for path, module in modules()
        for name in imports_of(path, module)
        if ".views" in name and room_of(name) in LEVEL and room_of(name) != room_of(module)
    }
    assert borrowed == set()
