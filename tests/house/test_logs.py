"""What the log says of a request, and what it never says."""

import logging

import pytest

from vcse_portal.logs import without_tokens

TOKEN = "eyJzIjoxfQ:1vLzQk:Xq3y-7Zt_Q0m4cZk1o9vJp2sU8fH"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/mail/leave/{TOKEN}/", "/mail/leave/…/"),
        (f"/accounts/invitation/{TOKEN}/", "/accounts/invitation/…/"),
        ("/organisations/12/edit/", "/organisations/12/edit/"),
        ("/compact/documents/our-compact/1/signatories/", "/compact/documents/our-compact/1/signatories/"),
    ],
)
def test_tokens_of_mailed_links_are_not_logged(path, shown):
    assert without_tokens(path) == shown


def test_every_answer_has_its_line(client, caplog):
    with caplog.at_level(logging.INFO, logger="vcse_portal.requests"):
        client.get("/healthz")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "vcse_portal.requests"]
    assert line.startswith("GET /healthz 200 ")


def test_the_request_id_is_the_proxys_only_behind_one(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert client.get("/healthz", headers={"X-Request-Id": "abcdefgh-1"})["X-Request-Id"] != "abcdefgh-1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client.get("/healthz", headers={"X-Request-Id": "abcdefgh-1"})["X-Request-Id"] == "abcdefgh-1"


@pytest.mark.django_db
def test_a_database_that_is_away_gives_503(client, monkeypatch):
    from django.db import OperationalError

    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr("organisations.views.directory.look_up", away)
    client.raise_request_exception = False
    answer = client.get("/organisations/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
