"""Postcodes and their wards, from the Office for National Statistics' lookup."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

STEP = 20_000


class PostcodeRow(NamedTuple):
    code: str  # upper case, no space
    ward_code: str
    latitude: float | None
    longitude: float | None
    is_live: bool


@dataclass
class PostcodesLoaded:
    """How many postcodes were new, changed and the same, and the wards we do not know with their postcodes."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    unknown_wards: Counter = field(default_factory=Counter)


def load_postcodes(rows: Iterable[PostcodeRow], *, by=None) -> PostcodesLoaded:
    """Write the postcodes that are new or differ from what we hold, in one transaction, streaming.

    A postcode in a ward we do not hold is kept without a ward: it exists, but not in the borough. Postcodes that
    are not among the rows are left alone. The list is reference data of millions of rows: it has no history and
    `by` is not kept.
    """
    rows = iter(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CREATE)
        while batch := list(islice(rows, STEP)):
            _copy(cursor, batch)
        cursor.execute(COMPARE)
        cursor.execute("SELECT state, count(*) FROM loaded_compared GROUP BY state")
        counts = dict(cursor.fetchall())
        cursor.execute(UNKNOWN)
        unknown = Counter(dict(cursor.fetchall()))
        cursor.execute(INSERT)
        cursor.execute(UPDATE)
        cursor.execute("DROP TABLE loaded_postcodes, loaded_compared")
    return PostcodesLoaded(
        new=counts.get("new", 0),
        changed=counts.get("changed", 0),
        unchanged=counts.get("unchanged", 0),
        unknown_wards=unknown,
    )


def _copy(cursor, batch: list[PostcodeRow]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(batch)
    buffer.seek(0)
    cursor.copy_expert(
        "COPY loaded_postcodes FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (ward_code))", buffer
    )


CREATE = """
CREATE TEMPORARY TABLE loaded_postcodes (
    code text, ward_code text, latitude double precision, longitude double precision, is_live boolean
) ON COMMIT DROP
"""
COMPARE = """
CREATE TEMPORARY TABLE loaded_compared ON COMMIT DROP AS
SELECT DISTINCT ON (l.code) l.code, l.ward_code, w.id AS ward_id, l.latitude, l.longitude, l.is_live,
       CASE WHEN p.code IS NULL THEN 'new'
            WHEN (p.ward_id, p.latitude, p.longitude, p.is_live)
                 IS DISTINCT FROM (w.id, l.latitude, l.longitude, l.is_live) THEN 'changed'
            ELSE 'unchanged' END AS state
  FROM loaded_postcodes l
  LEFT JOIN borough_ward w ON w.code = l.ward_code
  LEFT JOIN borough_postcode p ON p.code = l.code
 ORDER BY l.code
"""
UNKNOWN = """
SELECT ward_code, count(*) FROM loaded_compared
 WHERE ward_id IS NULL AND ward_code <> '' GROUP BY ward_code ORDER BY count(*) DESC, ward_code
"""
INSERT = """
INSERT INTO borough_postcode (code, ward_id, latitude, longitude, is_live)
SELECT code, ward_id, latitude, longitude, is_live FROM loaded_compared WHERE state = 'new'
"""
UPDATE = """
UPDATE borough_postcode p
   SET ward_id = c.ward_id, latitude = c.latitude, longitude = c.longitude, is_live = c.is_live
  FROM loaded_compared c WHERE c.state = 'changed' AND c.code = p.code
"""
