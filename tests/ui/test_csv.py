import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcse_portal.ui.csv import CHUNK, csv_response, guard, unguard

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
]


def rows_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_guard_disarms_formulas(text):
    assert guard(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "yes"),
        (-5, "-5"),
        (Decimal("-1250.50"), "-1250.50"),
        (dt.date(2026, 12, 3), "2026-12-03"),
        (dt.datetime(2026, 7, 1, 11, 0, tzinfo=dt.UTC), "2026-07-01 12:00"),
        ("Zoë & Söhne", "Zoë & Söhne"),
        ("a\0b", "ab"),
    ],
)
def test_guard_leaves_the_rest_readable(value, cell):
    assert guard(value) == cell


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs",))))
def test_unguard_gives_back_what_was_guarded(text):
    assert unguard(guard(text)) == text


def test_csv_response_is_a_download_that_excel_reads():
    response = csv_response("Groups in Greenhill.csv", ["Name", "Income"], [["=x, y", 3], ["Ü", None]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="groups-in-greenhill.csv"'
    assert rows_of(response) == [["Name", "Income"], ["'=x, y", "3"], ["Ü", ""]]


def test_csv_response_reads_rows_as_they_are_sent():
    taken = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield [number]

    stream = iter(csv_response("x", ["n"], rows()).streaming_content)
    next(stream)
    assert taken == []
    next(stream)
    assert taken == list(range(CHUNK))
