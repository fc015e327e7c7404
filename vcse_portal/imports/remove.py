"""Deleting what an import made, many at a time."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model, ProtectedError, RestrictedError

EDITED = "It has been edited since, so it was left as it is."
POINTED_TO = "Something else points to it now, so it was kept."


def remove(model: type[Model], ids: Iterable[int]) -> set[int]:
    """Delete these records; returns the ids of those that stay because something points to them.

    One deletion when nothing does; else halves, so that a few that stay cost little.
    """
    ids = list(ids)
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=ids).delete()
        return set()
    except (ProtectedError, RestrictedError):
        if len(ids) == 1:
            return set(ids)
    middle = len(ids) // 2
    return remove(model, ids[:middle]) | remove(model, ids[middle:])
