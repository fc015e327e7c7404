"""Many row results in and out of the database at once: COPY in, one UPDATE a batch."""

import csv
import io
import json
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from .compare import jsonable
from .importer import Outcome, Planned, Row
from .models import ImportRow

COLUMNS = (
    "run_id",
    "row_number",
    "outcome",
    "key",
    "reasons",
    "raw",
    "changes",
    "target_id",
    "then",
    "is_accepted",
    "kept",
)


def store(run_id: int, planned: Iterable[Planned]) -> None:
    """Write the previewed results of a batch."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for one in planned:
        is_quiet = one.outcome == Outcome.UNCHANGED
        writer.writerow(
            [
                run_id,
                one.row.number,
                str(one.outcome),
                one.key[:120],
                json.dumps(one.reasons),
                "{}" if is_quiet else json.dumps(one.row.values),
                json.dumps(jsonable(one.changes)) if one.changes else "{}",
                "" if one.target_id is None else one.target_id,
                str(one.then),
                "f",
                "",
            ]
        )
    buffer.seek(0)
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    sql = (
        f'COPY imports_importrow ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (key, "then", kept))'
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(sql, buffer)


def to_write(run_id: int, batch: list[Row]) -> dict[int, tuple]:
    """{row number: (outcome, changes, is_accepted, target_id)} of those rows the officer saw would be written."""
    found = (
        ImportRow.objects.filter(run_id=run_id, row_number__range=(batch[0].number, batch[-1].number))
        .filter(Q(outcome__in=[Outcome.NEW, Outcome.CHANGED]) | Q(is_accepted=True))
        .values_list("row_number", "outcome", "changes", "is_accepted", "target_id")
    )
    return {number: tuple(rest) for number, *rest in found}


def record(run_id: int, planned: list[Planned]) -> None:
    """Write what became of the rows: their outcome, record, changes and reasons now."""
    if not planned:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE imports_importrow AS r
               SET outcome = v.outcome, target_id = v.target_id, changes = v.changes, reasons = v.reasons
              FROM unnest(%s::int[], %s::text[], %s::bigint[], %s::jsonb[], %s::jsonb[])
                   AS v(number, outcome, target_id, changes, reasons)
             WHERE r.run_id = %s AND r.row_number = v.number
            """,
            [
                [one.row.number for one in planned],
                [str(one.outcome) for one in planned],
                [one.target_id for one in planned],
                [json.dumps(jsonable(one.changes)) for one in planned],
                [json.dumps(one.reasons) for one in planned],
                run_id,
            ],
        )
