"""P11: the register of 180,000 as CSV, every column, against PostgreSQL's own COPY of the same facts.

The base writes the same columns of the same organisations with their numbers and contacts, as they lie in the tables.
Ours asks what the reader may know, says codes in words and disarms what a spreadsheet would run.
"""

import json
import os
import resource
import statistics
import time

from . import boroughs
from .load import Server

GOAL = 0.20
COPY = """
COPY (SELECT o.*, w.name,
        (SELECT array_agg(i.scheme || '-' || i.number) FROM organisations_identifier i WHERE i.organisation_id = o.id),
        (SELECT array_agg(c.channel || ':' || c.value) FROM organisations_contact c
         WHERE c.organisation_id = o.id AND c.consent = 'yes')
    FROM organisations_organisation o LEFT JOIN borough_ward w ON w.id = o.ward_id
    WHERE o.is_published AND o.status IN ('active', 'dormant') ORDER BY o.name_sort, o.id) TO STDOUT WITH CSV
"""


def run(rounds: int = 5) -> dict:
    """Ratios to COPY as {"ratios": {form: {"time": (median, min, max), "cpu": …}}}, and megabytes memory grew by."""
    large = boroughs.borough(boroughs.LARGE)
    program = f"from script.bench_cases.export import tell; tell({rounds})"
    return json.loads(boroughs.manage(large, "shell", "-v0", "-c", program).strip().splitlines()[-1])


def tell(rounds: int) -> None:
    from organisations import export
    from vcse_portal.search.find import Ask
    from vcse_portal.search.models import Audience
    from vcse_portal.ui.csv import csv_lines

    def chunks():
        return export.ids_of(Ask(audience=Audience.EVERYONE, kind="organisation"))

    def as_csv():
        return csv_lines(export.PUBLIC_HEADER, export.rows(chunks(), with_private=False))

    def as_json():
        return export.json_lines(chunks(), with_private=False)

    for _line in as_csv():  # imports, connection and the first pages of the tables
        pass
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    measured = [{"copy": _copy(), "csv": _sent(as_csv()), "json": _sent(as_json())} for _ in range(rounds)]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    ratios = {
        form: {
            kind: _spread([each["copy"][n] / each[form][n] for each in measured])
            for n, kind in enumerate(("time", "cpu"))
        }
        for form in ("csv", "json")
    }
    print(
        json.dumps(
            {
                "id": "P11",
                "name": "export of 180,000 organisations against COPY of the same",
                "base_seconds": statistics.median(each["copy"][0] for each in measured),
                "ratios": ratios,
                "goals": {"csv": GOAL, "json": GOAL},
                "grown": grown,
            }
        )
    )


def _copy() -> tuple[float, float]:
    from django.db import connection

    with connection.cursor() as cursor, open(os.devnull, "w") as nowhere:
        return _timed(lambda: cursor.copy_expert(COPY, nowhere))


def _sent(lines) -> tuple[float, float]:
    return _timed(lambda: sum(len(part.encode()) for part in lines))


def _timed(work) -> tuple[float, float]:
    """Seconds on the clock, and of processor of this process with the database."""
    everything = Server(0, os.getpid())
    cpu, began = everything.cpu(), time.perf_counter()
    work()
    return time.perf_counter() - began, everything.cpu() - cpu


def _spread(values: list[float]) -> tuple[float, float, float]:
    return statistics.median(values), min(values), max(values)
