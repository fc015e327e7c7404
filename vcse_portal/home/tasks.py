"""The worker says that it lives."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from .health import HEARTBEAT


@shared_task(name="home.heartbeat")
def heartbeat():
    cache.set(HEARTBEAT, timezone.now(), 600)
