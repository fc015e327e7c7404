"""Thin Celery tasks: the rows say what is due."""

from celery import shared_task

from . import operations


@shared_task(name="upkeep.ask_due_records")
def ask_due_records():
    """Every hour of a working day; the first one that comes claims the day."""
    operations.ask_due_records()


@shared_task(name="upkeep.sink_unconfirmed")
def sink_unconfirmed():
    """Every night: records whose year has run out sink in search."""
    operations.sink_unconfirmed()
