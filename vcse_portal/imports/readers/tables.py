"""One way in for every kind of table: CSV, TSV, XLSX, or a zip that holds one of them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..refusal import Refused
from . import archives, bundles, sheets, text

MOST_COLUMNS = 300
SIGNATURES = (
    (b"%PDF", "This is a PDF document. Send the data as a CSV file or an Excel workbook (.xlsx)."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file (.xls). Open it and save it as .xlsx or as CSV."),
    (b"\x1f\x8b", "This is a gzip archive. Unpack it and send the file inside."),
    (b"\x89PNG", "This is a picture, not a table."),
    (b"\xff\xd8\xff", "This is a picture, not a table."),
    (b"GIF8", "This is a picture, not a table."),
    (b"SQLite format", "This is a database, not a table. Export it as CSV."),
    (b"{\\rtf", "This is a text document, not a table. Send the data as a CSV file."),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg")


@dataclass(frozen=True)
class Layout:
    """How the cells of one kind of file are to be read."""

    is_quoted: bool = True
    blanks: frozenset[str] = frozenset()
    max_rows: int = 250_000
    spelt: dict[str, str] = field(default_factory=dict)  # plain heading → the spelling the importer uses


class Source(Protocol):
    """What a reader of one format gives: rows as lists of text, the first being the heading."""

    expected: int  # about how many rows, for the progress bar

    def lines(self) -> Iterator[tuple[int, list[str]]]: ...


class Table:
    """A heading and the rows beneath it."""

    def __init__(self, source: Source, layout: Layout):
        self.layout = layout
        self.expected = max(source.expected - 1, 0)
        self._lines = source.lines()
        self.header = self._read_header()

    def _read_header(self) -> list[str]:
        _number, cells = next(self._lines, (0, []))
        cells = [" ".join(cell.split()) for cell in _without_blank_end(cells)]
        if not any(cells):
            raise Refused("The file is empty. Its first row must hold the column names.")
        if len(cells) > MOST_COLUMNS:
            raise Refused(f"The file has {len(cells):,} columns; at most {MOST_COLUMNS} can be read.")
        header = [self.layout.spelt.get(cell.casefold(), cell) for cell in cells]
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise Refused(f"Two columns are called “{twice[0][:60]}”. Rename one of them.")
        return header

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Row number and {column: text}. Blank rows are passed over; a row that does not fit stops everything."""
        width, count, blanks = len(self.header), 0, self.layout.blanks
        named = [(place, name) for place, name in enumerate(self.header) if name]
        for number, cells in self._lines:
            if len(cells) != width:
                cells = self._fitted(number, cells, width)
            if not any(cells):
                continue
            count += 1
            if count > self.layout.max_rows:
                raise Refused(
                    f"The file has more than {self.layout.max_rows:,} rows. Split it and import the parts."
                )
            values = {}
            for place, name in named:
                cell = cells[place].strip()
                values[name] = "" if cell in blanks else cell
            yield number, values

    def _fitted(self, number: int, cells: list[str], width: int) -> list[str]:
        short = _without_blank_end(cells)
        if not short:
            return [""] * width
        if len(cells) < width or len(short) > width:
            raise Refused(
                f"Row {number:,} has {len(cells)} columns, but the heading has {width}. "
                "Nothing was imported. Correct the row, or export the file again."
            )
        return cells[:width]


@contextmanager
def open_table(path: Path, layout: Layout | None = None, *, only_start: bool = False) -> Iterator[Table]:
    """Open a file as a table, whatever its format. `only_start` is quick: its heading and some rows, unproven."""
    path, layout = Path(path), layout or Layout()
    with ExitStack() as stack:
        yield Table(_source(path, layout, stack, only_start), layout)


@contextmanager
def open_stream(path: Path, layout: Layout) -> Iterator[Table]:
    """A table of text that may be far too large to unpack: read once from front to back, its encoding unproven."""
    if not archives.is_archive(path) or archives.is_workbook(path):
        with open_table(path, layout) as table:
            yield table
        return
    with bundles.opened(path) as stream:
        yield Table(text.TextStream(stream, is_quoted=layout.is_quoted), layout)


def read_header(path: Path) -> list[str]:
    """The column names, to find out what kind of file it is."""
    with open_table(path, only_start=True) as table:
        return table.header


def _source(path: Path, layout: Layout, stack: ExitStack, only_start: bool) -> Source:
    if archives.is_archive(path):
        if archives.is_workbook(path):
            return stack.enter_context(sheets.open_workbook(path))
        member = stack.enter_context(archives.only_member(path, only_start=only_start))
        return _source(member, layout, stack, only_start)
    with path.open("rb") as file:
        start = file.read(512)
    if not start.strip():
        raise Refused("The file is empty.")
    for signature, sentence in SIGNATURES:
        if start.startswith(signature):
            raise Refused(sentence)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(MARKUP):
        raise Refused("This is a web page or XML file, not a table. Send the data as a CSV file.")
    return text.TextFile(path, is_quoted=layout.is_quoted, only_start=only_start)


def _without_blank_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
