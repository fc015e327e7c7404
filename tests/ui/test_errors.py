"""What people see when something goes wrong, and that they see it even when everything has."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from vcse_portal.accounts.access import public
from vcse_portal.ui.errors import error_page
from vcse_portal.urls import handler400, handler403, handler404, handler429, handler500  # noqa: F401
from vcse_portal.urls import urlpatterns as portal


@public
def take(request):
    return HttpResponse(f"{len(request.POST.get('text', ''))}")


@public
def fail(request):
    raise RuntimeError("the database is gone")


urlpatterns = [path("take/", take), path("fail/", fail), *portal]


@pytest.mark.parametrize("status", [400, 405, 413, 500, 503])
def test_plain_error_page_asks_the_database_nothing(status, django_assert_num_queries, db):
    request = RequestFactory().get("/")
    request.request_id = "abc-123"
    with django_assert_num_queries(0):
        response = error_page(request, status)
    html = response.content.decode()
    assert response.status_code == status
    assert "abc-123" in html
    assert "<h1" in html
    assert "style=" not in html


def test_too_many_tries_says_when_to_come_back(rf, db):
    request = rf.get("/")
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    response = error_page(request, 429, retry_after=90)
    assert response["Retry-After"] == "90"
    assert "Try again in 2 minutes." in response.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
)
def test_ten_megabytes_of_text_get_a_page_and_not_a_crash(content_type):
    text = "x" * 10_000_000
    body = (
        f"text={text}"
        if "urlencoded" in content_type
        else (f'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n{text}\r\n--b--\r\n')
    )
    response = Client().post("/take/", body, content_type=content_type)
    assert response.status_code == 413
    assert "That was more than we can take" in response.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_too_many_fields_are_a_bad_request():
    response = Client().post("/take/", {f"f{n}": "1" for n in range(2500)})
    assert response.status_code == 400


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_ordinary_form_arrives():
    assert Client().post("/take/", {"text": "abc"}).content == b"3"


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_crash_is_answered_without_the_database(django_assert_num_queries):
    client = Client(raise_request_exception=False)
    with django_assert_num_queries(0):
        response = client.get("/fail/")
    assert response.status_code == 500
    assert response["X-Request-Id"] in response.content.decode()
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_foreign_form_is_refused_in_our_words():
    response = Client(enforce_csrf_checks=True).post("/take/", {"text": "abc"})
    assert response.status_code == 403
    assert "This page had been open too long" in response.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_unknown_address_is_answered_in_our_words():
    response = Client().get("/no/such/page/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
