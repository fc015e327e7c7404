"""Kept pages for visitors: never older than the last edit, never of a person, never of another address."""

import psycopg2
import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.factories import make_administrator, make_officer, make_user
from tests.organisations.factories import make_organisation
from vcse_portal.borough.models import PublicText
from vcse_portal.borough.operations import save_public_text
from vcse_portal.search import registry
from vcse_portal.ui import visitors
from vcse_portal.ui.visitors import VisitorPagesMiddleware

PAGE = "/about/privacy/"
alone = pytest.mark.django_db(transaction=True)  # what a page may depend on is told between transactions only


@pytest.fixture(autouse=True)
def _one_minute():
    with time_machine.travel(timezone.now().replace(second=1), tick=False):
        yield


@pytest.fixture
def nobody_else(monkeypatch):
    """Commits of tests that run beside this one, in databases of their own, do not count."""
    snapshot = visitors._snapshot
    monkeypatch.setattr(visitors, "_snapshot", lambda: snapshot() and "1:1:")


def save(title: str) -> None:
    now = PublicText.objects.filter(slug="privacy").first()
    save_public_text("privacy", title=title, body="Words.", version=now.version if now else 0, by=None)


def again(client, answer, path=PAGE):
    return client.get(path, headers={"If-None-Match": answer["ETag"]})


@alone
def test_page_is_made_once_and_then_answered_by_304(client, nobody_else, django_assert_num_queries):
    first = client.get(PAGE)
    client.get(PAGE)
    with django_assert_num_queries(1):
        second = client.get(PAGE)
    with django_assert_num_queries(1):
        third = again(client, first)
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 304)
    assert second.content == first.content
    assert third.content == b""
    for answer in (first, second, third):
        assert answer["ETag"] == first["ETag"]
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Vary"] == "Cookie"
        assert answer["Content-Security-Policy"].count("default-src 'none'") == 1
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
    assert first["X-Frame-Options"] == second["X-Frame-Options"] == "DENY"
    assert len({answer["X-Request-Id"] for answer in (first, second, third)}) == 3


@alone
def test_page_is_new_with_the_next_request_after_an_edit(client):
    save("Old words")
    before = client.get(PAGE)
    assert b"Old words" in before.content
    assert again(client, before).status_code == 304
    save("New words")
    after = again(client, before)
    assert (after.status_code, b"New words" in after.content) == (200, True)
    assert after["ETag"] != before["ETag"]


@alone
def test_page_is_new_after_a_commit_by_anyone_and_not_before(client):
    save("Old words")
    client.get(PAGE)
    client.get(PAGE)
    with psycopg2.connect(**connection.get_connection_params()) as other:  # a person at the database
        other.cursor().execute("UPDATE borough_publictext SET title = 'Corrected'")
        assert b"Old words" in client.get(PAGE).content
    other.close()
    assert b"Corrected" in client.get(PAGE).content


@alone
def test_what_is_withdrawn_is_gone_with_the_next_request(client):
    thing = make_organisation("Weavers")
    pages = (f"/organisations/{thing.pk}/", "/organisations/", "/search/?q=weavers")
    for path in pages * 3:
        assert b"Weavers" in client.get(path).content
    with transaction.atomic():
        thing.is_published = False
        thing.save(update_fields=["is_published"])
        registry.index("organisation", [thing.pk])
    assert client.get(pages[0]).status_code == 404
    assert b"Weavers</a>" not in client.get(pages[1]).content
    assert b"Weavers</a>" not in client.get(pages[2]).content


@alone
def test_what_changes_by_the_clock_changes_with_the_minute(client, nobody_else, monkeypatch):
    client.get(PAGE)
    client.get(PAGE)
    made = []
    monkeypatch.setattr(visitors, "_page", lambda *args, page=visitors._page: made.append(1) or page(*args))
    client.get(PAGE)
    assert made == []
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=60), tick=False):
        first = client.get(PAGE)
        assert again(client, first).status_code == 304  # the same words
    assert made == [1]


@alone
def test_people_are_never_given_a_kept_page_and_leave_none(client, sign_in):
    people = [make_user(), make_officer(), make_administrator()]
    visitor = client.get(PAGE)
    for person in people:
        own = sign_in(person)
        answers = [own.get(PAGE), again(own, visitor)]
        for answer in answers:
            assert answer.status_code == 200
            assert b"Sign out" in answer.content
            assert not answer.has_header("ETag")
        assert client.get(PAGE).content == visitor.content
        own.logout()
        assert own.get(PAGE).content == visitor.content
    assert b"Sign out" not in visitor.content


@alone
def test_a_page_with_a_form_s_token_is_each_visitor_s_own():
    pages = [Client().get("/accounts/login/") for _ in range(2)]
    assert [page.has_header("ETag") for page in pages] == [False, False]
    assert pages[0].cookies["csrftoken"].value != pages[1].cookies["csrftoken"].value
    subscribe = [Client().get("/mail/subscribe/") for _ in range(2)]
    assert [page.has_header("ETag") for page in subscribe] == [False, False]
    assert subscribe[0].content != subscribe[1].content


@alone
def test_a_visitor_with_a_form_s_cookie_is_still_a_visitor(client):
    client.get("/accounts/login/")
    assert "csrftoken" in client.cookies
    assert again(client, client.get(PAGE)).status_code == 304


@alone
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/brand.css"])
def test_pages_with_their_own_say_are_left_alone(client, path):
    answer = client.get(path)
    assert answer.get("Cache-Control", "") != "private, no-cache"


@alone
def test_addresses_and_hosts_are_told_apart(client, nobody_else, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    make_organisation("Weavers")
    make_organisation("Potters")
    for _ in range(2):
        assert (
            b"Potters" not in client.get("/organisations/?q=weavers", headers={"host": "one.example"}).content
        )
        assert (
            b"Weavers" not in client.get("/organisations/?q=potters", headers={"host": "one.example"}).content
        )
    assert client.get(PAGE, headers={"host": "one.example"}).status_code == 200
    assert client.get(PAGE, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.django_db
def test_nothing_is_kept_within_a_transaction(client):
    """Neither in these tests, nor where what was written is not committed yet."""
    made = [client.get(PAGE).wsgi_request.resolver_match for _ in range(3)]
    assert None not in made


# The rules by themselves -------------------------------------------------------------------------------
def answers(make, request=None, *, state=("1:1:", 1), times=3, monkeypatch):
    """How often a page was made in `times` requests, and the last answer."""
    made = []

    def get_response(request):
        made.append(request)
        return make(request)

    monkeypatch.setattr(visitors, "_state", lambda: state)
    middleware = VisitorPagesMiddleware(get_response)
    for _ in range(times):
        answer = middleware(request() if request else RequestFactory().get("/"))
    return len(made), answer


def html(**headers):
    return lambda request: HttpResponse("<p>page</p>", headers=headers)


def test_a_plain_page_is_kept(monkeypatch):
    """Made twice: the first time nobody knew yet whether it may be kept, and no database was asked."""
    assert answers(html(), monkeypatch=monkeypatch)[0] == 2
    assert answers(html(Vary="Cookie"), monkeypatch=monkeypatch)[0] == 2


def with_cookie(request):
    response = HttpResponse("<p>page</p>")
    response.set_cookie("a", "b")
    return response


def with_policy(request):
    response = HttpResponse("<p>page</p>")
    response._csp_update = {"img-src": "*"}
    return response


def with_nonce(request):
    request._csp_nonce = "abc"
    return HttpResponse("<script nonce='abc'></script>")


@pytest.mark.parametrize(
    "make",
    [
        html(Vary="Cookie, Accept-Language"),
        html(Vary="*"),
        html(**{"Cache-Control": "no-store"}),
        html(ETag='"own"'),
        html(**{"Content-Disposition": "attachment"}),
        html(**{"Content-Type": "application/json"}),
        with_cookie,
        with_policy,
        with_nonce,
        lambda request: HttpResponse("gone", status=404),
        lambda request: HttpResponse(status=302, headers={"Location": "/"}),
        lambda request: StreamingHttpResponse(["<p>page</p>"]),
        lambda request: HttpResponse("x" * (visitors.LARGEST + 1)),
    ],
)
def test_other_answers_are_not(monkeypatch, make):
    number, answer = answers(make, monkeypatch=monkeypatch)
    assert number == 3
    assert answer.get("Cache-Control", "") != "private, no-cache"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: RequestFactory().post("/"),
        lambda: RequestFactory().head("/"),
        lambda: RequestFactory().get("/", headers={"Authorization": "Bearer x"}),
        lambda: RequestFactory().get("/", headers={"Accept": "application/json"}),
        *[
            lambda name=name: RequestFactory().get("/", headers={"Cookie": f"{name}=x"})
            for name in (
                django_settings.SESSION_COOKIE_NAME,
                "messages",
                django_settings.LANGUAGE_COOKIE_NAME,
            )
        ],
    ],
)
def test_other_requests_are_not(monkeypatch, ask):
    assert answers(html(), ask, monkeypatch=monkeypatch)[0] == 3


def test_a_page_is_made_without_the_cookies_it_may_not_depend_on(monkeypatch):
    seen = []

    def make(request):
        seen.append(dict(request.COOKIES))
        return HttpResponse("<p>page</p>")

    ask = lambda: RequestFactory().get("/", headers={"Cookie": "_ga=1; csrftoken=t"})  # noqa: E731
    assert answers(make, ask, monkeypatch=monkeypatch)[0] == 2
    assert seen == [{"csrftoken": "t"}] * 2


def test_nothing_is_kept_without_a_state_or_while_developing(monkeypatch, settings):
    assert answers(html(), state=None, monkeypatch=monkeypatch)[0] == 3
    settings.DEBUG = True
    assert answers(html(), monkeypatch=monkeypatch)[0] == 3


@alone
def test_a_database_that_is_away_is_the_page_s_own_to_say(monkeypatch):
    def away(*args):
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", away)
    assert visitors._state() is None


def test_no_more_than_so_many_pages_are_kept(monkeypatch):
    monkeypatch.setattr(visitors, "MOST", 3)
    monkeypatch.setattr(visitors, "_state", lambda: ("1:1:", 1))
    made = []
    middleware = VisitorPagesMiddleware(lambda request: made.append(request.path) or HttpResponse("<p>x</p>"))
    for number in (1, 1, 2, 2, 3, 3, 4, 4, 4, 3, 2, 1):
        middleware(RequestFactory().get(f"/{number}/"))
    assert made == [f"/{number}/" for number in (1, 1, 2, 2, 3, 3, 4, 4, 1)]
    assert len(middleware.shelf) == 3
