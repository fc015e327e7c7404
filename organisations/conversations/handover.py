"""The handover pack: everything the next officer needs to know of an organisation, gathered from every app.

An app says what it has in its own `handover.py`, found as Django finds admin.py:

    @handover.section(60)
    def money(organisation, user) -> handover.Section | None: ...
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from organisations.models import Organisation
from vcse_portal.pdf.charts import Table

WHO, PEOPLE, SAID, TO_DO, ACTIONS, MONEY, PREMISES, CONCERNS, RECORD = range(10, 100, 10)


@dataclass(frozen=True)
class Note:
    """Something that was said: its heading, who and where, and its words in Markdown."""

    heading: str
    about: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """One heading of the pack. `nothing` is said where there are neither words, facts, rows nor notes."""

    title: str
    paragraphs: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[Note] = ()
    nothing: str = ""

    @property
    def is_empty(self) -> bool:
        rows = any(table.rows for table in self.tables)
        return not (self.paragraphs or self.facts or rows or self.notes)

    @property
    def filled_tables(self) -> list[Table]:
        return [table for table in self.tables if table.rows]


Maker = Callable[[Organisation, object], Section | None]
_makers: list[tuple[int, Maker]] = []


def section(order: int):
    """Register a part of the pack. It gives what this officer may see, a bounded number of queries; None: no heading."""

    def register(maker: Maker) -> Maker:
        _makers.append((order, maker))
        return maker

    return register


def pack(organisation: Organisation, user) -> list[Section]:
    """The sections in their order: who, people, what was said, to do, money, premises, concerns, record."""
    made = (maker(organisation, user) for _order, maker in sorted(_makers, key=lambda one: one[0]))
    return [one for one in made if one is not None]
