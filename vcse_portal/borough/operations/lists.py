"""Directorates, themes, communities and outcomes: short lists an administrator keeps."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from vcse_portal import history
from vcse_portal.ui.conflict import check_version

from .. import codes, memory
from ..models import Community, Directorate, Listed, Outcome, Support, Theme


# Each raises Conflict when someone else saved the entry since `version`; None asks for no check.
def save_directorate(
    *,
    code: str,
    name: str,
    director: str = "",
    position: int | None = None,
    version: int | None = None,
    by=None,
) -> Directorate:
    """Add the directorate of this code, or change the one there is. `director` is a post, not a person."""
    return _save("directorate", code, {"name": name, "director": director}, position, version, by)


def save_theme(
    *,
    code: str,
    name: str,
    description: str = "",
    position: int | None = None,
    version: int | None = None,
    by=None,
) -> Theme:
    """Add the theme of this code, or change the one there is."""
    return _save("theme", code, {"name": name, "description": description}, position, version, by)


def save_community(
    *, code: str, name: str, position: int | None = None, version: int | None = None, by=None
) -> Community:
    """Add the community of this code, or change the one there is."""
    return _save("community", code, {"name": name}, position, version, by)


def save_support(
    *,
    code: str,
    name: str,
    description: str = "",
    position: int | None = None,
    version: int | None = None,
    by=None,
) -> Support:
    """Add the kind of support of this code, or change the one there is."""
    return _save("support", code, {"name": name, "description": description}, position, version, by)


def save_outcome(
    *,
    code: str,
    name: str,
    description: str = "",
    position: int | None = None,
    version: int | None = None,
    by=None,
) -> Outcome:
    """Add the outcome of this code, or change the one there is."""
    return _save("outcome", code, {"name": name, "description": description}, position, version, by)


@transaction.atomic
def _save(kind: str, code: str, values: dict, position: int | None, version: int | None, by) -> Listed:
    if position is not None:
        values = {**values, "position": position}
    with history.deed("saved", by=by):
        row = _write(codes.LISTS[kind], code, values, version)
    memory.forget()
    return row


def close_listed(kind: str, code: str, *, by) -> Listed:
    """Take an entry out of the choices; whatever carries its code keeps it."""
    return _set_current(kind, code, False, "closed", by)


def reopen_listed(kind: str, code: str, *, by) -> Listed:
    """Offer a closed entry again."""
    return _set_current(kind, code, True, "reopened", by)


@transaction.atomic
def _set_current(kind: str, code: str, is_current: bool, deed: str, by) -> Listed:
    with history.deed(deed, by=by):
        row = codes.LISTS[kind].objects.select_for_update().get(code=code)
        if row.is_current == is_current:
            raise ValidationError(f"“{row.name}” is already {deed}.")
        _change(row, {"is_current": is_current})
    memory.forget()
    return row


@transaction.atomic
def reorder_listed(kind: str, ordered: list[str], *, by) -> None:
    """Put a list in the order of these codes; codes it does not name follow in their present order."""
    with history.deed("put in order", by=by):
        rows = list(codes.LISTS[kind].objects.select_for_update())
        unknown = sorted(set(ordered) - {row.code for row in rows})
        if unknown:
            raise ValidationError(f"Not in the list: {', '.join(unknown)}.")
        places = {code: place for place, code in enumerate(ordered)}
        rows.sort(key=lambda row: places.get(row.code, len(places)))
        for position, row in enumerate(rows, start=1):
            _change(row, {"position": position})
    memory.forget()


@transaction.atomic
def import_listed(kind: str, rows: Iterable[tuple[str, dict]]) -> dict[str, int]:
    """Write (code, {field: value}) rows of a file; {code: id}. The caller has opened the deed."""
    ids = {code: _write(codes.LISTS[kind], code, values).pk for code, values in rows}
    memory.forget()
    return ids


def _write(model: type[Listed], code: str, values: dict, version: int | None = None) -> Listed:
    row = model.objects.select_for_update().filter(code=code).first()
    if row is None:
        row = model(code=code, **{"position": _last(model) + 1, **values})
        row.full_clean()
        row.save()
    else:
        check_version(row, version)
        _change(row, values)
    return row


def _last(model: type[Listed]) -> int:
    return model.objects.aggregate(last=Max("position"))["last"] or 0


def _change(row: Listed, values: dict) -> None:
    fields = [name for name, value in values.items() if getattr(row, name) != value]
    for name in fields:
        setattr(row, name, values[name])
    if fields:
        row.version += fields != ["position"]  # a new order disturbs nobody who edits the entry
        row.full_clean()
        row.save(update_fields=[*fields, "version"])
