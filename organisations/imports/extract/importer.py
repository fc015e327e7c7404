"""Charities of the borough from the Commission's full extract."""

import re
from pathlib import Path

from vcse_portal.imports import register

from ...bulk import Facts
from ...models import Contact, Organisation
from ...names import readable
from .. import cells
from ..register import CharityImporter
from . import gathering, tables
from .borough import EITHER, Borough
from .forms import BoroughForm
from .meanings import UMBRELLA, classification

Structure = Organisation.Structure
LONGEST_NAME = 250
GOVERNED = (  # how a governing document begins, and whose it is
    (re.compile(r"\b(MEMORANDUM|ARTICLES)\b"), Structure.CLG),
    (re.compile(r"^CIO\b"), Structure.CIO),
    (
        re.compile(r"\b(TRUST ?DEED|DECLARATION OF TRUST|WILL|CONVEYANCE|INDENTURE|SETTLEMENT)\b"),
        Structure.TRUST,
    ),
    (re.compile(r"^(MODEL )?(CONSTITUTION|RULES)\b"), Structure.UNINCORPORATED),
)


@register
class CharityExtractImporter(CharityImporter):
    """One row a charity, gathered from the 13 tables: main charities and those linked to them."""

    kind = "charity_extract"
    label = "Charity Commission full extract"
    columns = gathering.COLUMNS
    summary_columns = ("charity_name", "charity_number")
    blanks = frozenset()
    gathers = True
    field_labels = CharityImporter.field_labels | {
        "volunteers": "Volunteers",
        "trustees": "Trustees",
        "themes": "Themes",
        "communities": "Communities",
    }

    @classmethod
    def recognises(cls, header):
        return False  # it comes as several files

    @classmethod
    def missing(cls, header):
        return ["the zips named publicextract.charity…"]

    @classmethod
    def recognises_bundle(cls, names):
        return any((found := tables.FILE.search(n)) and found[1].lower() in tables.TABLES for n in names)

    @classmethod
    def must_ask(cls, header):
        return True

    @classmethod
    def form(cls, run, *sent):
        return BoroughForm(*sent)

    @classmethod
    def hint(cls) -> str:
        return "All the zips named publicextract.charity… at once, as text or JSON, or one zip of them."

    def gather(self, path: Path, target: Path, report) -> None:
        borough = Borough(
            self.options.get("area", ""),
            self.options.get("within", EITHER),
            bool(self.options.get("throughout")),
        )
        self._remarks = gathering.gather(path, target, borough, report)

    def remarks(self):
        return self._remarks

    def start(self):
        super().start()
        self.meanings = classification.meanings()

    def key(self, row):
        cells.name(row["charity_name"])
        return self.charity_number(row["charity_number"])

    def facts(self, row, reasons):
        numbers = self.numbers(row["charity_number"], row["charity_company_registration_number"], reasons)
        if row["charity_registration_status"] == "Removed":
            day, _space, why = row["removal"].partition(" ")
            on = cells.day(row["date_of_removal"] or day, "the date of removal", reasons)
            removed = (on, (why or "Removed from the register")[:120])
            return Facts({"name": cells.name(row["charity_name"])}, numbers[:1], removed=removed)
        for column, words in (
            ("charity_insolvent", "It is insolvent."),
            ("charity_in_administration", "It is in administration."),
        ):
            if row[column] == "True":
                reasons.append(words)
        contacts = [
            *cells.contact(Contact.Channel.TELEPHONE, row["charity_contact_phone"], reasons),
            *cells.contact(Contact.Channel.EMAIL, row["charity_contact_email"], reasons),
        ]
        return Facts(
            self._fields(row, reasons), numbers, contacts, removed=(None, ""), parent=row["linked_to"]
        )

    def _fields(self, row, reasons) -> dict:
        codes = row["classification"].split()
        return {
            "name": cells.name(row["charity_name"]),
            "known_as": known_as(row["other_names"]),
            "summary": row["charity_activities"] or row["charitable_objects"],
            "legal_structure": cells.structure(row["charity_type"]) or governed(row["governing_document"]),
            "registered_on": cells.day(row["date_of_registration"], "the date of registration", reasons),
            "address": row["charity_contact_address"][:400],
            "postcode": cells.postcode(row["charity_contact_postcode"], reasons),
            "website": cells.website(row["charity_contact_web"], reasons),
            "volunteers": cells.whole(row["volunteers"], "the number of volunteers", reasons),
            "trustees": cells.whole(row["trustees"], "the number of trustees", reasons) or None,
            "themes": self._ours(codes, "themes"),
            "communities": self._ours(codes, "communities"),
            **self._income(row, reasons),
        }

    def _income(self, row, reasons) -> dict:
        """Of the latest accounts; where the register's own line has none, of the latest return that has."""
        end, text = row["latest_acc_fin_period_end_date"], row["latest_income"]
        if not text:
            end, _space, text = row["earlier_income"].partition(" ")
        income = cells.money(text, reasons)
        if income is None:
            return {}
        return {
            "income": income,
            "income_year_end": cells.day(end, "the end of the year", reasons),
            "income_source": self.source,
        }

    def _ours(self, codes: list[str], name: str) -> list[str]:
        found = [
            ours for code in codes if code in self.meanings for ours in getattr(self.meanings[code], name)
        ]
        return list(dict.fromkeys(found))

    def not_wanted(self, facts):
        return "The Commission has removed it, so it is not brought in." if facts.removed[1] else ""

    def notes(self, row):
        said = [words for code, words in UMBRELLA.items() if code in row["classification"].split()]
        notes = [f"It {' and '.join(said)}: perhaps an infrastructure body."] if said else []
        if row["linked_to"]:
            notes.append(f"It is linked to charity {row['linked_to']}.")
        if row["employees"]:
            notes.append(
                f"It employs {row['employees']} people, a head count: staff is kept as full-time equivalents."
            )
        if row["reports"]:
            notes.append(f"The Commission published about it: {row['reports']}.")
        return notes


def known_as(names: str) -> str:
    """Other names, as many whole ones as there is room for; working names come before previous ones."""
    room, kept = LONGEST_NAME, []
    for name in names.split("; "):
        past = "previously " if name.startswith("previously ") else ""
        shown = past + readable(name.removeprefix(past))
        if not name or shown in kept or len(shown) > room:
            continue
        kept.append(shown)
        room -= len(shown) + 2
    return "; ".join(kept)


def governed(document: str) -> str:
    """The legal structure that a governing document tells of; "" when it does not."""
    return str(next((structure for pattern, structure in GOVERNED if pattern.search(document.upper())), ""))
