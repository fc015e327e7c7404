"""What a chart is made of, and the words and the table that go with every drawing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

LONG = 30  # letters; the longest English words people use have 28
Number = int | float | Decimal
Show = Callable[[Number], str]


def number(value: Number) -> str:
    """1250 as 1,250 and 2.50 as 2.5."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".").replace("-", "−")


def pounds(value: Number) -> str:
    """1250 as £1,250; pence only where there are some."""
    text = f"£{abs(value):,.2f}".removesuffix(".00")
    return f"−{text}" if value < 0 else text


def per_cent(value: Number) -> str:
    """62.5 as 62.5%."""
    return f"{number(value)}%"


@dataclass(frozen=True)
class Series:
    """One row of figures: a name, a value for each category, and a tone of `colours.TONES` if it has one."""

    name: str
    values: Sequence[Number | None]
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table as a page or a paper shows it; the first column names the row.

    Cells are text, dates, or safe HTML such as `marks.rag` gives. `numeric` holds the columns set to the right.
    """

    header: Sequence[str]
    rows: Sequence[Sequence]
    caption: str = ""
    numeric: frozenset[int] = frozenset()

    @property
    def heads(self) -> list[tuple[str, bool]]:
        return [(name, column in self.numeric) for column, name in enumerate(self.header)]

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        return [
            [(_set(cell), column in self.numeric) for column, cell in enumerate(row)] for row in self.rows
        ]


def _set(cell):
    """A date in words that stays on one line, text with a very long word so that it may break."""
    if isinstance(cell, date):
        return format_html('<span class="app-together">{}</span>', date_format(cell, "j F Y"))
    if type(cell) is str and any(len(word) > LONG for word in cell.split()):
        return format_html('<span class="app-breaks">{}</span>', cell)
    return cell


@dataclass(frozen=True)
class Chart:
    title: str
    sentence: str
    svg: SafeString
    table: Table
    source: str = ""
    as_at: date | None = None


def check(categories: Sequence[str], series: Sequence[Series]) -> None:
    """Raise ValueError when a series has not one value for each category."""
    for one in series:
        if len(one.values) != len(categories):
            raise ValueError(f"“{one.name}” has {len(one.values)} values for {len(categories)} categories.")


def table_of(
    title: str, first: str, categories: Sequence[str], series: Sequence[Series], show: Show, missing: str
) -> Table:
    """The figures behind a chart, categories down and series across."""
    rows = [
        (category, *(missing if one.values[i] is None else show(one.values[i]) for one in series))
        for i, category in enumerate(categories)
    ]
    header = (first, *(one.name for one in series))
    return Table(header, rows, title, frozenset(range(1, len(header))))


def listed(parts: Sequence[str]) -> str:
    """“a, b and c”; at least one part."""
    *before, last = parts
    return _("%(before)s and %(last)s") % {"before": ", ".join(before), "last": last} if before else last
