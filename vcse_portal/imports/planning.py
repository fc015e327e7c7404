"""Reads a run's file in batches and asks its importer what each row means."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError

from .importer import Importer, Outcome, Planned, Row


def planned_batches(importer: Importer, path: Path) -> Iterator[list[Planned]]:
    """The file's rows in their order, up to `batch_size` at a time, each with its outcome.

    Keys are remembered through the whole file, of reference data through a batch: it may have millions.
    """
    seen: dict[str, int] = {}
    importer.start()
    rows = importer.read(path)
    while batch := list(islice(rows, importer.batch_size)):
        yield plan_batch(importer, batch, seen if importer.keeps_rows else {})


def plan_batch(importer: Importer, batch: list[Row], seen: dict[str, int]) -> list[Planned]:
    done, to_plan, keys = [], [], {}
    for row in batch:
        try:
            key = importer.key(row)
        except ValidationError as error:
            done.append(Planned(row, Outcome.REJECTED, reasons=list(error.messages)))
            continue
        if key and key in seen:
            sentence = f"Row {seen[key]:,} has the same {importer.key_label}. Only the first was read."
            done.append(Planned(row, Outcome.REJECTED, key=key, reasons=[sentence]))
            continue
        if key:
            seen[key] = row.number
        keys[row.number] = key
        to_plan.append(row)
    planned = list(importer.plan(to_plan)) if to_plan else []
    if {p.row.number for p in planned} != set(keys) or len(planned) != len(keys):
        raise ValueError(f"{type(importer).__name__}.plan() must answer for each row exactly once.")
    for one in planned:
        one.outcome, one.key = Outcome(one.outcome), one.key or keys[one.row.number]
    return sorted(done + planned, key=lambda one: one.row.number)
