"""Background work: one operation called."""

from celery import shared_task

from . import operations


@shared_task(name="sector.freeze_year")
def freeze_year() -> None:
    """Once a day: keeps the figures of a council year when it has begun."""
    operations.freeze_year()


@shared_task(name="sector.make_due_paper")
def make_due_paper() -> None:
    """Every quarter of an hour: the day's paper, when the figures have changed."""
    operations.make_due_paper()


@shared_task(name="sector.make_paper")
def make_paper() -> None:
    operations.make_paper()
