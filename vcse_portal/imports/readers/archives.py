"""Zips: never unpacked before their directory was looked at, never beyond what a table can be."""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..refusal import Refused

MB = 1 << 20
MOST_MEMBERS = 2_000
MOST_UNPACKED = 300 * MB  # what the temporary directory of a container has room for
MOST_TIMES = 100  # unpacked size over packed size: workbooks reach about 20
BROKEN = "The file is damaged: perhaps it was not sent completely. Download or save it again."


def is_archive(path: Path) -> bool:
    """Whether a file is packed, so that its size says nothing of the work it makes."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def is_workbook(path: Path) -> bool:
    with directory(path) as archive:
        return "[Content_Types].xml" in archive.namelist()


def check_sizes(archive: zipfile.ZipFile, most: int | None) -> None:
    """Refuse an archive that would unpack to more than `most` bytes, or to far more than it pretends to be."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        raise Refused("The file holds too many parts to be a table.")
    for member in members:
        if member.flag_bits & 1:
            raise Refused("The file is protected by a password. Save it without one.")
        if member.file_size > MB and member.file_size > MOST_TIMES * max(member.compress_size, 1):
            raise Refused("The file unpacks to far more than a table would. It was not opened.")
    if most is not None and unpacked > most:
        raise Refused(f"Unpacked, the file is larger than {most // MB:,} MB. Split it and import the parts.")


@contextmanager
def only_member(path: Path, *, only_start: bool = False) -> Iterator[Path]:
    """The one data file a zip holds, unpacked beside us and removed afterwards; or its first megabyte alone."""
    with directory(path) as archive:
        names = [m.filename for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        if len(names) != 1 or not names[0].lower().endswith((".csv", ".tsv", ".txt")):
            raise Refused("A zip must hold exactly one file: a table as .csv, .tsv or .txt.")
        check_sizes(archive, None if only_start else MOST_UNPACKED)
        with tempfile.NamedTemporaryFile(suffix=".table") as unpacked:
            try:
                with archive.open(names[0]) as member:
                    if only_start:
                        unpacked.write(member.read(MB))
                    else:
                        shutil.copyfileobj(member, unpacked, MB)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
                raise Refused(BROKEN) from error
            unpacked.flush()
            yield Path(unpacked.name)


def directory(path: Path) -> zipfile.ZipFile:
    """What a zip says it holds. Refused when that cannot be read: the file was cut short."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise Refused(BROKEN) from error
