"""Every way a table arrives: encodings, delimiters, line ends, quoting, workbooks, zips."""

import csv
import datetime as dt
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from vcse_portal.imports.readers.tables import Layout, open_table
from vcse_portal.imports.refusal import Refused

EXPECTED = [(2, {"name": "Café", "number": "1"}), (3, {"name": "Bär", "number": "2"})]
TEXT = "name,number\nCafé,1\nBär,2\n"


def rows(path, **layout):
    with open_table(path, layout=Layout(**layout)) as table:
        return list(table.rows())


def workbook(*lines):
    book = Workbook()
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "|").encode(),
        TEXT.rstrip("\n").encode(),
        ("name,number,\nCafé,1,\nBär,2,,,\n").encode(),
        ('"name","number"\n" Café ","1"\n"B\0är",2\n').encode(),
        workbook(["name", "number"], ["Café", 1], ["Bär", 2.0]),
        workbook([" name ", "number", None], ["Café", "1", None], ["Bär", "2"]),
        zipped(data_csv=TEXT),
        zipped(data_txt=TEXT.replace(",", "\t")),
    ],
    ids=range(16),
)
def test_open_table_reads_the_same_rows_however_they_are_written(write, content):
    assert rows(write(content)) == EXPECTED


def test_open_table_passes_over_blank_rows_and_counts_them(write):
    assert rows(write("a,b\n\n1,2\n,\n3,4\n")) == [(3, {"a": "1", "b": "2"}), (5, {"a": "3", "b": "4"})]


def test_open_table_turns_blank_words_into_nothing(write):
    assert rows(write("a,b\nNA, NA \n1,NAB\n"), blanks=frozenset({"NA"})) == [
        (2, {"a": "", "b": ""}),
        (3, {"a": "1", "b": "NAB"}),
    ]


def test_open_table_keeps_line_breaks_within_quotes(write):
    assert rows(write('a,b\n"one\ntwo","say ""hi"""\n')) == [(2, {"a": "one\ntwo", "b": 'say "hi"'})]


def test_open_table_of_unquoted_tsv_takes_quotes_as_data_and_joins_broken_rows(write):
    content = 'id\tname\tdate\r\n1\tThe "Old" Hall\t2023-09-07\r\n2\tBroken\r\n\t2023-09-08\r\n3\t"Half\t\r\n'
    assert rows(write(content), is_quoted=False) == [
        (2, {"id": "1", "name": 'The "Old" Hall', "date": "2023-09-07"}),
        (3, {"id": "2", "name": "Broken", "date": "2023-09-08"}),
        (4, {"id": "3", "name": '"Half', "date": ""}),
    ]


def test_open_table_of_a_workbook_reads_values_as_an_export_would_show_them(write):
    content = workbook(
        ["whole", "part", "day", "moment", "yes"],
        [100012797623, 0.1, dt.date(2026, 12, 3), dt.datetime(2026, 12, 3, 9, 30), True],
        [None, None, dt.datetime(2026, 12, 3), None, False],
    )
    assert [list(values.values()) for _, values in rows(write(content))] == [
        ["100012797623", "0.1", "2026-12-03", "2026-12-03 09:30:00", "True"],
        ["", "", "2026-12-03", "", "False"],
    ]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=20)


@given(
    table=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20),
    delimiter=st.sampled_from(",;\t|"),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_open_table_reads_back_whatever_was_written(write, table, delimiter):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two", "three"), *table])
    found = [tuple(values.values()) for _, values in rows(write(file.getvalue()))]
    assert found == [tuple(c.strip() for c in line) for line in table if any(line)]


@given(content=st.binary(max_size=2_000))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_open_table_of_any_bytes_gives_rows_or_a_sentence(write, content):
    _rows_or_sentence(write(content))


@given(
    start=st.sampled_from([workbook(["a", "b"], [1, 2]), zipped(data_csv=TEXT), TEXT.encode("utf-16")]),
    place=st.integers(0, 6_000),
    junk=st.binary(max_size=60),
    cut=st.booleans(),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_open_table_of_a_damaged_file_gives_rows_or_a_sentence(write, start, place, junk, cut):
    _rows_or_sentence(write(start[:place] + junk + (b"" if cut else start[place + len(junk) :])))


def _rows_or_sentence(path):
    sentence = "."
    try:
        rows(path)
    except Refused as refused:
        sentence = str(refused)
    assert sentence.endswith(".")
