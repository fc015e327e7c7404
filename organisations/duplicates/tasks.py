from celery import shared_task

from . import pairs


@shared_task(name="duplicates.find_pairs")
def find_pairs() -> None:
    pairs.find_pairs()
