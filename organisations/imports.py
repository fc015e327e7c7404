"""Registered charities from the register's own columns, and from the Find that Charity layout."""

from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse

from vcse_portal.borough.postcodes import normalise_postcode, suggest_postcode, wards_of
from vcse_portal.imports import (
    EDITED,
    POINTED_TO,
    Importer,
    Outcome,
    Planned,
    edited_since,
    put_back,
    register,
    remove,
)
from vcse_portal.search import registry as search

from . import bulk
from .identifiers import normalise
from .models import Contact, Identifier, Organisation
from .names import readable

Scheme, Channel, Structure = Identifier.Scheme, Contact.Channel, Organisation.Structure
LONGEST_CONTACT = Contact._meta.get_field("value").max_length
STRUCTURES = {"cio": Structure.CIO, "charitable company": Structure.CLG, "trust": Structure.TRUST}


class CharityImporter(Importer):
    """What both layouts share: matching by number, comparing, writing, undoing."""

    noun = "organisation"
    key_label = "charity number"
    blanks = frozenset({"NA"})
    field_labels = {
        "name": "Name",
        "summary": "What it does",
        "legal_structure": "Legal structure",
        "registered_on": "Registered on",
        "address": "Address",
        "postcode": "Postcode",
        "ward_id": "Ward",
        "website": "Website",
        "income": "Annual income",
        "income_year_end": "Year ended",
        "income_source": "Source of income",
        "status": "Status",
        "numbers": "Numbers",
        "contacts": "Contacts",
    }
    source = "Charity Commission register"

    def facts(self, row, reasons: list[str]) -> bulk.Facts:
        """The row in our terms; adds a sentence to `reasons` for each thing read differently or left out."""
        raise NotImplementedError

    def plan(self, rows):
        read = []
        for row in rows:
            reasons: list[str] = []
            read.append((row, self.facts(row, reasons), reasons))
        wards = wards_of([f.fields["postcode"] for _, f, _ in read if f.fields.get("postcode")])
        holders = self._holders(n for _, f, _ in read for n in f.numbers)
        by_id = {o.pk: o for o in Organisation.objects.filter(pk__in=set(holders.values()))}
        held = self._held(by_id)
        namesakes = self._namesakes(f.fields for _, f, _ in read)
        for row, facts, reasons in read:
            if ward := wards.get(facts.fields.get("postcode")):
                facts.fields["ward_id"] = ward.pk
            yield self._planned(row, facts, reasons, holders, by_id, held, namesakes)

    def _holders(self, numbers) -> dict[tuple[str, str], int]:
        numbers = list(numbers)
        found = Identifier.objects.filter(number__in={n for _, n in numbers})
        return {(s, n): pk for s, n, pk in found.values_list("scheme", "number", "organisation")}

    def _held(self, ids) -> dict[int, tuple[set, set]]:
        held: dict = defaultdict(lambda: (set(), set()))
        for pk, s, n in Identifier.objects.filter(organisation__in=ids).values_list(
            "organisation", "scheme", "number"
        ):
            held[pk][0].add((s, n))
        for pk, c, v in Contact.objects.filter(organisation__in=ids).values_list(
            "organisation", "channel", "value"
        ):
            held[pk][1].add((c, v))
        return held

    def _namesakes(self, fields) -> dict[tuple[str, str], int]:
        """Organisations without a charity number that have the same name and postcode."""
        names = {search.fold(f["name"])[:250] for f in fields}
        found = Organisation.objects.filter(name_sort__in=names).exclude(identifiers__scheme=Scheme.CHARITY)
        return {(o, p): pk for o, p, pk in found.values_list("name_sort", "postcode", "pk")}

    def _planned(self, row, facts, reasons, holders, by_id, held, namesakes) -> Planned:
        charity = facts.numbers[0]
        pk = holders.get(charity)
        facts.numbers = self._free(facts.numbers, pk, holders, reasons)
        for number in facts.numbers:
            holders.setdefault(number, f"row {row.number}")  # a later row of the file does not get it too
        if pk is None:
            twin = namesakes.get((search.fold(facts.fields["name"])[:250], facts.fields.get("postcode", "")))
            if twin:
                reasons.append(
                    f"An organisation of this name and postcode is on the register without a charity number"
                    f" (record {twin}). Add the number there, or tick this row to add a second record."
                )
                return Planned(row, Outcome.SUSPICIOUS, values=facts, reasons=reasons, then=Outcome.NEW)
            return Planned(row, Outcome.NEW, values=facts, reasons=reasons)
        changed = self._changed(by_id[pk], facts, *held[pk])
        outcome = Outcome.CHANGED if changed else Outcome.UNCHANGED
        return Planned(row, outcome, values=facts, changes=changed, reasons=reasons, target_id=pk)

    def _free(self, numbers, pk, holders, reasons) -> list[tuple[str, str]]:
        """Numbers that nobody else holds: the charity number decides who this is."""
        free = []
        for number in numbers:
            holder = holders.get(number)
            if holder in (None, pk) or number[0] == Scheme.CHARITY:
                free.append(number)
            else:
                whose = f"record {holder}" if isinstance(holder, int) else holder
                reasons.append(f"{number[1]} already belongs to {whose} and was left there.")
        return free

    def _changed(self, organisation, facts, numbers, contacts) -> dict:
        changed = {}
        for name, new in facts.fields.items():
            old = getattr(organisation, name)
            if name == "name" and search.fold(old) == search.fold(new):
                continue
            if new not in (None, "") and old != new:
                changed[name] = [_plain(old), _plain(new)]
        if (
            organisation.postcode
            and organisation.ward_id
            and "postcode" in changed
            and "ward_id" not in facts.fields
        ):
            facts.fields["ward_id"] = None  # it moved to a postcode of which we know no ward
            changed["ward_id"] = [organisation.ward_id, None]
        for name, have, said in (("numbers", numbers, facts.numbers), ("contacts", contacts, facts.contacts)):
            if more := [list(pair) for pair in said if pair not in have]:
                changed[name] = [None, more]
        return changed

    def apply(self, batch, *, by):
        new = [p for p in batch if p.target_id is None]
        for planned, pk in zip(new, bulk.add_many((p.values for p in new), source=self.source), strict=True):
            planned.target_id = pk
        changed = [p for p in batch if p not in new]
        bulk.change_many(
            {p.target_id: {n: p.values.fields[n] for n in p.changes if n in p.values.fields} for p in changed}
        )
        more = [(p.target_id, p.changes) for p in changed]
        bulk.add_numbers(
            [(pk, tuple(n)) for pk, c in more for n in c.get("numbers", [None, []])[1]], source=self.source
        )
        bulk.add_contacts(
            [(pk, tuple(n)) for pk, c in more for n in c.get("contacts", [None, []])[1]], source=self.source
        )
        search.index(bulk.KIND, [pk for pk, _ in more])

    def finish(self, *, by):
        search.rebuild_words()

    def undo(self, rows, *, by):
        edited = edited_since(self.run, Organisation, [r.target_id for r in rows])
        organisations = Organisation.objects.select_for_update().in_bulk([r.target_id for r in rows])
        here = [row for row in rows if row.target_id in organisations]
        kept = {row.pk: EDITED for row in here if row.target_id in edited}
        mine = [row for row in here if row.pk not in kept]
        made = {row.target_id: row.pk for row in mine if row.outcome == Outcome.NEW}
        kept |= {made[pk]: POINTED_TO for pk in remove(Organisation, made)}
        self._put_back([row for row in mine if row.outcome == Outcome.CHANGED], organisations)
        search.index(bulk.KIND, made)
        return kept

    def _put_back(self, rows, organisations) -> None:
        back: dict[int, dict] = defaultdict(dict)  # newest first: the oldest row has the last word
        for row in rows:
            organisation = organisations[row.target_id]
            fields = {n: pair for n, pair in row.changes.items() if n not in ("numbers", "contacts")}
            back[row.target_id] |= {n: getattr(organisation, n) for n in put_back(organisation, fields)}
        given = [(row.target_id, row.changes) for row in rows]
        bulk.remove_numbers([(pk, tuple(n)) for pk, c in given for n in c.get("numbers", [None, []])[1]])
        bulk.remove_contacts([(pk, tuple(n)) for pk, c in given for n in c.get("contacts", [None, []])[1]])
        bulk.change_many(back)

    def target_url(self, target_id) -> str:
        return reverse("organisations:organisation", args=[target_id])

    # Reading cells ---------------------------------------------------------------------------------
    def charity_number(self, text: str) -> str:
        return normalise(Scheme.CHARITY, text)

    def numbers(self, charity: str, company: str, reasons: list[str]) -> list[tuple[str, str]]:
        numbers = [(str(Scheme.CHARITY), self.charity_number(charity))]
        if company:
            try:
                numbers.append((str(Scheme.COMPANY), normalise(Scheme.COMPANY, company)))
            except ValidationError as error:
                reasons.append(error.messages[0] + " It was left out.")
        return numbers

    def postcode(self, text: str, reasons: list[str]) -> str:
        if not text:
            return ""
        found = normalise_postcode(text)
        if not found and (found := suggest_postcode(text)):
            reasons.append(f"The postcode {text} was read as {found}.")
        if not found:
            reasons.append(f"{text} is not a postcode; it was left out.")
        return found or ""

    def website(self, text: str, reasons: list[str]) -> str:
        if not text:
            return ""
        address = text if "://" in text else f"https://{text}"
        try:
            URLValidator(schemes=["http", "https"])(address)
        except ValidationError:
            reasons.append(f"{text} is not a web address; it was left out.")
            return ""
        return address[:250]

    def day(self, text: str, what: str, reasons: list[str]) -> date | None:
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            reasons.append(f"{text} is not a date; {what} was left out.")
            return None

    def money(self, text: str, reasons: list[str]) -> Decimal | None:
        try:
            amount = Decimal(text).quantize(Decimal("0.01")) if text else None
        except InvalidOperation:
            amount = Decimal(-1)
        if amount is not None and not (amount.is_finite() and 0 <= amount < Decimal("1e12")):
            reasons.append(f"{text} is not an amount of money; it was left out.")
            return None
        return amount

    def fits(self, contact: str, reasons: list[str]) -> bool:
        if len(contact) > LONGEST_CONTACT:
            reasons.append(f"A contact of more than {LONGEST_CONTACT} characters was left out.")
        return len(contact) <= LONGEST_CONTACT

    def name(self, text: str) -> str:
        if not text:
            raise ValidationError("The row has no name.")
        return readable(text)[:250]


def _plain(value):
    return value if value is None or isinstance(value, int | bool) else str(value)


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
        self.name(row["charity_name"])
        return self.charity_number(row["registered_charity_number"])

    def facts(self, row, reasons):
        contacts = [
            (str(channel), row.get(column))
            for channel, column in (
                (Channel.TELEPHONE, "charity_contact_phone"),
                (Channel.EMAIL, "charity_contact_email"),
            )
            if row.get(column) and self.fits(row.get(column), reasons)
        ]
        return bulk.Facts(
            {
                "name": self.name(row["charity_name"]),
                "summary": row.get("charity_activities")[:4000],
                "legal_structure": str(STRUCTURES.get(row.get("charity_type").lower(), "")),
                "registered_on": self.day(
                    row.get("date_of_registration"), "the date of registration", reasons
                ),
                "address": row.get("charity_contact_address")[:400],
                "postcode": self.postcode(row.get("charity_contact_postcode"), reasons),
                "website": self.website(row.get("charity_contact_web"), reasons),
            },
            self.numbers(
                row["registered_charity_number"], row.get("charity_company_registration_number"), reasons
            ),
            contacts,
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
        self.name(row["name"])
        return self.charity_number(row["reg_number"])

    def facts(self, row, reasons):
        income = self.money(row.get("income"), reasons)
        closed = {"status": str(Organisation.Status.CLOSED)} if row.get("active").lower() == "false" else {}
        return bulk.Facts(
            {
                "name": self.name(row["name"]),
                "summary": row.get("activities")[:4000],
                "registered_on": self.day(row.get("date_registered"), "the date of registration", reasons),
                "postcode": self.postcode(row.get("postcode"), reasons),
                "website": self.website(row.get("web"), reasons),
                "income": income,
                "income_year_end": self.day(row.get("fye"), "the end of the year", reasons),
                "income_source": self.source if income is not None else "",
                **closed,
            },
            self.numbers(row["reg_number"], row.get("company_number"), reasons),
        )
