"""Lists as CSV that opens rightly in a spreadsheet and cannot run there."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

STARTS = tuple("=+-@\t\r\n") + tuple("＝＋－＠")  # noqa: RUF001 the wide forms are read as formulas too
MARK = "'"
SUSPECT = frozenset(" " + MARK + "".join(STARTS))  # first letters that need a closer look
SAFE = frozenset({int, Decimal, dt.date, type(None)})  # the writer itself says them as `guard` would
CHUNK = 100  # lines written and sent at a time


def guard(value) -> str:
    """A cell that no spreadsheet takes for a formula; numbers and dates stay what they are."""
    if type(value) is str and value[:1] not in SUSPECT and "\0" not in value:  # nearly every cell there is
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return (
            timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if timezone.is_aware(value) else str(value)
        )
    if isinstance(value, dt.date | int | float | Decimal):
        return str(value)
    text = str(value).replace("\0", "")
    return MARK + text if text.lstrip(" ").startswith(STARTS) or text.startswith(MARK) else text


def unguard(text: str) -> str:
    """What `guard` was given, when an export is read back."""
    rest = text.removeprefix(MARK)
    return (
        rest if rest is not text and (rest.lstrip(" ").startswith(STARTS) or rest.startswith(MARK)) else text
    )


def csv_lines(header: Iterable, rows: Iterable[Iterable]) -> Iterator[str]:
    """The heading, then the rows by the hundred: a chunk for every line would cost more than the line."""
    yield "\ufeff" + _written([header])
    rows = iter(rows)
    while part := list(islice(rows, CHUNK)):
        yield _written(part)


def _written(rows: Iterable[Iterable]) -> str:
    page = StringIO()
    csv.writer(page).writerows([cell if type(cell) in SAFE else guard(cell) for cell in row] for row in rows)
    return page.getvalue()


def csv_response(filename: str, header: Iterable, rows: Iterable[Iterable]) -> StreamingHttpResponse:
    """A download named `filename`.csv, in UTF-8 with the mark Excel needs; rows are read as they are sent."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    name = slugify(filename.removesuffix(".csv")) or "list"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
