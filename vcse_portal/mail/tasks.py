"""Thin Celery tasks: the rows say what is to be done, these only start it."""

from celery import shared_task

from . import delivery, digest, subscriptions, sweeping, tidying
from .wake import wake


@shared_task(name="mail.deliver")
def deliver():
    """Send for a minute at most, then hand over to a fresh task while anything waits."""
    if delivery.deliver().has_more:
        wake()


@shared_task(name="mail.sweep_outbox")
def sweep_outbox():
    """Every minute: put right what a crash left, start what waits."""
    if sweeping.sweep_outbox().work_waits:
        wake()


@shared_task(name="mail.tidy")
def tidy():
    """Every night: forget who never confirmed, and what was sent long ago."""
    subscriptions.forget_unconfirmed()
    tidying.forget_old_messages()


@shared_task(name="mail.send_due_digests")
def send_due_digests():
    digest.send_due_digests()
