from datetime import timedelta

import pytest
from celery.signals import worker_ready
from django.core.cache import cache
from django.utils import timezone

from tests.mail.factories import make_message
from vcse_portal.home.health import HEARTBEAT
from vcse_portal.home.tasks import heartbeat

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_is_well_when_everything_is(client):
    heartbeat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "redis": "ok", "worker": "ok", "outbox": "ok"}


def test_readyz_misses_the_worker_after_two_minutes(client):
    cache.set(HEARTBEAT, timezone.now() - timedelta(minutes=3))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "no heartbeat")


def test_readyz_sees_mail_that_nobody_sends(client):
    heartbeat()
    make_message(send_at=timezone.now() - timedelta(minutes=20))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["outbox"]) == (503, "mail is waiting")


def test_readyz_does_not_mind_mail_that_is_not_due(client):
    heartbeat()
    make_message(send_at=timezone.now() + timedelta(days=1))
    assert client.get("/readyz").status_code == 200


def test_readyz_says_when_redis_is_away(client, settings):
    heartbeat()
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (503, "away")


def test_readyz_is_well_as_soon_as_the_worker_is_ready(client):
    cache.delete(HEARTBEAT)
    assert client.get("/readyz").status_code == 503
    worker_ready.send(sender=None)
    assert client.get("/readyz").status_code == 200
