"""Celery tasks, found here by autodiscovery."""

from celery import shared_task

from .circulars import operations


@shared_task(name="commissioning.assemble_due_circular")
def assemble_due_circular() -> None:
    """Every half hour: close what has been sent, remind who has not edited a draft, assemble what is due."""
    operations.close_sent()
    operations.remind_editors()
    operations.assemble_due()
