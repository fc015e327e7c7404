"""Files that mean harm or were hurt on the way: a clear sentence, at once, and nothing done."""

import io
import time
import tracemalloc
import zipfile
from secrets import token_hex

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_theme
from vcse_portal.borough.models import Theme
from vcse_portal.imports import Refused
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import run_now

from .test_readers import workbook, zipped

pytestmark = pytest.mark.django_db
HEADING = "Theme code,Theme name\n"
MB = 1024 * 1024


def bomb(name, size=200 * MB):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
        piece = b"Theme code,Theme name\n".ljust(MB)
        for _ in range(size // MB):
            member.write(piece)
    return file.getvalue()


def large(size):
    """A zip of a table that would unpack to `size` bytes, at the rate of an honest one."""
    file, piece = (
        io.BytesIO(),
        HEADING.encode() + b"".join(b"%d,%s\n" % (n, token_hex(40).encode()) for n in range(200)),
    )
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open("data.csv", "w") as member:
        for _ in range(size // len(piece) + 1):
            member.write(piece)
    return file.getvalue()


def tampered(old, new):
    source, target = (
        zipfile.ZipFile(io.BytesIO(workbook(["Theme code", "Theme name"], ["a", "b"]))),
        io.BytesIO(),
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name).replace(old, new))
    return target.getvalue()


def workbook_bomb():
    file = io.BytesIO(workbook(["Theme code", "Theme name"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * (200 * MB))
    return file.getvalue()


BOOK = workbook(["Theme code", "Theme name"], ["a", "b"])
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]>'
FILES = {
    "nothing": (lambda: b"", "The file is empty."),
    "spaces": (lambda: b" \n\n ", "The file is empty."),
    "a mark only": (lambda: b"\xef\xbb\xbf", "The file is empty."),
    "commas only": (lambda: b",,,\n,,,\n", "The file is empty."),
    "heading only": (lambda: HEADING.encode(), "no rows beneath them"),
    "too few columns": (lambda: f"{HEADING}a,b\nc\n".encode(), "Row 3 has 1 columns"),
    "too many columns": (lambda: f"{HEADING}a,b\nc,d,e\n".encode(), "Row 3 has 3 columns"),
    "two columns of one name": (
        lambda: b"Theme code,theme  CODE,Theme name\na,b,c\n",
        "Two columns are called",
    ),
    "400 columns": (lambda: ",".join(f"c{n}" for n in range(400)).encode(), "400 columns"),
    "unreadable characters": (lambda: HEADING.encode() + b"a,\x81\xff\n", "characters cannot be read"),
    "NULs": (lambda: b"MZ" + b"\0" * 5000, "not a text file"),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj", "PDF document"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n", "a picture"),
    "web page": (lambda: b"\n<!DOCTYPE html><html><script>alert(1)</script>", "web page"),
    "SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "web page or XML"),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
    "gzip": (lambda: b"\x1f\x8b\x08" + b"x" * 60, "gzip"),
    "unclosed quotation mark": (
        lambda: (HEADING + 'a,"b\n' + "c,d\n" * 60_000).encode(),
        "Perhaps a quotation mark is not closed",
    ),
    "10 MB in a cell": (lambda: (HEADING + "a," + "x" * (10 * MB) + "\n").encode(), "more than a"),
    "10 MB without a line end": (lambda: b"x" * (10 * MB), "more than a million characters"),
    "too many rows": (lambda: (HEADING + "a,b\n" * 5_001).encode(), "more than 5,000 rows"),
    "workbook cut short": (lambda: BOOK[: len(BOOK) // 2], "damaged"),
    "workbook without its end": (lambda: BOOK[:-30], "damaged"),
    "workbook with entities": (lambda: tampered(b"<worksheet", ENTITIES + b"<worksheet"), "should not have"),
    "workbook of broken XML": (lambda: tampered(b"</row>", b"</wor>"), "damaged"),
    "workbook bomb": (workbook_bomb, "unpacks to far more"),
    "zip cut short": (lambda: zipped(data_csv=HEADING + "a,b\n")[:-10], "damaged"),
    "zip bomb": (lambda: bomb("data.csv"), "unpacks to far more"),
    "large zip": (lambda: large(301 * MB), "larger than 300 MB"),
    "zip of two files": (lambda: zipped(a_csv="x", b_csv="y"), "exactly one file"),
    "zip in a zip": (lambda: zipped(data_zip=zipped(data_csv=HEADING)), "exactly one file"),
    "zip that climbs": (lambda: zipped(**{"../../etc/passwd": HEADING}), "exactly one file"),
    "empty zip": (lambda: zipped(), "exactly one file"),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_file_is_refused_at_once_with_a_sentence_and_nothing_is_done(name, write):
    make, sentence = FILES[name]
    path = write(make(), "upload.bin")
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        run_now(path, kind="test_themes")
    took, (_now, most) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sentence in str(refused.value)
    assert Theme.objects.count() == 0
    assert not ImportRun.objects.exclude(status="refused").exists()
    assert most < 64 * MB
    assert took < 5


def test_hostile_cells_are_stored_as_the_text_they_are(write):
    names = [
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
        "{{ 7*7 }}",
        "\u202ereversed",
    ]
    lines = "".join(f"c{n},{name}\n" for n, name in enumerate(names))
    run = run_now(write(HEADING + lines))
    assert run.counts["new"] == len(names)
    assert list(Theme.objects.order_by("code").values_list("name", flat=True)) == names


def test_a_name_too_long_for_the_database_stops_everything(write):
    """An importer that forgot to check: the database says no, and nothing of the file stays."""
    with pytest.raises(Refused, match="Nothing was changed"):
        run_now(write(HEADING + "a,Fine\nb," + "x" * 500 + "\n"))
    assert Theme.objects.count() == 0
    assert ImportRun.objects.get().status == "previewed"


@given(content=st.binary(max_size=300), heading=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_end_in_a_result_or_a_sentence(write, content, heading):
    make_theme()
    sentence, run = "", None
    try:
        run = run_now(write(HEADING.encode() * heading + content), kind="test_themes", preview_only=True)
    except Refused as refused:
        sentence = str(refused)
    assert "fault on our side" not in sentence
    assert sentence or sum(run.counts.values()) == run.total == run.rows.count()
