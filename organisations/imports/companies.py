"""Companies of the sector from Companies House's free company data, 55 columns of every company there is."""

import csv
import re
from collections import Counter
from pathlib import Path

from django import forms

from vcse_portal.borough.models import Postcode
from vcse_portal.borough.postcodes import normalise_postcode
from vcse_portal.imports import Refused, register
from vcse_portal.imports.importer import ROW
from vcse_portal.imports.readers.tables import open_stream
from vcse_portal.ui.forms import Label, PortalForm, Radios

from ..bulk import Facts
from ..identifiers import normalise
from ..models import Identifier, Organisation
from ..names import readable
from . import cells
from .extract.importer import known_as
from .records import OrganisationImporter

Scheme, Structure = Identifier.Scheme, Organisation.Structure
CATEGORIES = {  # as the file writes them, and as the register's interface does
    "community interest company": Structure.CIC,
    "community-interest-company": Structure.CIC,
    "charitable incorporated organisation": Structure.CIO,
    "charitable-incorporated-organisation": Structure.CIO,
    "scottish charitable incorporated organisation": Structure.CIO,
    "scottish-charitable-incorporated-organisation": Structure.CIO,
    "pri/ltd by guar/nsc": Structure.CLG,
    "private-limited-guarant-nsc": Structure.CLG,
    "pri/lbg/nsc": Structure.CLG,
    "private-limited-guarant-nsc-limited-exemption": Structure.CLG,
    "registered society": Structure.SOCIETY,
    "registered-society-non-jurisdictional": Structure.SOCIETY,
    "industrial and provident society": Structure.SOCIETY,
    "industrial-and-provident-society": Structure.SOCIETY,
    "royal charter company": Structure.OTHER,
    "royal-charter": Structure.OTHER,
}
RESIDENTS = (
    "98000"  # the trade of companies that flats hold together: limited by guarantee, not of the sector
)
TRADES = tuple(f"SICCode.SicText_{n}" for n in range(1, 5))
ADDRESS = tuple(
    f"RegAddress.{part}" for part in ("CareOf", "POBox", "AddressLine1", "AddressLine2", "PostTown", "County")
)
ENDED = {"dissolved", "closed", "converted/closed", "converted / closed", "removed"}
BATCH = 10_000


class CompaniesForm(PortalForm):
    """Which companies of the whole country are the borough's."""

    submit = "Read the file"
    marks_optional = False
    title = "Companies to bring in"
    is_all = forms.ChoiceField(
        label="Which companies?",
        widget=Radios,
        initial="",
        required=False,
        choices=[
            ("", Label("Those with a registered office in the borough", "by the postcodes we hold")),
            ("all", Label("All in the file")),
        ],
    )

    def options(self) -> dict:
        return {"all": bool(self.cleaned_data["is_all"])}


@register
class CompaniesImporter(OrganisationImporter):
    """Companies that are of the sector by their category, known by their company number."""

    kind = "companies_house"
    label = "Companies House company data"
    scheme = Scheme.COMPANY
    key_label = "company number"
    source = "Companies House"
    gathers = True
    columns = (
        "CompanyName",
        "CompanyNumber",
        *ADDRESS,
        "RegAddress.PostCode",
        "CompanyCategory",
        "CompanyStatus",
        "DissolutionDate",
        "IncorporationDate",
        *TRADES,
    )
    optional_columns = tuple(f"PreviousName_{n}.CompanyName" for n in range(1, 11))
    summary_columns = ("CompanyName", "CompanyNumber")
    max_rows = 10_000_000  # of the file; few of them are gathered

    @classmethod
    def must_ask(cls, header):
        return ROW not in header

    @classmethod
    def form(cls, run, *sent):
        return CompaniesForm(*sent)

    # From the file to the rows that concern us -----------------------------------------------------------
    def gather(self, path: Path, target: Path, report) -> None:
        self._read, self._left_out = 0, Counter()
        postcodes = None if self.options.get("all") else self._postcodes()
        held = set(Identifier.objects.filter(scheme=self.scheme).values_list("number", flat=True))
        with (
            open_stream(path, self.layout()) as table,
            target.open("w", newline="", encoding="utf-8") as file,
        ):
            names = [name for name in (*self.columns, *self.optional_columns) if name in table.header]
            writer = csv.writer(file)
            writer.writerow([ROW, *names])
            for number, values in table.rows():
                self._read += 1
                if self._read % BATCH == 0:
                    report(self._read, table.expected)
                if self._concerns_us(values, postcodes, held):
                    writer.writerow([number, *(values[name] for name in names)])

    def _postcodes(self) -> set[str]:
        held = Postcode.objects.filter(ward__isnull=False).values_list("code", flat=True)
        found = set(held.iterator(chunk_size=20_000))
        if not found:
            raise Refused(
                "We hold no postcodes of the borough yet. Load them first, or import all companies."
            )
        return found

    def _concerns_us(self, values: dict, postcodes: set | None, held: set) -> bool:
        if structure_of(values["CompanyCategory"]) is None:
            self._left_out["not of the sector by their category"] += 1
            return False
        if _number(values["CompanyNumber"]) in held:
            return True
        code = normalise_postcode(values["RegAddress.PostCode"]).replace(" ", "")
        if postcodes is not None and code not in postcodes:
            self._left_out["elsewhere"] += 1
            return False
        if any(values[trade].startswith(RESIDENTS) for trade in TRADES):
            self._left_out["of residents who manage their houses (trade 98000)"] += 1
            return False
        return True

    def remarks(self):
        left = "; ".join(f"{count:,} {words}" for words, count in self._left_out.most_common())
        said = f"The file holds {self._read:,} companies."
        return [f"{said} Left out: {left}." if left else said]

    # From a row to an organisation -------------------------------------------------------------------------
    def key(self, row):
        cells.name(row["CompanyName"])
        return normalise(self.scheme, row["CompanyNumber"])

    def facts(self, row, reasons):
        structure = structure_of(row["CompanyCategory"])
        status = row["CompanyStatus"]
        if status.casefold() != "active":
            reasons.append(f"Companies House says of it: {readable(status) or 'nothing of its status'}.")
        return Facts(
            {
                "name": cells.name(row["CompanyName"]),
                "known_as": known_as("; ".join(f"previously {name}" for name in self._previous(row))),
                "summary": self._trades(row),
                "legal_structure": str(structure or ""),
                "registered_on": cells.day(row["IncorporationDate"], "the date of incorporation", reasons),
                "address": ", ".join(filter(None, (readable(row[part]) for part in ADDRESS)))[:400],
                "postcode": cells.postcode(row["RegAddress.PostCode"], reasons),
            },
            [(str(self.scheme), normalise(self.scheme, row["CompanyNumber"]))],
            removed=self._ended(row, reasons),
        )

    def _keeps(self, pk, held):
        """A charity's facts come from its own register: here they are only filled in."""
        if any(scheme == Scheme.CHARITY for scheme, _number in held.numbers[pk]):
            return frozenset(self.field_labels)
        return super()._keeps(pk, held)

    def _previous(self, row) -> list[str]:
        return [row.get(name) for name in self.optional_columns if row.get(name)]

    def _trades(self, row) -> str:
        """ "87900 - Other residential care" and its like, in words."""
        said = [re.sub(r"^\d+ - ", "", row[trade]) for trade in TRADES]
        return "; ".join(words for words in said if words and words != "None Supplied")

    def _ended(self, row, reasons) -> tuple:
        ended = cells.day(row["DissolutionDate"], "the date of dissolution", reasons)
        if ended or row["CompanyStatus"].casefold() in ENDED:
            return ended, readable(row["CompanyStatus"].upper()) or "Dissolved"
        return None, ""

    def not_wanted(self, facts):
        return "It has been dissolved, so it is not brought in." if facts.removed[1] else ""


def structure_of(category: str) -> str | None:
    """The legal structure of a category of the sector; None of any other. What stands in brackets explains it."""
    return CATEGORIES.get(re.sub(r"\s*\(.*$", "", category).strip().casefold())


def _number(text: str) -> str:
    return text.zfill(8) if text.isdigit() else text
