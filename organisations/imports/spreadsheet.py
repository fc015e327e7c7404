"""The council's own lists of organisations, whatever their columns are called; and our own export, read back."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from vcse_portal.borough import codes
from vcse_portal.borough.models import Ward
from vcse_portal.imports import Outcome, Planned, register
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.readers.tables import open_table
from vcse_portal.search import registry as search
from vcse_portal.ui.csv import unguard
from vcse_portal.ui.forms import PortalForm

from ..bulk import Facts
from ..export import CHOICES, LISTS
from ..models import Contact, Identifier, Organisation
from . import cells, columns
from .held import Held
from .records import OrganisationImporter

Scheme = Identifier.Scheme
CHANNELS = tuple(str(channel) for channel in Contact.Channel)
DAYS = {"registered_on": "the date", "income_year_end": "the end of the year", "confirmed_on": "the date"}
COUNTS = {"volunteers": "volunteers", "trustees": "trustees", "beneficiaries": "people helped"}
TEXTS = (
    "known_as",
    "summary",
    "opening_text",
    "income_source",
    "status_reason",
    "support_needs",
    "source",
    "address",
)
FLAGS = tuple(name for name in columns.HEADINGS if name.startswith("is_"))
WORDS_OF = {"theme": "themes", "community": "communities", "ward": "wards", "support": "kinds of support"}

LABELS = (
    {name: heading for name, heading in columns.HEADINGS.items() if name not in CHANNELS}
    | OrganisationImporter.field_labels
    | {"consents": "Consent to publish"}
)


class ColumnsForm(PortalForm):
    """What each of their columns means, one question a column."""

    submit = "Read the file"
    marks_optional = False
    title = "What your columns mean"
    intro = (
        "Say what each column of your list means. What is chosen here is remembered for the next list with the"
        " same headings. Several values in a cell are separated by semicolons."
    )

    def __init__(self, *args, header: list[str], found: dict[str, str], examples: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "Leave it out"), *columns.HEADINGS.items()]
        self.header = [heading for heading in header if heading]
        for place, heading in enumerate(self.header):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=found.get(heading, ""),
                help_text=f"Such as: {examples[heading]}" if examples.get(heading) else "",
            )

    def clean(self):
        chosen = self.options()["columns"]
        if columns.NAME not in chosen.values():
            raise ValidationError("Say which column holds the organisation name")
        for name in set(chosen.values()):
            if list(chosen.values()).count(name) > 1:
                raise ValidationError(f"“{columns.HEADINGS[name]}” was chosen for more than one column")

    def options(self) -> dict:
        chosen = {
            heading: self.cleaned_data.get(f"column_{place}") for place, heading in enumerate(self.header)
        }
        return {"columns": {heading: name for heading, name in chosen.items() if name}}


@register
class SpreadsheetImporter(OrganisationImporter):
    """One row an organisation, known by its portal number, its registered numbers, or its name and postcode."""

    kind = "organisation_list"
    label = "Our own list of organisations"
    columns = (columns.HEADINGS[columns.NAME],)
    key_label = "number or name"
    source = "Council’s list"
    has_last_word = True
    max_rows = 250_000
    field_labels = LABELS

    # The file ----------------------------------------------------------------------------------------
    @classmethod
    def recognises(cls, header):
        found = set(columns.guess(header).values()) - {""}
        return columns.is_native(header) or columns.NAME in found and len(found) >= 3

    @classmethod
    def fit(cls, header):
        return len(header) if columns.is_native(header) else 1

    @classmethod
    def accepts(cls, header):
        return any(header)

    @classmethod
    def must_ask(cls, header):
        return not columns.is_native(header)

    @classmethod
    def hint(cls) -> str:
        return "Any columns: you say what they mean. Our own download is read back as it is."

    @classmethod
    def form(cls, run, *sent):
        with open_table(run.file.path, cls.layout(), only_start=True) as table:
            header = table.header
            first = [values for _row, (_number, values) in zip(range(20), table.rows(), strict=False)]
        examples = {
            h: "; ".join(list(dict.fromkeys(v[h][:40] for v in first if v.get(h)))[:3]) for h in header if h
        }
        found = run.options.get("columns") or columns.guess(header, cls.remembered())
        return ColumnsForm(*sent, header=header, found=found, examples=examples)

    @classmethod
    def remembered(cls) -> dict[str, str]:
        """What was last said of each heading, "" where it was left out."""
        found: dict[str, str] = {}
        earlier = ImportRun.objects.filter(kind=cls.kind, options__has_key="columns").order_by("-pk")
        for options in earlier.values_list("options", flat=True)[:20]:
            for heading in options.get("heading", []):
                found.setdefault(columns.plain(heading), options["columns"].get(heading, ""))
        return found

    @property
    def summary_columns(self):
        chosen = {name: heading for heading, name in self.options.get("columns", {}).items()}
        return [chosen.get(name, columns.HEADINGS[name]) for name in ("name", "charity_number", "postcode")]

    # Reading a row -------------------------------------------------------------------------------------
    def start(self):
        super().start()
        self._places: dict[str, str] | None = None
        self._codes = {
            name: {w.casefold(): code for code, label in codes.names(kind).items() for w in (code, label)}
            for name, kind in LISTS.items()
        }
        self._choices = {
            name: {w.casefold(): code for code, label in labels.items() for w in (code, label) if w}
            for name, labels in CHOICES.items()
        }
        wards = Ward.objects.order_by("is_current").values_list("name", "code", "pk")
        self._wards = {word.casefold(): pk for name, code, pk in wards for word in (name, code)}

    def cell(self, row, name: str) -> str:
        if self._places is None:
            chosen = self.options.get("columns") or columns.guess(list(row.values))
            self._places = {meant: heading for heading, meant in chosen.items() if meant}
        return unguard(row.get(self._places.get(name, ""))).strip()

    def key(self, row):
        if not self.cell(row, "name"):
            raise ValidationError("The row has no organisation name.")
        numbers = self._numbers(row, [])
        if own := self.cell(row, "portal_number"):
            return f"portal number {own}"
        if numbers:
            return "-".join(numbers[0])
        return f"{search.fold(self.cell(row, 'name'))}, {self.cell(row, 'postcode').upper()}".rstrip(", ")

    def facts(self, row, reasons):
        fields = {"name": self.cell(row, "name")[:250]}
        fields |= {n: self.cell(row, n)[: Organisation._meta.get_field(n).max_length] for n in TEXTS}
        fields |= {n: self._choice(row, n, reasons) for n in CHOICES}
        fields |= {n: self._listed(row, n, reasons) for n in LISTS}
        fields |= {n: cells.day(self.cell(row, n), words, reasons) for n, words in DAYS.items()}
        fields |= {n: cells.whole(self.cell(row, n), words, reasons) for n, words in COUNTS.items()}
        fields |= {n: cells.yes_or_no(self.cell(row, n), columns.HEADINGS[n], reasons) for n in FLAGS}
        fields |= {
            "languages": self._several(row, "languages"),
            "postcode": cells.postcode(self.cell(row, "postcode"), reasons),
            "website": cells.website(self.cell(row, "website"), reasons),
            "income": cells.money(self.cell(row, "income"), reasons),
            "staff_fte": self._fte(row, reasons),
        }
        if ward := self._ward(row, reasons):
            fields["ward_id"] = ward
        known = {name: value for name, value in fields.items() if value not in (None, "", [])}
        contacts, consents = self._contacts(row, reasons)
        portal_number = cells.whole(self.cell(row, "portal_number"), "the portal number", reasons)
        return Facts(known, self._numbers(row, reasons), contacts, consents=consents, own_id=portal_number)

    def _several(self, row, name: str) -> list[str]:
        return [word[:40] for word in map(str.strip, self.cell(row, name).split(";")) if word]

    def _listed(self, row, name: str, reasons) -> list[str]:
        """Codes of the words in a cell. A name of ours may have a semicolon in it, so the longest match counts."""
        words, found, known = self.cell(row, name).split(";")[:100], [], self._codes[name]
        while words:
            for end in range(len(words), 0, -1):
                said = ";".join(words[:end]).strip()
                if code := known.get(said.casefold()):
                    found.append(code)
                    break
            else:
                if said:
                    reasons.append(
                        f"“{said[:60]}” is not one of our {WORDS_OF[LISTS[name]]}; it was left out."
                    )
            del words[:end]
        return list(dict.fromkeys(found))

    def _choice(self, row, name: str, reasons) -> str:
        text = self.cell(row, name)
        code = self._choices[name].get(text.casefold(), "")
        if name == "status" and code == Organisation.Status.MERGED:
            reasons.append("A record is merged on its page, not by a list; the status was left out.")
            return ""
        if text and not code:
            words = columns.HEADINGS[name].lower()
            reasons.append(f"“{text[:60]}” is no {words} we know; it was left out.")
        return code

    def _fte(self, row, reasons) -> Decimal | None:
        found = cells.money(self.cell(row, "staff_fte"), reasons)
        return found if found is None or found < 1_000_000 else None

    def _ward(self, row, reasons) -> int | None:
        text = self.cell(row, "ward")
        if text and text.casefold() not in self._wards:
            reasons.append(f"“{text[:60]}” is not one of our wards; it was left out.")
        return self._wards.get(text.casefold())

    def _contacts(self, row, reasons) -> tuple[list, dict]:
        found, consents = [], {}
        for channel in CHANNELS:
            said = [word.casefold() for word in self._several(row, f"{channel}_consent")]
            for place, value in enumerate(filter(None, map(str.strip, self.cell(row, channel).split(";")))):
                for pair in cells.contact(channel, value, reasons):
                    found.append(pair)
                    if place < len(said) and said[place] in Contact.Consent.values:
                        consents[pair] = said[place]
        return list(dict.fromkeys(found)), consents

    def _numbers(self, row, reasons) -> list[tuple[str, str]]:
        found = [
            *cells.number(Scheme.CHARITY, self.cell(row, "charity_number"), reasons),
            *cells.number(Scheme.COMPANY, self.cell(row, "company_number"), reasons),
        ]
        for text in self._several(row, "other_numbers"):
            scheme = next((s for s in Scheme.values if text.upper().startswith(f"{s}-")), "")
            if scheme:
                found += cells.number(scheme, text[len(scheme) + 1 :], reasons)
            else:
                reasons.append(f"“{text}” does not say of which register it is, as GB-SC-SC009481 does.")
        return list(dict.fromkeys(found))

    # Whose row it is -------------------------------------------------------------------------------------
    def held(self, facts):
        names = [(f.fields["name"], f.fields.get("postcode", "")) for f in facts]
        ids = [f.own_id for f in facts if f.own_id]
        return Held([n for f in facts for n in f.numbers], names, self.scheme, ids=ids)

    def record_of(self, facts, held):
        own = held.records.get(facts.own_id)
        holders = [pk for number in facts.numbers if isinstance(pk := held.holder.get(number), int)]
        if own and (own.pk in holders or not holders and _same(own, facts)):
            return own.pk
        if holders:
            return holders[0]
        here = held.named(facts.fields["name"]).get(facts.fields.get("postcode", ""), [])
        return here[0] if len(here) == 1 else None

    def _planned(self, row, facts, reasons, held):
        planned = super()._planned(row, facts, reasons, held)
        if planned.outcome != Outcome.NEW:
            return planned
        own = held.records.get(facts.own_id)
        elsewhere = [pk for pks in held.named(facts.fields["name"]).values() for pk in pks]
        if own:
            planned.reasons.append(
                f"Portal number {own.pk} is “{own.name}”. Tick this row if that is the same organisation."
            )
            return self._perhaps(own.pk, planned, held)
        if elsewhere:
            planned.reasons.append(
                f"There is an organisation of this name (record {elsewhere[0]}) with another postcode or without one."
                " Tick this row if it is the same."
            )
            return self._perhaps(elsewhere[0], planned, held)
        return planned

    def _perhaps(self, pk: int, planned: Planned, held) -> Planned:
        planned.outcome, planned.then, planned.target_id = Outcome.SUSPICIOUS, Outcome.CHANGED, pk
        planned.changes = self._changed(pk, planned.values, held)
        return planned


def _same(record: Organisation, facts: Facts) -> bool:
    return search.fold(record.name) == search.fold(facts.fields["name"])
