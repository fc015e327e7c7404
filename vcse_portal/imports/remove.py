"""Deleting what an import made, many at a time."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import CASCADE, DO_NOTHING, Model, ProtectedError, RestrictedError

EDITED = "It has been edited since, so it was left as it is."
POINTED_TO = "Something else points to it now, so it was kept."


def pointed_to(model: type[Model], ids: Collection[int], *, besides: Iterable[str] = ()) -> set[int]:
    """Which of these records people made something point to, even what would go with them; one query a kind.

    `besides` names the relations whose rows are part of the record. What the portal works out by itself does
    not count: tables without a history whose rows go with the record, and the history itself.
    """
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True) if ids else []:
        if _counts(relation) and relation.get_accessor_name() not in besides:
            name = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{name}__in": ids})
            found |= set(rows.order_by().values_list(name, flat=True).distinct())
    return found


def _counts(relation) -> bool:
    if not relation.auto_created or not (relation.one_to_many or relation.one_to_one):
        return False
    if relation.on_delete is not CASCADE:
        return relation.on_delete is not DO_NOTHING
    of = relation.related_model._meta
    return bool(of.auto_created) or any(field.name == "events" for field in of.get_fields())


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
