"""Moving what points to an organisation, as the apps declared it, and moving it back.

A step is {"relation", "ids", "was": {field: value}, "now": {field: value}}: rows that were changed in the same way.
"""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from vcse_portal.imports.compare import jsonable
from vcse_portal.search import registry as search

from .relations import Fate, Relation, declared


def refusals(loser: int, winner: int) -> list[str]:
    """Sentences of the relations that forbid this merge."""
    asked = [r for r in declared.values() if r.refuses]
    return list(
        dict.fromkeys(
            r.because for r in asked if r.model._base_manager.filter(r.refuses(loser, winner)).exists()
        )
    )


def counts(loser: int, winner: int) -> dict[str, int]:
    """How many rows of each relation would go to the winner, where there are any. One statement."""
    parts, values = [], []
    for relation in declared.values():
        if relation.fate != Fate.STAYS:
            sql, given = _going(relation, loser, winner).order_by().values("pk").query.sql_with_params()
            parts.append(f"SELECT %s, count(*) FROM ({sql}) going")  # noqa: S608 made by the ORM
            values += [relation.name, *given]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {name: number for name, number in cursor.fetchall() if number}


def _going(relation: Relation, loser: int, winner: int) -> models.QuerySet:
    rows = relation.rows_of(loser)
    return rows.exclude(relation.but_not(loser, winner)) if relation.but_not else rows


def move_all(loser: int, winner: int, *, today: date) -> tuple[list[dict], dict[str, int]]:
    """Move every declared relation: the steps done, and relation → how many rows stayed with the loser."""
    steps, stayed = [], {}
    for relation in declared.values():
        if relation.fate == Fate.STAYS:
            continue
        steps += _move(relation, loser, winner, today)
        if number := relation.rows_of(loser).count():
            stayed[relation.name] = number
    index(steps)
    return steps, stayed


def _move(relation: Relation, loser: int, winner: int, today: date) -> list[dict]:
    steps = []
    for pk in relation.first(loser, winner) if relation.first else []:
        steps += _end(relation, pk, today, {})
    ids = sorted(_going(relation, loser, winner).values_list("pk", flat=True))
    over = {relation.pointer: winner}
    left = write(relation.model, ids, over)
    if went := [pk for pk in ids if pk not in left]:
        steps.append(_step(relation, went, {relation.pointer: loser}, over))
    if left and relation.fate == Fate.MOVES:
        raise IntegrityError(f"{relation.name} was declared to move whatever the winner has.")
    for pk in sorted(left) if relation.ends else []:
        steps += _end(relation, pk, today, {relation.pointer: (loser, winner)})
    return steps


def _end(relation: Relation, pk: int, today: date, going: dict[str, tuple]) -> list[dict]:
    """End one row today, or when it starts; with `going` it then goes to the winner as well."""
    row = relation.model._base_manager.get(pk=pk)
    if getattr(row, relation.ends) is not None:
        return []
    starts = getattr(row, "starts_on", None)
    ends = max(today, starts) if starts else today
    was = {relation.ends: None} | {field: pair[0] for field, pair in going.items()}
    now = {relation.ends: ends} | {field: pair[1] for field, pair in going.items()}
    return [] if write(relation.model, [pk], now) else [_step(relation, [pk], was, now)]


def _step(relation: Relation, ids: list[int], was: dict, now: dict) -> dict:
    return {"relation": relation.name, "ids": ids, "was": jsonable(was), "now": jsonable(now)}


def write(
    model: type[models.Model], ids: Iterable[int], values: dict, *, only: dict | None = None
) -> set[int]:
    """Set fields of these rows; returns the ids of those that a constraint forbids.

    `only` those that still have these values. One statement where none is forbidden; else halves.
    """
    ids = list(ids)
    counted = {"version": F("version") + 1} if _counts_saves(model) else {}
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=ids, **only or {}).update(**values, **counted)
        return set()
    except IntegrityError:
        if len(ids) == 1:
            return set(ids)
    middle = len(ids) // 2
    return write(model, ids[:middle], values, only=only) | write(model, ids[middle:], values, only=only)


def _counts_saves(model: type[models.Model]) -> bool:
    return any(
        f.name == "version" and isinstance(f, models.PositiveIntegerField)
        for f in model._meta.concrete_fields
    )


def put_back(steps: list[dict]) -> list[tuple[str, int, str]]:
    """Undo steps, the last first: [(relation, how many, why)] of the rows that were left as they are."""
    kept, done = [], []
    for step in reversed(steps):
        model, ids = declared[step["relation"]].model, step["ids"]
        same = set(model._base_manager.filter(pk__in=ids, **step["now"]).values_list("pk", flat=True))
        there = set(model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
        in_the_way = write(model, sorted(same), step["was"], only=step["now"])
        done.append({**step, "ids": sorted(same - in_the_way)})
        for why, rows in (
            ("changed", there - same),
            ("gone", set(ids) - there),
            ("taken", in_the_way),
        ):
            if rows:
                kept.append((step["relation"], len(rows), why))
    index(done)
    return kept


def index(steps: list[dict]) -> None:
    """Let search know of the things that changed hands."""
    for step in steps:
        if kind := declared[step["relation"]].search:
            search.index(kind, step["ids"])
