"""F22: no export runs as a formula, seen by a real spreadsheet; and what it holds comes back as it was.

The spreadsheet is LibreOffice without a screen; where it is missing the test fails, except on a machine of one's own.
"""

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import gettempdir

import pytest

from tests.factories import make_officer
from tests.organisations.factories import make_organisation
from vcse_portal.ui.csv import unguard

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not shutil.which("soffice") and not os.environ.get("CI"), reason="LibreOffice is not installed"
    ),
]
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",  # noqa: RUF001
    "＋1+1",  # noqa: RUF001
    "－1+1",  # noqa: RUF001
    "＠SUM(1;1)",  # noqa: RUF001
    "'=1+1",
    '"=1+1',
    '=HYPERLINK("https://example.org","x")',
    "a;=1+1",
    'a,"\r\n=1+1',
    "=DDE(1)\t=2\r=3",
]
UTF_8 = "44,34,76"  # comma, quotation mark, encoding
PROFILE = Path(gettempdir()) / f"vcse-portal-spreadsheets-{os.getpid()}"  # making one takes seconds
TEXTS = ("known_as", "status_reason", "opening_text", "support_needs", "summary", "address", "source")


def converted(folder, name: str, kind: str) -> bytes:
    """What LibreOffice makes of a file, in another format."""
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{PROFILE}", f"--infilter=CSV:{UTF_8}"),
            *("--convert-to", kind, "--outdir", str(folder / "out"), str(folder / name)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / "out" / name).with_suffix(f".{kind.split(':')[0]}").read_bytes()


def formulas(folder, name: str) -> int:
    return converted(folder, name, "fods").count(b"table:formula=")


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def export(sign_in, tmp_path):
    """An officer's export of organisations that hold each of the hostile texts in every text field."""
    for number, text in enumerate(HOSTILE):
        facts = dict.fromkeys(TEXTS, text) | {"languages": [text[:40]]}
        make_organisation(f"{text} {number}", **facts)
    content = sign_in(make_officer()).get("/organisations/?format=csv").getvalue()
    (tmp_path / "register.csv").write_bytes(content)
    return content


def test_f22_a_spreadsheet_finds_no_formula(export, tmp_path):
    assert len(rows_of(export)) == len(HOSTILE) + 1
    assert formulas(tmp_path, "register.csv") == 0


def test_f22_control_the_same_texts_unguarded_are_formulas(tmp_path):
    with (tmp_path / "naive.csv").open("w", newline="") as file:
        csv.writer(file).writerows([text] for text in HOSTILE)
    assert formulas(tmp_path, "naive.csv") >= 3


def test_f22_read_back_it_is_what_was_written(export):
    header, *rows = rows_of(export)
    held = {unguard(row[header.index("Help it wants")]) for row in rows}
    assert held == set(HOSTILE)
    for row in rows:
        cells = {unguard(row[header.index(name)]) for name in ("Known as", "Opening times", "What it does")}
        assert len(cells) == 1


def test_f22_through_the_spreadsheet_it_is_what_was_written(export, tmp_path):
    header, *rows = rows_of(export)
    name, help_wanted = header.index("Organisation name"), header.index("Help it wants")
    (tmp_path / "through.csv").write_bytes(export)
    again = rows_of(converted(tmp_path, "through.csv", f"csv:Text - txt - csv (StarCalc):{UTF_8}"))
    lines = {plain(row[name]): plain(row[help_wanted]) for row in again[1:]}
    assert lines == {plain(row[name]): plain(row[help_wanted]) for row in rows}


def plain(cell: str) -> str:
    """As read back; a spreadsheet makes one kind of line end of all."""
    return unguard(cell).replace("\r\n", "\n").replace("\r", "\n")
