"""What an importer is: how one kind of file is recognised, compared with what we hold, written and put back."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import TextChoices

from .readers.tables import Layout, open_table

ROW = "Row in file"  # a gathered table's first column: where its row stood in what arrived


class Outcome(TextChoices):
    """What a row of the file means for us. Each row has exactly one."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    UNCHANGED = "unchanged", "Unchanged"
    SUSPICIOUS = "suspicious", "Suspicious"
    REJECTED = "rejected", "Rejected"

    @property
    def is_written(self) -> bool:
        return self in (Outcome.NEW, Outcome.CHANGED)


@dataclass(slots=True)
class Row:
    """One row of the file. `number` counts as a spreadsheet does: the heading is row 1."""

    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def get(self, column: str) -> str:
        """The cell's text; "" when it is blank or the file has no such column."""
        return self.values.get(column, "")


@dataclass(slots=True)
class Planned:
    """What applying would do with a row.

    `values` are for `apply` and never stored. `changes` ({field: [old, new]}) and `reasons` (sentences) are.
    A suspicious row is written only when an officer ticks it; `then` says as what (new or changed).
    """

    row: Row
    outcome: Outcome
    key: str = ""
    values: Any = None
    changes: dict[str, list] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    target_id: int | None = None
    then: str = ""


class Importer:
    """One kind of file. Subclass it in an app's `imports.py` under `@register`; one instance serves one run."""

    kind: str
    label: str
    noun = "record"
    noun_plural = ""
    columns: tuple[str, ...] = ()  # required; matched whatever their case and surplus spaces
    optional_columns: tuple[str, ...] = ()  # the same matching, may be absent
    summary_columns: tuple[str, ...] = ()  # shown beside each row; else the first three required ones
    field_labels: dict[str, str] = {}
    key_label = "key"
    roles: tuple[str, ...] = ("partnerships", "administrator")  # codes of accounts.Role
    blanks: frozenset[str] = frozenset()  # words that stand for an empty cell, such as NA
    is_quoted = True  # False: a double quote is data and rows may be broken (Charity Commission's .txt)
    max_rows = 250_000
    batch_size = 1_000  # rows planned and written at a time
    can_undo = True
    keeps_rows = True  # False: only suspicious and rejected rows leave a result of their own (reference data)
    gathers = False  # True: what arrives is large or many; `gather` makes the table of what concerns us

    def __init__(self, *, run=None, options: dict | None = None, now: datetime | None = None):
        self.run = run
        self.options = options or {}
        self.now = now

    # The file ------------------------------------------------------------------------------------
    @classmethod
    def may_import(cls, user) -> bool:
        return user.has_role(*cls.roles)

    @classmethod
    def recognises(cls, header: list[str]) -> bool:
        """Whether a file with this heading is ours. Names are compared without case and surplus spaces."""
        return bool(cls.columns) and not cls.missing(header)

    @classmethod
    def fit(cls, header: list[str]) -> int:
        """How closely a recognised heading is ours: of several importers the closest takes the file."""
        return len(cls.columns)

    @classmethod
    def recognises_bundle(cls, names: list[str]) -> bool:
        """Whether several files in one zip, by their names, are ours."""
        return False

    @classmethod
    def accepts(cls, header: list[str]) -> bool:
        """Whether a file somebody says is ours can be: as a rule, when it is recognised."""
        return cls.recognises(header)

    @classmethod
    def must_ask(cls, header: list[str]) -> bool:
        """Whether `form` has to be answered before the file is read. `header` is [] of a bundle."""
        return False

    @classmethod
    def form(cls, run, *sent):
        """The questions, as a form whose `options()` are this run's, bound to what was `sent`."""
        raise NotImplementedError

    @classmethod
    def missing(cls, header: list[str]) -> list[str]:
        found = {plain(name) for name in header}
        return [name for name in cls.columns if plain(name) not in found]

    @classmethod
    def layout(cls) -> Layout:
        spelt = {plain(name): name for name in (*cls.columns, *cls.optional_columns)}
        return Layout(is_quoted=cls.is_quoted, blanks=cls.blanks, max_rows=cls.max_rows, spelt=spelt)

    def read(self, path: Path) -> Iterator[Row]:
        """The file's rows, one at a time. Raises Refused where the file cannot be trusted as a table."""
        with open_table(path, self.layout()) as table:
            for number, values in table.rows():
                yield Row(int(values.pop(ROW)) if self.gathers else number, values)

    def expected(self, path: Path) -> int:
        """About how many rows there are, for the progress bar."""
        with open_table(path, self.layout()) as table:
            return table.expected

    def gather(self, path: Path, target: Path, report: Callable[[int, int], None]) -> None:
        """Write the rows that concern us to `target`, a CSV of `columns` with ROW before them.

        Streams what arrived, and tells `report` how far it is: (rows done, rows in all).
        """
        raise NotImplementedError

    # The plan: writes nothing ----------------------------------------------------------------------
    def start(self) -> None:
        """Load small lookups once, before the first batch of a preview or an apply."""

    def key(self, row: Row) -> str:
        """What a row is about within the file; a second row with the same key is rejected. "" asks for no check.

        An importer that does not keep rows must bear a second one in a later batch.

        Raises ValidationError with the reason when the row cannot be identified.
        """
        return ""

    def plan(self, rows: list[Row]) -> Iterable[Planned]:
        """One Planned for each row (up to `batch_size`), with a constant number of queries."""
        raise NotImplementedError

    # The deed: one transaction -----------------------------------------------------------------------
    def apply(self, batch: list[Planned], *, by) -> None:
        """Write new and changed rows through the app's operations; set `target_id` of new ones."""
        raise NotImplementedError

    def finish(self, *, by) -> None:
        """After the last batch, in the same transaction."""

    def undo(self, rows: list, *, by) -> dict[int, str]:
        """Put back what `rows` (ImportRow, newest first) wrote; {row.pk: why} for those that were kept."""
        raise NotImplementedError

    def remarks(self) -> list[str]:
        """Sentences about the file as a whole, asked for when every row was planned."""
        return []

    # Words ---------------------------------------------------------------------------------------
    @classmethod
    def nouns(cls) -> str:
        return cls.noun_plural or f"{cls.noun}s"

    @classmethod
    def hint(cls) -> str:
        """Which columns a file of this kind has, for somebody about to choose one."""
        names = [*cls.columns, *cls.optional_columns]
        return f"Columns: {', '.join(names[:6])}{' and more' if len(names) > 6 else ''}."

    @classmethod
    def field_label(cls, name: str) -> str:
        return cls.field_labels.get(name) or name.replace("_", " ").capitalize()

    def target_url(self, target_id: int) -> str:
        """Where the record can be seen; "" when it has no page."""
        return ""


def plain(name: str) -> str:
    """A heading as it is compared: lower case, single spaces."""
    return " ".join(name.split()).casefold()
