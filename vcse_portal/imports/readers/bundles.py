"""Several files that belong together, as a register publishes them: one zip of them, each perhaps a zip itself.

Nothing is unpacked as a whole: a member is read as a stream, whatever its size.
"""

import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..refusal import Refused
from .archives import BROKEN, MB, check_sizes, directory, is_archive, is_workbook

MOST_UNPACKED = 8_192 * MB  # the charity register of England and Wales unpacks to about 4,000 as JSON
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip, whenever they are packed


def names(path: Path) -> list[str]:
    """The data files in a zip, by their names without folders; [] when the file is none or a workbook."""
    if not is_archive(path) or is_workbook(path):
        return []
    with directory(path) as archive:
        check_sizes(archive, MOST_UNPACKED)
        return [Path(one.filename).name for one in _data(archive)]


def pack(files: Iterable[tuple[str, BinaryIO]], target: BinaryIO) -> None:
    """Put files into one zip as they are, in the order of their names."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, file in sorted(files, key=lambda pair: pair[0]):
            with archive.open(zipfile.ZipInfo(Path(name).name, LONG_AGO), "w", force_zip64=True) as member:
                shutil.copyfileobj(file, member, MB)


@contextmanager
def opened(path: Path, name: str = "") -> Iterator[BinaryIO]:
    """One data file of a zip, or its only one, as a stream of its unpacked bytes."""
    with directory(path) as archive:
        check_sizes(archive, MOST_UNPACKED)
        found = [one for one in _data(archive) if not name or Path(one.filename).name == name]
        if not found or (not name and len(found) > 1):
            raise Refused("A zip must hold exactly one file: a table as .csv, .tsv or .txt.")
        try:
            if found[0].filename.lower().endswith(".zip"):
                with _inner(archive, found[0], path.parent) as inner, opened(Path(inner)) as stream:
                    yield stream
            else:
                with archive.open(found[0]) as member, io.BufferedReader(member, MB) as stream:
                    yield stream
        except BROKEN_ZIP as error:
            raise Refused(f"{Path(found[0].filename).name[:80]} is damaged. {BROKEN}") from error


@contextmanager
def _inner(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Iterator[str]:
    """A zip within the zip, still packed, on the disk that holds uploads."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".inner") as file:
        with archive.open(member) as packed:
            shutil.copyfileobj(packed, file, MB)
        file.flush()
        if not is_archive(Path(file.name)) or is_workbook(Path(file.name)):
            raise Refused(f"{member.filename[:80]} is not a zip. {BROKEN}")
        yield file.name


def _data(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
