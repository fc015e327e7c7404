"""Registered charities from the register's own columns, and from the Find that Charity layout."""

from vcse_portal.imports import register

from ..bulk import Facts
from ..identifiers import normalise
from ..models import Contact, Identifier, Organisation
from . import cells
from .records import OrganisationImporter

Scheme, Channel = Identifier.Scheme, Contact.Channel
REGISTER = "Charity Commission register"


class CharityImporter(OrganisationImporter):
    """What the layouts of the charity register share."""

    blanks = frozenset({"NA"})
    source = REGISTER

    def charity_number(self, text: str) -> str:
        return normalise(Scheme.CHARITY, text)

    def numbers(self, charity: str, company: str, reasons: list[str]) -> list[tuple[str, str]]:
        return [(str(Scheme.CHARITY), self.charity_number(charity)), *cells.company_number(company, reasons)]


@register
class CharityRegisterImporter(CharityImporter):
    """Rows as the Charity Commission's register names its columns."""

    kind = "charity_register"
    label = "Charity Commission register"
    columns = ("registered_charity_number", "charity_name")
    summary_columns = ("charity_name", "registered_charity_number")
    optional_columns = (
        "charity_company_registration_number",
        "charity_type",
        "charity_activities",
        "date_of_registration",
        "charity_contact_address",
        "charity_contact_postcode",
        "charity_contact_phone",
        "charity_contact_email",
        "charity_contact_web",
    )

    def key(self, row):
        cells.name(row["charity_name"])
        return self.charity_number(row["registered_charity_number"])

    def facts(self, row, reasons):
        return Facts(
            {
                "name": cells.name(row["charity_name"]),
                "summary": row.get("charity_activities")[:4000],
                "legal_structure": cells.structure(row.get("charity_type")),
                "registered_on": cells.day(
                    row.get("date_of_registration"), "the date of registration", reasons
                ),
                "address": row.get("charity_contact_address")[:400],
                "postcode": cells.postcode(row.get("charity_contact_postcode"), reasons),
                "website": cells.website(row.get("charity_contact_web"), reasons),
            },
            self.numbers(
                row["registered_charity_number"], row.get("charity_company_registration_number"), reasons
            ),
            [
                *cells.contact(Channel.TELEPHONE, row.get("charity_contact_phone"), reasons),
                *cells.contact(Channel.EMAIL, row.get("charity_contact_email"), reasons),
            ],
        )


@register
class FindThatCharityImporter(CharityImporter):
    """Rows with org-id, income and year end."""

    kind = "find_that_charity"
    label = "Charities with income (org_id layout)"
    columns = ("org_id", "reg_number", "name")
    summary_columns = ("name", "reg_number")
    optional_columns = (
        "postcode",
        "active",
        "date_registered",
        "activities",
        "income",
        "fye",
        "web",
        "company_number",
    )

    def key(self, row):
        cells.name(row["name"])
        return self.charity_number(row["reg_number"])

    def facts(self, row, reasons):
        income = cells.money(row.get("income"), reasons)
        closed = {"status": str(Organisation.Status.CLOSED)} if row.get("active").lower() == "false" else {}
        return Facts(
            {
                "name": cells.name(row["name"]),
                "summary": row.get("activities")[:4000],
                "registered_on": cells.day(row.get("date_registered"), "the date of registration", reasons),
                "postcode": cells.postcode(row.get("postcode"), reasons),
                "website": cells.website(row.get("web"), reasons),
                "income": income,
                "income_year_end": cells.day(row.get("fye"), "the end of the year", reasons),
                "income_source": self.source if income is not None else "",
                **closed,
            },
            self.numbers(row["reg_number"], row.get("company_number"), reasons),
        )
