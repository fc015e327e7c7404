"""Excel workbooks: the first sheet that holds anything, read row by row without its formulas and macros."""

import datetime
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ..refusal import Refused
from .archives import BROKEN, MB, check_sizes

MOST_UNPACKED = 250 * MB
MOST_SHARED_TEXT = 40 * MB  # held in memory whole
TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    NotImplementedError,
)


class Sheet:
    def __init__(self, sheet):
        self._sheet = sheet
        self.expected = sheet.max_row or 0
        sheet.reset_dimensions()  # what a file says of its own size is not to be believed

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        width = 0
        rows = self._sheet.iter_rows(values_only=True)
        number = 0
        while True:
            try:
                cells = next(rows, None)
            except TROUBLE as error:
                raise Refused(BROKEN) from error
            if cells is None:
                return
            number += 1
            texts = [as_text(cell) for cell in cells]
            width = width or len(texts)
            yield number, texts + [""] * (width - len(texts))  # a sheet leaves out the blank end of a row


@contextmanager
def open_workbook(path: Path) -> Iterator[Sheet]:
    with path.open("rb") as file:  # opened here: by its name the library would judge our stored files
        try:
            _check(file)
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except TROUBLE as error:
            raise Refused(BROKEN) from error
        try:
            yield Sheet(_first_sheet(workbook))
        finally:
            workbook.close()


def _check(file: BinaryIO) -> None:
    with zipfile.ZipFile(file) as archive:
        check_sizes(archive, MOST_UNPACKED)
        for member in archive.infolist():
            if member.filename.endswith("sharedStrings.xml") and member.file_size > MOST_SHARED_TEXT:
                raise Refused("The workbook holds too much text. Save the sheet as CSV and send that.")
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    if b"<!DOCTYPE" in part.read(1024):
                        raise Refused(
                            "The workbook holds parts a workbook should not have. It was not opened."
                        )


def _first_sheet(workbook):
    sheets = [s for s in workbook.worksheets if s.sheet_state == "visible"]
    if not sheets:
        raise Refused("The workbook has no visible sheet.")
    return sheets[0]


def as_text(cell) -> str:
    """A cell as a CSV export would show it: whole numbers without a point, dates as 2026-12-03."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "True" if cell else "False"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    text = str(cell).replace("\0", "")
    if len(text) > 100_000:
        raise Refused("A cell holds more than 100,000 characters. Nothing was imported.")
    return text
