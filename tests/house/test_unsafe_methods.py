"""F19: nothing is done without the page's own token, and reading never changes a row.

Every POST address refuses a form without a token, with a foreign one, and one sent from another site. Then each
person follows every link they are shown, from the front page on, and every address is read by somebody who may:
no link is dead, and all tables hold afterwards what they held before.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import _get_new_csrf_string
from django.urls import path, reverse

from commissioning import views as pages_of_commissioning
from vcse_portal.accounts.access import public
from vcse_portal.borough.models import Theme
from vcse_portal.urls import handler400, handler403, handler404, handler500  # noqa: F401
from vcse_portal.urls import urlpatterns as portal

from .scene import PEOPLE, Scene
from .test_access import read, sections

pytestmark = pytest.mark.django_db

# RFC 8058: a mail program posts there, without cookies, when the reader presses its “unsubscribe”
WITHOUT_TOKEN = {"mail:leave"}
# where a signed-in person is known by, and when they were last there
OF_VISITS = {"django_session", "usersessions_usersession", "accounts_usersession"}
HOSTILE_ORIGIN = "https://evil.example"


@public
def write_on_get(request):
    Theme.objects.create(code="sneaky", name="Sneaky")
    return HttpResponse("done")


urlpatterns = [path("sneaky/", write_on_get), *portal]


# Tokens ------------------------------------------------------------------------------------------------
def let_in(scene: Scene, **sent) -> set[str]:
    """URL names whose POST was not refused for its token."""
    found = set()
    for name, states in scene.addresses().items():
        client = scene.client("partnerships", enforce_csrf_checks=True)
        client.cookies[settings.CSRF_COOKIE_NAME] = sent.get("cookie", _get_new_csrf_string())
        form = {"csrfmiddlewaretoken": sent["token"]} if "token" in sent else {}
        response = client.post(next(iter(states.values())), form, headers=sent.get("headers", {}))
        if "403_csrf.html" not in [template.name for template in response.templates]:
            found.add(name)
    return found


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"token": _get_new_csrf_string()},
        {"token": "nonsense"},
        {"token": "a" * 32, "cookie": "a" * 32, "headers": {"origin": HOSTILE_ORIGIN}},
    ],
    ids=["none", "foreign", "nonsense", "from another site"],
)
def test_f19_every_form_needs_its_own_token(sent, scene):
    assert let_in(scene, **sent) == WITHOUT_TOKEN


def test_f19_control_a_form_that_asks_for_no_token_is_seen(scene, monkeypatch):
    monkeypatch.setattr(pages_of_commissioning.intention_record, "csrf_exempt", True, raising=False)
    assert let_in(scene) == WITHOUT_TOKEN | {"commissioning:intention_record"}


def test_f19_control_the_right_token_is_let_in(scene):
    token = _get_new_csrf_string()
    assert "commissioning:intention_record" in let_in(scene, cookie=token, token=token)


# Reading -----------------------------------------------------------------------------------------------
def rows() -> dict[str, str]:
    """Table → a hash of all its rows."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - OF_VISITS
        hashes = " UNION ALL ".join(
            f"""SELECT '{table}', md5(string_agg(t::text, '' ORDER BY t::text)) FROM "{table}" t"""
            for table in sorted(tables)
        )
        cursor.execute(hashes)
        return dict(cursor.fetchall())


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links_of(response, address: str) -> list[str]:
    if "html" not in response.get("Content-Type", "") or response.streaming:
        b"".join(response)
        return []
    parser = Links()
    parser.feed(response.content.decode())
    found = [urldefrag(urljoin(address, href))[0] for href in parser.found if not href.startswith("#")]
    return [href for href in found if href.startswith("/") and not href.startswith("//")]


def shape(address: str) -> str:
    """Filters differ by their values in many ways; one of each kind is followed."""
    return re.sub(r"=[^&]*", "=", address) if "?" in address else address


def follow(scene: Scene, person: str) -> dict[str, int]:
    """Every address the person is shown, from the front page on, with its answer."""
    client = scene.client(person, raise_request_exception=False)
    answered, seen, waiting = {}, {"/"}, ["/"]
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        answered[address] = response.status_code
        where = [response["Location"]] if response.status_code in (301, 302) else links_of(response, address)
        for href in where:
            if href.startswith("/") and shape(href) not in seen:
                seen.add(shape(href))
                waiting.append(href)
    return answered


@pytest.mark.parametrize("person", PEOPLE)
def test_f19_following_every_link_changes_no_row(person, scene):
    before = rows()
    answered = follow(scene, person)
    assert [(address, status) for address, status in answered.items() if status >= 400] == []
    assert rows() == before
    assert {reverse(name) for name in ("organisations:directory", "assets:assets")} <= set(answered)


def test_f19_reading_every_address_changes_no_row(scene):
    before, addresses = rows(), scene.addresses()
    clients = {person: scene.client(person, raise_request_exception=False) for person in PEOPLE}
    for name, states, methods, cells in (read(line) for room in sections().values() for line in room):
        if "GET" in methods and "200" in cells:
            client = clients[PEOPLE[len(cells) - 1 - cells[::-1].index("200")]]
            for state in states:
                b"".join(client.get(addresses[name][state]))
    changed = {table for table, held in rows().items() if held != before[table]}
    assert changed == set()


@pytest.mark.urls(__name__)
def test_f19_control_a_page_that_writes_when_read_is_seen(scene):
    before = rows()
    scene.client("visitor").get("/sneaky/")
    assert "borough_theme" in {table for table, held in rows().items() if held != before[table]}
