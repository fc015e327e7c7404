"""CSV and TSV: which encoding, which delimiter, quoted or not, then one row at a time."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from ..refusal import Refused

LONGEST_CELL = 100_000
PIECE = 1 << 20
UNREADABLE = "The file's characters cannot be read. Save it as “CSV UTF-8” and send it again."
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DELIMITERS = ",\t;|"

csv.field_size_limit(LONGEST_CELL)


class TextFile:
    """A delimited text file whose encoding was proven over its whole length before the first row is read."""

    def __init__(self, path: Path, *, is_quoted: bool = True, only_start: bool = False):
        self.path, self.is_quoted = path, is_quoted
        self.encoding, self.expected = _encoding(path, only_start)

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield from _rows(file, self.is_quoted)


class TextStream:
    """Delimited text that comes once, in UTF-8, from a zip too large to be unpacked first."""

    expected = 0

    def __init__(self, stream: BinaryIO, *, is_quoted: bool = True):
        self._stream, self.is_quoted = stream, is_quoted

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        yield from _rows(io.TextIOWrapper(self._stream, encoding="utf-8-sig", newline=""), self.is_quoted)


def _rows(file: TextIO, is_quoted: bool) -> Iterator[tuple[int, list[str]]]:
    try:
        source = _pieces(file) if is_quoted else _joined(_pieces(file))
        first = next(source, "")
        rules = {"delimiter": _delimiter(first), "strict": False}
        if not is_quoted:
            rules.update(quoting=csv.QUOTE_NONE, escapechar="\\")
        reader = csv.reader(_and_then(first, source), **rules)
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise Refused(_sentence(error, reader.line_num)) from error
    except UnicodeDecodeError as error:
        raise Refused(UNREADABLE) from error


def _encoding(path: Path, only_start: bool) -> tuple[str, int]:
    """The encoding in which the whole file, or its start, can be read, and how many lines that has."""
    with path.open("rb") as file:
        start = file.read(PIECE)
    mark = next((name for mark, name in MARKS if start.startswith(mark)), None)
    if mark is None and start.count(0) > max(16, len(start) // 50):
        raise Refused("This is not a text file. Send a CSV file or an Excel workbook (.xlsx).")
    for encoding in [mark] if mark else ["utf-8", "cp1252"]:
        try:
            return encoding, _count_lines(path, encoding, only_start)
        except UnicodeError:
            continue
    raise Refused(UNREADABLE)


def _count_lines(path: Path, encoding: str, only_start: bool) -> int:
    decoder, count, last = codecs.getincrementaldecoder(encoding)(), 0, ""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            text = decoder.decode(piece)
            count, last = count + text.count("\n"), text[-1:] or last
            if only_start and len(piece) == PIECE:
                return count
    decoder.decode(b"", final=True)
    return count + (last != "\n")


def _pieces(file) -> Iterator[str]:
    """Lines without NULs, none longer than a row may be: a file without line ends must not fill the memory."""
    while line := file.readline(10 * LONGEST_CELL):
        if len(line) >= 10 * LONGEST_CELL:
            raise Refused(
                "The file has a line of more than a million characters. It is not a table we can read."
            )
        yield line.replace("\0", "")


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Rows that were broken in the middle: a line that begins with a tab belongs to the one before."""
    held = ""
    for line in lines:
        if line.startswith("\t") and held:
            held = held.rstrip("\r\n") + line
        else:
            if held:
                yield held
            held = line
    if held:
        yield held


def _and_then(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def _delimiter(heading: str) -> str:
    unquoted = "".join(heading.split('"')[::2])
    return max(DELIMITERS, key=unquoted.count) if any(d in unquoted for d in DELIMITERS) else ","


def _sentence(error: csv.Error, line: int) -> str:
    if "field larger" in str(error):
        return (
            f"Near line {line:,} a cell holds more than {LONGEST_CELL:,} characters. "
            "Perhaps a quotation mark is not closed. Nothing was imported."
        )
    return f"The file cannot be read near line {line:,} ({error}). Nothing was imported."
