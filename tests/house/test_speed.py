"""What has to hold of speed without a load generator: statements a page, and processor time against a hello."""

import gc
import io
import logging
import time

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.signals import request_started
from django.core.wsgi import WSGIHandler
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from organisations.models import Identifier
from script.bench_cases.base.settings import MIDDLEWARE as STANDARD
from tests.factories import make_officer, make_theme, make_ward
from tests.organisations.factories import make_member, make_organisation

pytestmark = pytest.mark.django_db
LIST = "/organisations/"
# In a process of its own the list takes four times a hello with its user (goal 6); in that of the tests, with its
# large heap and page faults, seven to eight. Idiomatic lists take 14 there: what this is to notice.
MOST_OF_HELLO = 10


def hello(request):
    return HttpResponse(f"<!doctype html><title>Hello</title><p>Hello {request.user.email}.</p>")


urlpatterns = [path("", hello)]


@pytest.fixture
def borough():
    themes, wards = [make_theme() for _ in range(15)], [make_ward() for _ in range(22)]

    def add(number: int, *codes: str) -> None:
        for n in range(number):
            make_organisation(
                f"Choir {n:02} of {wards[n % 22].name}",
                themes=[themes[n % 15].code, *codes],
                ward=wards[n % 22],
                income=n * 10_000,
            )

    return add


def statements(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("path", "most"), [("", 6), ("?q=choir", 6), ("?q=chior", 6), ("?last=1", 6), ("?theme={theme}", 6)]
)
def test_list_and_search_ask_the_same_for_one_and_for_fifty(sign_in, borough, path, most):
    client, theme = sign_in(make_officer()), make_theme()
    path = LIST + path.format(theme=theme.code)
    client.get(LIST)  # the borough's lists, kept for all pages
    make_organisation("Choir", themes=[theme.code])
    one = statements(client, path)
    borough(60, theme.code)
    assert (statements(client, path), one <= most) == (one, True)
    assert statements(client, path) == 2  # who asks, and that nothing changed


def test_a_page_with_everything_asks_at_most_nine(sign_in, borough):
    client, thing = sign_in(make_officer()), make_organisation("Choir")
    page = thing.get_absolute_url()
    client.get(page)
    few = statements(client, page)
    for n in range(4):
        make_member(thing)
        Identifier.objects.create(organisation=thing, scheme="XI-PORTAL", number=str(n))
    assert (statements(client, page), few <= 9) == (few, True)


def seconds(handler, path: str, cookie: str, times: int) -> float:
    """Processor time of a request in this process."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "testserver",
        "HTTP_COOKIE": cookie,
        "PATH_INFO": path,
    }
    said = []
    for n in range(times + 1):
        if n == 1:  # the first looks up addresses anew, after other settings held
            began = time.process_time()
        b"".join(handler(environ | {"wsgi.input": io.BytesIO()}, lambda status, headers: said.append(status)))
    took = time.process_time() - began
    assert said == ["200 OK"] * (times + 1)
    return took / times


@pytest.fixture
def like_a_server():
    """Between requests the connection is looked after, not closed; garbage of other tests is not looked through."""

    def look_after(**kwargs):
        connection.health_check_done = False

    request_started.disconnect(close_old_connections)
    request_started.connect(look_after)
    connection.health_check_enabled = True
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    connection.health_check_enabled = False
    request_started.disconnect(look_after)
    request_started.connect(close_old_connections)


def test_list_of_fifty_takes_not_much_more_than_a_hello(sign_in, borough, like_a_server, monkeypatch):
    borough(60)
    monkeypatch.setattr(
        logging.getLogger("vcse_portal.requests"), "disabled", True
    )  # pytest writes it thrice
    officer = make_officer()
    cookie = f"sessionid={sign_in(officer).cookies['sessionid'].value}"
    standard = override_settings(
        MIDDLEWARE=STANDARD,
        ROOT_URLCONF=__name__,
        SESSION_ENGINE="django.contrib.sessions.backends.db",
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"],
        ALLOWED_HOSTS=["testserver"],
    )
    portal = WSGIHandler()
    with standard:
        base, session = WSGIHandler(), SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(officer.pk), officer.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.save()
    hellos, lists = [], []
    for _ in range(8):  # in turn, and the least of each: a busy machine takes from both
        with standard:
            hellos.append(seconds(base, "/", f"sessionid={session.session_key}", 20))
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            lists.append(seconds(portal, LIST, cookie, 10))
    assert min(lists) / min(hellos) <= MOST_OF_HELLO
