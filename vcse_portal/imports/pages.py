"""What a run's page shows of its rows, and what the download of them holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from .importer import Outcome
from .models import ImportRow, ImportRun

INTRODUCTIONS = {
    Outcome.NEW: "The file has them and we do not.",
    Outcome.CHANGED: "We have them, and the file says something else.",
    Outcome.UNCHANGED: "We have them just as the file says. They are not touched.",
    Outcome.SUSPICIOUS: "Something about them is odd. They are written only if you tick them.",
    Outcome.REJECTED: "They cannot be used. Download them with the reasons, correct them and bring the file again.",
}


@dataclass
class Shown:
    """One row as the table shows it."""

    row: ImportRow
    summary: str
    changes: list[tuple[str, str, str]]
    href: str


def outcome_shown(run: ImportRun, asked: str) -> Outcome:
    """The outcome the address asks for, else the first that has rows and needs looking at."""
    if asked in Outcome.values:
        return Outcome(asked)
    order = (Outcome.CHANGED, Outcome.NEW, Outcome.SUSPICIOUS, Outcome.REJECTED, Outcome.UNCHANGED)
    return next((one for one in order if run.counts.get(one.value)), Outcome.NEW)


def shown(run: ImportRun, rows) -> list[Shown]:
    importer = run.importer(run=run, options=run.options)
    columns = importer.summary_columns or importer.columns[:3]
    return [
        Shown(
            row,
            " · ".join(filter(None, (row.raw.get(column, "") for column in columns))),
            [
                (importer.field_label(name), words(old), words(new))
                for name, (old, new) in row.changes.items()
            ],
            importer.target_url(row.target_id) if row.target_id else "",
        )
        for row in rows
    ]


def words(value) -> str:
    """A stored value in a sentence."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(words(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {words(one)}" for name, one in value.items())
    text = str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def download(run: ImportRun, outcome: str) -> tuple[list[str], Iterator[list]]:
    """Heading and rows for a CSV: the file's own columns, with row number, outcome and reasons before them."""
    rows = run.rows.filter(outcome=outcome).order_by("row_number")
    first = rows.exclude(raw={}).first()
    columns = list(first.raw) if first else []
    heading = ["Row in file", "Outcome", "Reasons", *columns]
    return heading, (
        [
            row.row_number,
            row.get_outcome_display(),
            " ".join(row.reasons),
            *(row.raw.get(c, "") for c in columns),
        ]
        for row in rows.iterator(chunk_size=1_000)
    )
