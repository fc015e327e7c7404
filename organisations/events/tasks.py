"""Celery tasks, found here by autodiscovery."""

from celery import shared_task

from . import operations


@shared_task(name="events.send_due_reminders")
def send_due_reminders() -> None:
    """Every quarter of an hour."""
    operations.send_due_reminders()


@shared_task(name="events.forget_people")
def forget_people() -> None:
    """Every night."""
    operations.forget_people()
