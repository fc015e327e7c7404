"""Celery tasks, found here by autodiscovery."""

from celery import shared_task

from .circulars import operations


@shared_task(name="commissioning.assemble_due_circular")
def assemble_due_circular() -> None:
    """Every half hour: assemble what is due, remind who has not edited it, close what has been sent."""
    operations.assemble_due()
    operations.remind_editors()
    operations.close_sent()
