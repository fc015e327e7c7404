"""A small extract of our own making, in the true columns of the Commission's 13 tables, with every fault they have."""

import io
import json
import zipfile

DAY = "2026-11-01 00:00:00.0000000"
HEAD = ("date_of_extract", "organisation_number", "registered_charity_number")
KEYS = (*HEAD, "linked_charity_number")
TABLES = {
    "charity": (
        *KEYS,
        *("charity_name", "charity_type", "charity_registration_status", "date_of_registration"),
        *("date_of_removal", "charity_reporting_status", "latest_acc_fin_period_start_date"),
        *("latest_acc_fin_period_end_date", "latest_income", "latest_expenditure"),
        *(f"charity_contact_address{n}" for n in range(1, 6)),
        *(
            "charity_contact_postcode",
            "charity_contact_phone",
            "charity_contact_email",
            "charity_contact_web",
        ),
        *("charity_company_registration_number", "charity_insolvent", "charity_in_administration"),
        *("charity_previously_excepted", "charity_is_cdf_or_cif", "charity_is_cio", "cio_is_dissolved"),
        *("date_cio_dissolution_notice", "charity_activities", "charity_gift_aid", "charity_has_land"),
    ),
    "charity_area_of_operation": (
        *KEYS,
        *("geographic_area_type", "geographic_area_description", "parent_geographic_area_type"),
        *("parent_geographic_area_description", "welsh_ind"),
    ),
    "charity_classification": (
        *KEYS,
        "classification_code",
        "classification_type",
        "classification_description",
    ),
    "charity_other_names": (*KEYS, "charity_name_id", "charity_name_type", "charity_name"),
    "charity_trustee": (
        *KEYS,
        *("trustee_id", "trustee_name", "trustee_is_chair", "individual_or_organisation"),
        "trustee_date_of_appointment",
    ),
    "charity_governing_document": (
        *KEYS,
        *("governing_document_description", "charitable_objects", "area_of_benefit"),
    ),
    "charity_annual_return_parta": (
        *HEAD,
        *("latest_fin_period_submitted_ind", "fin_period_end_date", "total_gross_income", "count_volunteers"),
    ),
    "charity_annual_return_partb": (
        *HEAD,
        *("latest_fin_period_submitted_ind", "fin_period_end_date", "count_employees"),
    ),
    "charity_annual_return_history": (
        *HEAD,
        "fin_period_end_date",
        "ar_cycle_reference",
        "total_gross_income",
    ),
    "charity_event_history": (
        *KEYS,
        *("charity_name", "charity_event_order", "event_type", "date_of_event", "reason"),
    ),
    "charity_policy": (*KEYS, "policy_name"),
    "charity_other_regulators": (*HEAD, "regulator_order", "regulator_name", "regulator_web_url"),
    "charity_published_report": (*KEYS, "report_name", "report_location", "date_published"),
}


class Extract:
    """Charities and what the other tables say of them, to be written as text or JSON."""

    def __init__(self):
        self.rows: dict[str, list[dict]] = {table: [] for table in TABLES}

    def charity(self, number: int, name: str, *, organisation: int | None = None, linked: int = 0, **cells):
        """A registered charity; returns what adds to its other tables."""
        organisation = organisation or number
        cells = {"charity_registration_status": "Registered", "charity_insolvent": "False"} | cells
        self.add("charity", organisation, number, linked, charity_name=name, **cells)

        def more(table: str, **cells):
            self.add(f"charity_{table}", organisation, number, linked, **cells)
            return more

        return more

    def add(self, table: str, organisation: int, number: int, linked: int = 0, **cells) -> None:
        assert set(cells) <= set(TABLES[table]), set(cells) - set(TABLES[table])
        keys = {
            "date_of_extract": DAY,
            "organisation_number": str(organisation),
            "registered_charity_number": str(number),
            "linked_charity_number": str(linked),
        }
        self.rows[table].append({c: (keys | cells).get(c, "") for c in TABLES[table]})

    def text(self, table: str) -> bytes:
        lines = ["\t".join(TABLES[table]), *("\t".join(row.values()) for row in self.rows[table])]
        return "".join(f"{line}\r\n" for line in lines).encode()

    def json(self, table: str) -> bytes:
        return b"\xef\xbb\xbf" + json.dumps([self._typed(row) for row in self.rows[table]]).encode()

    def _typed(self, row: dict) -> dict:
        words = {"": None, "True": True, "False": False}
        return {
            name: words[cell] if cell in words else int(cell) if _is_number(name, cell) else _moment(cell)
            for name, cell in row.items()
        }

    def files(self, form: str = "text", *, without: tuple = ()) -> dict[str, bytes]:
        """File name → a zip of one table, as they are downloaded."""
        suffix = "txt" if form == "text" else "json"
        return {
            f"publicextract.{table}.zip": zipped(
                f"publicextract.{table}.{suffix}", getattr(self, form)(table)
            )
            for table in TABLES
            if table not in without
        }

    def folder(self, path, form: str = "text", **more):
        path.mkdir(exist_ok=True)
        for name, content in self.files(form, **more).items():
            (path / name).write_bytes(content)
        return path


def _is_number(name: str, cell: str) -> bool:
    return cell.isdigit() and (
        name.endswith(("_number", "_id", "_order")) or "income" in name or "count_" in name
    )


def _moment(cell: str) -> str:
    return cell[:19].replace(" ", "T") if cell[10:] == " 00:00:00.0000000" else cell


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()
