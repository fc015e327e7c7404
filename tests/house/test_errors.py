"""F31 and headers: what fails says so in our words, tells nothing else, and is protected like every other answer."""

import logging
import re

import pytest
from csp.decorators import csp_exempt
from django.conf import settings
from django.http import HttpResponse
from django.urls import path, reverse

from vcse_portal.accounts.access import public
from vcse_portal.urls import handler400, handler403, handler404, handler500  # noqa: F401
from vcse_portal.urls import urlpatterns as portal

from .scene import Scene

pytestmark = pytest.mark.django_db

SECRET = "hunter2-the-database-password"
# the circular as a mail: its look is inline, as mail programs want it; in a frame that can run nothing
INLINE_STYLE = {"commissioning:circular_preview_html"}


class Breaks:
    """Every view fails, with a secret at hand."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        password = SECRET
        raise RuntimeError(f"could not connect with {password}")


@public
@csp_exempt()
def unguarded(request):
    return HttpResponse("<h1>Hello</h1>")


urlpatterns = [path("unguarded/", unguarded), *portal]


def lacks(response) -> set[str]:
    """Which protections an answer is without."""
    policy = response.get("Content-Security-Policy", "")
    held = {
        "content policy": "default-src 'none'" in policy,
        "policy without unsafe": bool(policy) and "unsafe" not in policy,
        "no scripts of others": bool(policy) and not re.search(r"script-src[^;]*(\*|http|data:)", policy),
        "no sniffing": response.get("X-Content-Type-Options") == "nosniff",
        "referrer policy": response.get("Referrer-Policy") in ("same-origin", "strict-origin", "no-referrer"),
        "request id": bool(response.get("X-Request-Id")),
    }
    return {name for name, is_held in held.items() if not is_held}


def every_answer(scene: Scene, person: str, method: str = "get"):
    client = scene.client(person, raise_request_exception=False)
    for name, states in scene.addresses().items():
        for address in states.values():
            yield name, getattr(client, method)(address)


@pytest.mark.parametrize("person", ["visitor", "partnerships", "administrator"])
def test_every_answer_is_protected(person, scene):
    for name, response in every_answer(scene, person):
        expected = (
            {"policy without unsafe"} if name in INLINE_STYLE and response.status_code == 200 else set()
        )
        assert lacks(response) == expected, f"{name} {response.status_code}"


def test_refused_input_is_protected(scene):
    client, address = scene.client("partnerships"), reverse("commissioning:intention_record")
    too_large = client.post(address, {"title": "x" * 3_000_000})
    too_many = client.post(address, {f"f{n}": "" for n in range(2_500)})
    wrong_method, wrong_host = client.put(address), client.get("/", headers={"host": "evil.example"})
    refused = [too_large, too_many, wrong_method, wrong_host]
    assert [response.status_code for response in refused] == [413, 400, 405, 400]
    assert [lacks(response) for response in refused] == [set()] * 4


@pytest.mark.urls(__name__)
def test_control_an_answer_without_policy_is_seen(scene):
    assert lacks(scene.client("visitor").get("/unguarded/")) == {
        "content policy",
        "policy without unsafe",
        "no scripts of others",
    }


@pytest.mark.parametrize(("person", "method"), [("visitor", "get"), ("partnerships", "post")])
def test_f31_a_view_that_fails_tells_nothing(person, method, scene, settings, caplog):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Breaks"]
    failed = {}
    for name, response in every_answer(scene, person, method):
        if response.status_code != 500:
            continue  # asked to sign in first
        failed[name], text = response, response.content.decode()
        assert re.search("<h1[^>]*>Sorry, there is a problem", text), name
        assert response["X-Request-Id"] in text, name
        for leak in (
            SECRET,
            "RuntimeError",
            "Traceback",
            "process_view",
            settings.SECRET_KEY,
            "/work/",
            ".py",
        ):
            assert leak not in text, f"{name} tells {leak}"
        assert lacks(response) == set(), name
    assert len(failed) > 15
    assert {record.name for record in caplog.records if record.levelno == logging.ERROR} == {"django.request"}


def test_f31_log_holds_the_request_id_and_no_password(scene, settings, caplog):
    from vcse_portal.logs import RequestIdFilter

    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Breaks"]
    caplog.handler.addFilter(RequestIdFilter())
    form = {"login": "ann@example.org", "password": "a-long-secret", "csrfmiddlewaretoken": "b" * 32}
    client = scene.client("visitor", raise_request_exception=False)
    response = client.post(reverse("account_login"), form)
    assert {record.request_id for record in caplog.records} == {response["X-Request-Id"]}
    assert [word for word in form.values() if word in caplog.text] == []


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [("/nothing/here/", 404, "Page not found"), ("/imports/", 403, "")],
)
@pytest.mark.parametrize("person", ["visitor", "lead"])
def test_refusals_are_pages_in_our_look(address, status, words, person, scene):
    response = scene.client(person).get(address)
    if person == "visitor" and status == 403:
        assert response["Location"].startswith(reverse(settings.LOGIN_URL))
        return
    text = response.content.decode()
    assert response.status_code == status
    assert "govuk-service-navigation" in text
    assert words in text
    assert not re.search(r"\b(403|404|Forbidden|Exception|permission_denied)\b", text)
