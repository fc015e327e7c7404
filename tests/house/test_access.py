"""F17: who gets which answer at every address of the portal, compared with the reviewed table `access.txt`.

The addresses come from the URLconf, the objects in their states and the people from `scene`. GET and an empty
POST are tried by everybody. HEAD, PUT and DELETE are tried by one person for each different answer to GET: HEAD
must answer the same, and the other two never do anything.
"""

import os
import re
import runpy
from collections import defaultdict
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

import vcse_portal
from organisations.views import record as pages_of_organisations
from vcse_portal.home import errors
from vcse_portal.home import views as pages_of_home

from .scene import NEEDS, PEOPLE, Scene, named_patterns, takes_arguments

TABLE = Path(__file__).with_name("access.txt")
ROOMS = [
    "accounts",
    "actions",
    "assets",
    "borough",
    "commissioning",
    "compact",
    "conversations",
    "discussion",
    "duplicates",
    "events",
    "forums",
    "home",
    "imports",
    "mail",
    "organisations",
    "search",
    "sector",
    "sign-in",
    "upkeep",
]
UPDATES = os.environ.get("UPDATE_ACCESS_TABLE") == "1"
HOW = "Run `UPDATE_ACCESS_TABLE=1 script/test tests/house/test_access.py` and REVIEW every changed line of access.txt."
HEADER = """\
Who gets which answer at which address: the reviewed table of test_access.py.
in = asked to sign in; again = asked for the password or second factor once more; 404 = may not know that it
exists; 403 = may not do this; an empty POST that is let in gives 200 (the form again) or 302 (a deed of one button).
"""
pytestmark = pytest.mark.django_db
COUNTED = re.compile(
    "^/(accounts|mail)/(?!outbox|people|invitation)"
)  # tries are counted there, in the cache
CELL, NAME = 6, 42  # characters


def _room(name: str) -> str:
    return name.split(":")[0] if ":" in name else "sign-in"


@pytest.fixture(autouse=True)
def plain_refusals(monkeypatch):
    """Two thirds of all answers are refusals: their pages are looked at in test_errors, here only counted."""
    for kind, status in (("permission_denied", 403), ("not_found", 404)):
        monkeypatch.setattr(
            errors, kind, lambda request, exception, status=status: HttpResponse(status=status)
        )


def word(scene: Scene, person: str, method: str, address: str) -> str:
    with transaction.atomic():
        client = scene.client(person, raise_request_exception=False)
        response = getattr(client, method.lower())(address)
        b"".join(response)  # a download is made while it is read
        transaction.set_rollback(True)
    if COUNTED.search(address):
        cache.delete_pattern("*")
    if response.status_code != 302:
        return str(response.status_code)
    where = response["Location"].split("?")[0]
    if where == reverse("account_login"):
        return "in"
    return "again" if "reauthenticate" in where else "302"


def answers(scene: Scene, room: str, only: str = "") -> dict[tuple[str, str, str], list[str]]:
    """(URL name, state, method) → the answer each of PEOPLE gets."""
    return {
        (name, state, method): [word(scene, person, method, address) for person in PEOPLE]
        for name, states in sorted(scene.addresses().items())
        if _room(name) == room and only in name
        for state, address in states.items()
        for method in ("GET", "POST")
    }


# The table ---------------------------------------------------------------------------------------------
def written(found: dict[tuple[str, str, str], list[str]]) -> list[str]:
    """A line for each different row of answers an address gives: answers, methods, URL name, states."""
    lines = defaultdict(dict)
    for (name, state, method), cells in found.items():
        row = "".join(f"{cell:{CELL}}" for cell in cells)
        lines[name].setdefault(row, {}).setdefault(state, []).append(method)
    found = []
    for name, rows in lines.items():
        for row, methods_of in rows.items():
            states_of = defaultdict(list)
            for state, methods in methods_of.items():
                states_of["/".join(methods)].append(state)
            found += [_line(row, methods, name, states) for methods, states in states_of.items()]
    return found


def _line(row: str, methods: str, name: str, states: list[str]) -> str:
    return f"{row}{methods:9} {name:{NAME}} {'; '.join(states)}".rstrip()


def read(line: str) -> tuple[str, list[str], list[str], list[str]]:
    """(URL name, states, methods, answers) of a line."""
    cells, rest = line[: CELL * len(PEOPLE)].split(), line[CELL * len(PEOPLE) :].split(maxsplit=2)
    return rest[1], rest[2].split("; ") if rest[2:] else [""], rest[0].split("/"), cells


def sections() -> dict[str, list[str]]:
    """Room → its lines."""
    found, room = defaultdict(list), ""
    for line in TABLE.read_text().splitlines() if TABLE.exists() else ():
        if line.startswith("## "):
            room = line[3:]
        elif line and room and not line.startswith(PEOPLE[0][:4]):
            found[room].append(line)
    return found


def update(room: str, lines: list[str]) -> None:
    with TABLE.open("a") as lock:  # the other half of the tests writes too
        flock(lock, LOCK_EX)
        found = {**sections(), room: lines}
        people = "".join(f"{p[:4]:{CELL}}" for p in PEOPLE).rstrip()
        parts = [f"## {name}\n{people}\n" + "\n".join(found[name]) for name in ROOMS if found.get(name)]
        TABLE.write_text(HEADER + "\n" + "\n\n".join(parts) + "\n")


def new_lines(room: str, found) -> list[str]:
    """What is so now and does not stand in the table."""
    return [line for line in written(found) if line not in sections()[room]]


def lost_lines(room: str, found) -> list[str]:
    """What stands in the table and is no longer so."""
    return [line for line in sections()[room] if line not in written(found)]


# Tests -------------------------------------------------------------------------------------------------
def test_f17_every_address_has_its_room_and_its_objects():
    unknown = [name for name, patterns in named_patterns() if takes_arguments(patterns) and name not in NEEDS]
    assert unknown == [], f"Say in NEEDS of tests/house/scene.py which object each of these is about. {HOW}"
    assert {_room(name) for name, _ in named_patterns()} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_f17_everyone_gets_the_reviewed_answer(room, scene):
    found = answers(scene, room)
    if UPDATES:
        update(room, written(found))
    assert (new_lines(room, found), lost_lines(room, found)) == ([], []), HOW
    assert [key for key, cells in found.items() if "500" in cells] == []


@pytest.mark.parametrize("room", ROOMS)
def test_f17_head_answers_as_get_does_and_other_methods_do_nothing(room, scene):
    addresses, tried = scene.addresses(), set()
    for name, states, methods, cells in map(read, sections()[room]):
        for cell, person in dict(zip(cells, PEOPLE, strict=True)).items():
            if "GET" not in methods or (name, cell) in tried:
                continue
            tried.add((name, cell))
            address = addresses[name][states[0]]
            assert word(scene, person, "HEAD", address) == cell, f"HEAD {address} as {person}"
            for unsafe in ("PUT", "DELETE"):
                answer = word(scene, person, unsafe, address)
                assert answer == "405", f"{unsafe} {address} as {person} answered {answer}"


def test_f17_table_holds_no_address_that_is_gone(scene):
    names = {read(line)[0] for lines in sections().values() for line in lines}
    assert names == set(scene.addresses()), HOW


def test_f17_control_a_closed_page_that_opens_is_seen(scene, monkeypatch):
    monkeypatch.setattr(pages_of_organisations, "can_add_organisation", lambda user: True)
    changed = new_lines("organisations", answers(scene, "organisations", "organisation_"))
    assert {read(line)[0] for line in changed} >= {"organisations:organisation_add"}


def test_f17_control_a_page_marked_public_is_seen(scene, monkeypatch):
    monkeypatch.setattr(pages_of_home.what_needs_me, "login_required", False, raising=False)
    changed = new_lines("home", answers(scene, "home"))
    assert {read(line)[0] for line in changed} == {"home:what_needs_me"}


def test_f17_nobody_but_technical_support_opens_the_admin(scene):
    answered = {person: word(scene, person, "GET", reverse("admin:index")) for person in PEOPLE}
    assert "200" not in answered.values()
    user = scene.people["administrator"]
    type(user).objects.filter(pk=user.pk).update(is_superuser=True)
    assert word(scene, "administrator", "GET", reverse("admin:index")) == "200"


@pytest.mark.parametrize(("debug", "expected"), [(False, set()), (True, {"styleguide/", "mailbox/"})])
def test_f17_pages_of_development_are_there_in_development_only(debug, expected, settings):
    settings.DEBUG = debug
    patterns = runpy.run_path(Path(vcse_portal.__file__).with_name("urls.py"))["urlpatterns"]
    assert {str(one.pattern) for one in patterns} & {"styleguide/", "mailbox/"} == expected
