"""The 13 tables of the extract as text or JSON, one row at a time, whatever their size.

Text is tab-separated without quotes, and rows may be broken in the middle; JSON is one array of objects.
Source: the Commission's data definition, and what its files are found to hold.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

import ijson

from vcse_portal.imports import Refused
from vcse_portal.imports.readers import bundles

FILE = re.compile(r"publicextract\.(charity\w*)\.(?:zip|txt|json)$", re.I)
TABLES = (
    "charity",
    "charity_annual_return_history",
    "charity_annual_return_parta",
    "charity_annual_return_partb",
    "charity_area_of_operation",
    "charity_classification",
    "charity_event_history",
    "charity_governing_document",
    "charity_other_names",
    "charity_other_regulators",
    "charity_policy",
    "charity_published_report",
    "charity_trustee",
)
BEGINS_A_ROW = re.compile(rb"\d{4}-\d\d-\d\d")  # date_of_extract is the first column of every table
LONGEST_ROW = 1 << 20
LONGEST_OBJECT = 16 << 20
AGAIN = "Nothing was imported. Download the file again."
BLANKS = {None: "", True: "True", False: "False"}


def files(path: Path) -> dict[str, str]:
    """The tables a bundle holds, with the names of their files."""
    found = ((FILE.search(name), name) for name in sorted(bundles.names(path), reverse=True))
    return {match[1].lower(): name for match, name in found if match and match[1].lower() in TABLES}


def read(path: Path, file: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The cells of `columns` of each row. Raises Refused, naming file and row, where it is not what it should be."""
    with bundles.opened(path, file) as stream:
        start = stream.peek(64)[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start:
            raise Refused(f"{file} is empty. {AGAIN}")
        yield from (_json if start[:1] == b"[" else _text)(stream, file, columns)


# Text ----------------------------------------------------------------------------------------------------
def _text(stream: BinaryIO, file: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    records = _records(_lines(stream, file))
    header = _cells(next(records, b""), 0, 1, file)
    header[0] = header[0].lstrip("\ufeff")
    wanted = _picker([name.strip().lower() for name in header], file, columns)
    for number, record in enumerate(records, start=2):
        if record.strip():
            yield wanted([cell.strip() for cell in _cells(record, len(header), number, file)])


def _lines(stream: BinaryIO, file: str) -> Iterator[bytes]:
    while line := stream.readline(LONGEST_ROW):
        if len(line) == LONGEST_ROW:
            raise Refused(f"{file} has a line of more than a million characters. {AGAIN}")
        yield line


def _records(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that do not begin a row belong to the one before: fields may hold line breaks."""
    held = b""
    for line in lines:
        if held and not BEGINS_A_ROW.match(line) and line.strip() and len(held) < LONGEST_ROW:
            held = held.rstrip(b"\r\n") + (b"" if line.startswith(b"\t") else b" ") + line
        else:
            if held:
                yield held
            held = line
    if held:
        yield held


def _cells(record: bytes, width: int, number: int, file: str) -> list[str]:
    try:
        text = record.replace(b"\0", b"").decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Refused(f"{file}, row {number:,}: its characters are not UTF-8. {AGAIN}") from None
    cells = text.split("\t")
    if width and len(cells) != width and "\\" in text:
        cells = next(csv.reader([text], delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\"))
    if width and len(cells) != width:
        raise Refused(
            f"{file}, row {number:,} has {len(cells)} columns, but the heading has {width}. {AGAIN}"
        )
    return cells


# JSON ----------------------------------------------------------------------------------------------------
class _Watched:
    """A stream without its byte order mark that stops when one object grows beyond what a row can be."""

    def __init__(self, stream: BinaryIO, file: str):
        self.stream, self.file, self.since = stream, file, 0
        if stream.peek(3)[:3] == b"\xef\xbb\xbf":
            stream.read(3)

    def read(self, size: int = -1) -> bytes:
        self.since += size
        if self.since > LONGEST_OBJECT:
            raise Refused(f"{self.file} holds something far longer than a row can be. {AGAIN}")
        return self.stream.read(size)


def _json(stream: BinaryIO, file: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    watched, header, wanted = _Watched(stream, file), None, None
    try:
        for number, item in enumerate(ijson.items(watched, "item", use_float=True), start=1):
            watched.since = 0
            if not isinstance(item, dict):
                raise Refused(f"{file}, item {number:,} is no row of a table. {AGAIN}")
            if header is None:
                header = item.keys()
                wanted = _picker([name.lower() for name in header], file, columns)
            if item.keys() != header:
                raise Refused(f"{file}, item {number:,} has other columns than the first. {AGAIN}")
            yield wanted([_words(item[name]) for name in header])
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise Refused(f"{file} is damaged: it is not complete JSON. {AGAIN}") from error


def _words(value) -> str:
    if isinstance(value, str):
        return value.replace("\0", "").strip()
    if isinstance(value, dict | list):
        raise Refused(f"A cell of the file holds a table of its own. {AGAIN}")
    return BLANKS[value] if value is None or isinstance(value, bool) else f"{value}"


def _picker(header: list[str], file: str, columns: tuple[str, ...]):
    missing = [name for name in columns if name not in header]
    if missing:
        raise Refused(f"{file} is not the Commission's table: it has no column {', '.join(missing)}.")
    if len(columns) == 1:
        place = header.index(columns[0])
        return lambda cells: (cells[place],)
    return itemgetter(*(header.index(name) for name in columns))
