"""The worker says that it lives, and clears away what has ended."""

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from .health import HEARTBEAT


@shared_task(name="home.heartbeat")
def heartbeat():
    cache.set(HEARTBEAT, timezone.now(), 600)


@worker_ready.connect
def first_heartbeat(**_facts):
    """At once: beat asks for the next one half a minute later."""
    heartbeat()


@shared_task(name="home.clear_sessions")
def clear_sessions():
    call_command("clearsessions")
