"""Compare first, write only what changed; and know later what somebody else has changed since."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Max, Model


def jsonable(value: Any) -> Any:
    """The value as JSON holds it: dates and Decimals as text."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def changes(obj: Model, values: dict[str, Any]) -> dict[str, list]:
    """{field: [old, new]} for the fields of `values` in which `obj` differs, as JSON can hold them."""
    return {
        name: [jsonable(getattr(obj, name)), jsonable(new)]
        for name, new in values.items()
        if getattr(obj, name) != new
    }


def put_back(obj: Model, done: dict[str, list]) -> list[str]:
    """Give `obj` its old values again; returns the names of the fields to save."""
    for name, (old, _new) in done.items():
        setattr(obj, name, obj._meta.get_field(name).to_python(old))
    return list(done)


def edited_since(run, model: type[Model], ids: Iterable[int]) -> set[int]:
    """Which of the tracked records were written after the import `run` wrote them, by anyone.

    Two queries. A record the history does not connect with the run counts as edited.
    """
    ids = set(ids)
    events = model._meta.get_field("events").related_model.objects.filter(pgh_obj_id__in=ids)
    last = dict(_latest(events))
    ours = dict(_latest(events.filter(pgh_context__metadata__import_run=run.pk)))
    return {pk for pk in ids if last.get(pk) != ours.get(pk) or pk not in ours}


def _latest(events):
    return events.order_by().values_list("pgh_obj_id").annotate(latest=Max("pgh_id"))
