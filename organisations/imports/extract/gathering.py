"""One row a charity out of 13 tables. Rows are streamed into temporary tables of this transaction, joined there
and streamed out again: what is held in memory does not grow with the files."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from django.db import connection

from vcse_portal.imports import Refused
from vcse_portal.imports.importer import ROW

from ...models import Identifier
from . import tables
from .borough import COLUMNS as AREA_COLUMNS
from .borough import Borough, Numbers, organisation_number

BATCH = 1_000
LONGEST_CELL = 4_000
NUMBERS = ("organisation_number", "registered_charity_number", "linked_charity_number")
ADDRESS = tuple(f"charity_contact_address{n}" for n in range(1, 6))
COPIED = (
    "charity_name",
    "charity_type",
    "charity_registration_status",
    "date_of_registration",
    "date_of_removal",
    "latest_acc_fin_period_end_date",
    "latest_income",
    "charity_contact_postcode",
    "charity_contact_phone",
    "charity_contact_email",
    "charity_contact_web",
    "charity_company_registration_number",
    "charity_insolvent",
    "charity_in_administration",
    "charity_activities",
)
AS_LIST = "string_agg(value, '; ' ORDER BY sort, value)"
# side → how the values of one charity become one cell
SIDES = {
    "other_names": AS_LIST,
    "classification": "string_agg(DISTINCT value, ' ')",
    "trustees": "count(*)",
    "volunteers": "max(value)",
    "employees": "max(value)",
    "earlier_income": "max(value)",
    "removal": "max(value)",
    "governing_document": "max(value)",
    "charitable_objects": "max(value)",
    "policies": AS_LIST,
    "regulators": AS_LIST,
    "reports": AS_LIST,
}
COLUMNS = ("charity_number", "linked_to", *COPIED, "charity_contact_address", *SIDES)
Values = Iterator[tuple[str, str, str]]  # side, order among its kind, value


# What each of the other tables has to say of a charity -----------------------------------------------------
def _names(kind, name) -> Values:
    is_past = kind == "Previous name"
    yield "other_names", "1" if is_past else "0", f"previously {name}" if is_past else name


def _volunteers(is_latest, count) -> Values:
    if is_latest == "True" and count:
        yield "volunteers", "", count


def _employees(is_latest, count) -> Values:
    if is_latest == "True" and count:
        yield "employees", "", count


def _income(end, income) -> Values:
    if end and income:
        yield "earlier_income", "", f"{end[:10]} {income}"


def _removal(event, day, reason) -> Values:
    if event == "Removed":
        yield "removal", "", f"{day[:10]} {reason}"


def _governing(document, objects) -> Values:
    yield "governing_document", "", document[:200]
    yield "charitable_objects", "", objects[:LONGEST_CELL]


OTHERS: dict[str, tuple[tuple[str, ...], Callable[..., Values]]] = {
    "charity_other_names": (("charity_name_type", "charity_name"), _names),
    "charity_classification": (("classification_code",), lambda code: [("classification", "", code)]),
    "charity_trustee": (("trustee_id",), lambda _id: [("trustees", "", "")]),
    "charity_annual_return_parta": (("latest_fin_period_submitted_ind", "count_volunteers"), _volunteers),
    "charity_annual_return_partb": (("latest_fin_period_submitted_ind", "count_employees"), _employees),
    "charity_annual_return_history": (("fin_period_end_date", "total_gross_income"), _income),
    "charity_event_history": (("event_type", "date_of_event", "reason"), _removal),
    "charity_governing_document": (("governing_document_description", "charitable_objects"), _governing),
    "charity_policy": (("policy_name",), lambda name: [("policies", "", name)]),
    "charity_other_regulators": (("regulator_name",), lambda name: [("regulators", "", name)]),
    "charity_published_report": (
        ("report_name", "date_published"),
        lambda name, day: [("reports", day[:10], f"{name.capitalize()} ({day[:10]})")],
    ),
}


def gather(path: Path, target: Path, borough: Borough, report: Callable[[int, int], None]) -> list[str]:
    """Write the charities of a borough, and those we hold already, to `target`. Returns remarks for the officer."""
    files, done = tables.files(path), _Progress(path, report)
    if "charity" not in files:
        raise Refused("The table of charities is missing: publicextract.charity.zip.")
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        if borough.needs_areas:
            _read_areas(path, files, borough, done)
        _copy_charities(
            cursor, done(tables.read(path, files["charity"], (*NUMBERS, *COPIED, *ADDRESS))), borough
        )
        chosen = _chosen()
        for table, (columns, values) in OTHERS.items():
            if table in files:
                rows = done(tables.read(path, files[table], ("organisation_number", *columns)))
                _copy(cursor, "gathered_side", _sides(rows, chosen, values))
        with target.open("wb") as file:
            cursor.copy_expert(f"COPY ({_JOINED}) TO STDOUT WITH (FORMAT csv, HEADER)", file)
    return _remarks(files, borough)


def _read_areas(path: Path, files: dict, borough: Borough, done) -> None:
    if "charity_area_of_operation" not in files:
        raise Refused(
            "The table of areas of operation is missing: add publicextract.charity_area_of_operation.zip, "
            "or choose charities by their postcode alone."
        )
    borough.works_in(done(tables.read(path, files["charity_area_of_operation"], AREA_COLUMNS)))


def _remarks(files: dict, borough: Borough) -> list[str]:
    said = []
    if missing := [table.removeprefix("charity_") for table in OTHERS if table not in files]:
        words = ", ".join(missing).replace("_", " ")
        said.append(f"Not in what was sent, so left as it is here: {words}.")
    if borough.needs_areas and not borough.is_found:
        said.append(f"No charity in the file works in “{borough.area}”; those found have their address here.")
    if borough.has_no_postcodes:
        said.append(
            "We hold no postcodes of the borough, so charities were found by area of operation alone."
        )
    return said


class _Progress:
    """Counts the rows that go by, for the progress bar."""

    ROW_BYTES = 90  # packed, on an average over the 13 tables

    def __init__(self, path: Path, report):
        self.report, self.count = report, 0
        self.total = path.stat().st_size // self.ROW_BYTES

    def __call__(self, rows: Iterable) -> Iterator:
        for row in rows:
            self.count += 1
            if self.count % 10_000 == 0:
                self.report(self.count, self.total)
            yield row


# Into the temporary tables ----------------------------------------------------------------------------------
def _copy_charities(cursor, rows: Iterable, borough: Borough) -> None:
    held = _held()
    _copy(
        cursor,
        "gathered_charity",
        filter(None, (_charity(n, row, borough, held) for n, row in enumerate(rows, 2))),
    )
    cursor.execute(_PRUNE)
    cursor.execute("ANALYZE gathered_charity")


def _held() -> Numbers:
    """The numbers, without their linked part, of the charities that are on our register."""
    found = Numbers()
    numbers = Identifier.objects.filter(scheme=Identifier.Scheme.CHARITY).values_list("number", flat=True)
    for number in numbers.iterator(chunk_size=20_000):
        main = number.split("-")[0]
        if main.isdigit() and len(main) < 9:
            found.add(int(main))
    return found


def _charity(place: int, row: tuple, borough: Borough, held: Numbers) -> list | None:
    """The row as it is copied, when it is ours or may turn out to be: held already, or a branch of one that is."""
    organisation, number, linked, *facts = row
    key, main = organisation_number(organisation), organisation_number(number)
    is_branch, is_registered = linked not in ("", "0"), facts[2] == "Registered"
    is_ours = is_registered and borough.is_ours(key, facts[7])
    if not (is_ours or main in held or is_branch and is_registered):
        return None
    shown = f"{number}-{linked}" if is_branch else number
    address = ", ".join(filter(None, facts[len(COPIED) :]))
    cells = [cell[:LONGEST_CELL] for cell in (*facts[: len(COPIED)], address)]
    return [key, place, "t" if is_ours else "f", shown, number if is_branch else "", *cells]


def _chosen() -> Numbers:
    chosen = Numbers()
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT organisation FROM gathered_charity")
        while some := cursor.fetchmany(BATCH):
            for (number,) in some:
                chosen.add(number)
    return chosen


def _sides(rows: Iterable, chosen: Numbers, values: Callable[..., Values]) -> Iterator[list]:
    for organisation, *cells in rows:
        key = organisation_number(organisation)
        if key in chosen:
            for side, sort, value in values(*cells):
                yield [key, side, sort, value]


def _copy(cursor, table: str, rows: Iterable[list]) -> None:
    rows = iter(rows)
    while some := list(islice(rows, BATCH)):
        buffer = io.StringIO()
        csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(some)
        buffer.seek(0)
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", buffer)


_TABLES = f"""
DROP TABLE IF EXISTS gathered_charity, gathered_side;
CREATE TEMP TABLE gathered_charity (
    organisation int, place int, is_ours bool, charity_number text, linked_to text,
    {", ".join(f"{name} text" for name in COPIED)}, charity_contact_address text
) ON COMMIT DROP;
CREATE TEMP TABLE gathered_side (organisation int, side text, sort text, value text) ON COMMIT DROP;
SET LOCAL work_mem = '64MB';
"""
# A branch comes with the charity it belongs to; what we hold comes whatever became of it.
_PRUNE = """
DELETE FROM gathered_charity c WHERE NOT is_ours
    AND NOT EXISTS (SELECT FROM organisations_identifier i
                    WHERE i.scheme = 'GB-CHC' AND i.number = c.charity_number)
    AND NOT (linked_to <> '' AND charity_registration_status = 'Registered'
             AND EXISTS (SELECT FROM gathered_charity p
                         WHERE p.charity_number = c.linked_to AND p.is_ours))
"""
_JOINED = f"""
SELECT place AS "{ROW}", charity_number, linked_to, {", ".join(COPIED)}, charity_contact_address, {", ".join(SIDES)}
FROM gathered_charity LEFT JOIN (
    SELECT organisation, {", ".join(f"{how} FILTER (WHERE side = '{side}') AS {side}" for side, how in SIDES.items())}
    FROM gathered_side GROUP BY organisation
) sides USING (organisation) ORDER BY place
"""
