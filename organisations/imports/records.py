"""What every import of organisations shares: whose row it is, what differs, writing it and putting it back."""

from collections import defaultdict

from django.urls import reverse

from vcse_portal.borough.postcodes import wards_of
from vcse_portal.imports import EDITED, POINTED_TO, Importer, Outcome, Planned, edited_since, put_back, remove
from vcse_portal.imports.compare import jsonable
from vcse_portal.imports.remove import pointed_to
from vcse_portal.search import registry as search

from .. import bulk
from ..models import Identifier, Link, Organisation
from .held import Held

Status = Organisation.Status
FLAG = ("removed_on", "removal_reason")  # of the first number
BESIDE = ("numbers", "contacts", "consents", "parent", *FLAG)  # changes that are no field of the record
OWN_WORDS = frozenset({"summary", "website", "known_as", "volunteers", "contacts"})
GUESSED = frozenset({"themes", "communities", "legal_structure"})
NEVER = frozenset({"source", "confirmed_on"})  # of a record that is here, once they say anything
EMPTY = (None, "", [])
MERGED = "It was merged into “{}” since. Take the merger back first."


class OrganisationImporter(Importer):
    """One row, one organisation, known by the first of its numbers."""

    noun = "organisation"
    scheme: str = Identifier.Scheme.CHARITY
    key_label = "charity number"
    source = ""
    has_last_word = False  # True: what the file says replaces even what an organisation says of itself
    field_labels = {
        "name": "Name",
        "known_as": "Known as",
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
        "removed_on": "Removed from its register on",
        "removal_reason": "Reason for the removal",
        "parent": "Branch of",
    }

    def facts(self, row, reasons: list[str]) -> bulk.Facts:
        """The row in our terms; adds a sentence to `reasons` for each thing read differently or left out."""
        raise NotImplementedError

    # The plan ---------------------------------------------------------------------------------------
    def plan(self, rows):
        read = []
        for row in rows:
            reasons: list[str] = []
            read.append((row, self.facts(row, reasons), reasons))
        wards = wards_of([f.fields["postcode"] for _, f, _ in read if f.fields.get("postcode")])
        held = self.held([f for _, f, _ in read])
        for row, facts, reasons in read:
            if ward := wards.get(facts.fields.get("postcode")):
                facts.fields["ward_id"] = ward.pk
            yield self._planned(row, facts, reasons, held)

    def held(self, facts: list[bulk.Facts]) -> Held:
        numbers = [n for f in facts for n in f.numbers]
        parents = [(self.scheme, f.parent) for f in facts if f.parent]
        names = [(f.fields["name"], f.fields.get("postcode", "")) for f in facts]
        return Held([*numbers, *parents], names, self.scheme)

    def _planned(self, row, facts, reasons, held: Held) -> Planned:
        pk = self.record_of(facts, held)
        facts.numbers = self._free(facts.numbers, pk, held, reasons)
        for number in facts.numbers:
            held.holder.setdefault(number, f"row {row.number}")  # a later row of the file does not get it too
        if pk is not None:
            return self._planned_for(pk, row, facts, reasons, held)
        if refused := self.not_wanted(facts):
            return Planned(row, Outcome.REJECTED, reasons=[*reasons, refused])
        twins = held.namesakes(facts.fields["name"], facts.fields.get("postcode", ""))
        if twins:
            return self._suspected(twins[0], row, facts, reasons, held)
        reasons += self.notes(row)
        return Planned(row, Outcome.NEW, values=facts, reasons=reasons)

    def record_of(self, facts, held: Held) -> int | None:
        """Whose row this is: the holder of its number, or who has another of its numbers and its name."""
        if not facts.numbers:
            return None
        found = held.holder.get(facts.numbers[0])
        return found if isinstance(found, int) else held.same(facts.numbers, facts.fields["name"])

    def not_wanted(self, facts) -> str:
        """Why a row that is on nobody's record here is not brought in; "" when it is."""
        return ""

    def notes(self, row) -> list[str]:
        """What an officer should know of a new organisation; nothing is written of it."""
        return []

    def _suspected(self, twin, row, facts, reasons, held) -> Planned:
        reasons.append(
            f"An organisation of this name and postcode is on the register without a {self.key_label}"
            f" (record {twin}). If it is the same, tick this row to give it this number and these facts."
        )
        changed = self._changed(twin, facts, held)
        return Planned(
            row,
            Outcome.SUSPICIOUS,
            values=facts,
            changes=changed,
            reasons=reasons,
            target_id=twin,
            then=Outcome.CHANGED,
        )

    def _planned_for(self, pk, row, facts, reasons, held) -> Planned:
        record = held.records[pk]
        if record.status == Status.MERGED:
            winner = held.winners[record.merged_into_id]
            reasons.append(f"It was merged into “{winner}”, so it was left alone.")
            return Planned(row, Outcome.UNCHANGED, reasons=reasons, target_id=pk)
        changed = self._changed(pk, facts, held)
        outcome = Outcome.CHANGED if changed else Outcome.UNCHANGED
        return Planned(row, outcome, values=facts, changes=changed, reasons=reasons, target_id=pk)

    def _free(self, numbers, pk, held, reasons) -> list[tuple[str, str]]:
        """Numbers that nobody else holds: the first number decides who this is."""
        free = []
        for place, number in enumerate(numbers):
            holder = held.holder.get(number)
            if holder in (None, pk) or place == 0 and number[0] == self.scheme:
                free.append(number)
            else:
                whose = f"record {holder}" if isinstance(holder, int) else holder
                reasons.append(f"{number[1]} already belongs to {whose} and was left there.")
        return free

    def _changed(self, pk, facts, held) -> dict:
        record, keeps = held.records[pk], self._keeps(pk, held)
        changed = {}
        for name, new in facts.fields.items():
            old = getattr(record, name)
            if new in EMPTY or old == new or name in keeps and old not in EMPTY:
                continue
            if name == "name" and not self.has_last_word and search.fold(old) == search.fold(new):
                continue
            if name == "ward_id" and self._stays(record, facts, changed):
                continue
            changed[name] = [jsonable(old), jsonable(new)]
        if record.postcode and record.ward_id and "postcode" in changed and "ward_id" not in facts.fields:
            facts.fields["ward_id"] = None  # it moved to a postcode of which we know no ward
            changed["ward_id"] = [record.ward_id, None]
        return changed | self._beside(pk, facts, held, keeps)

    def _stays(self, record, facts, changed) -> bool:
        """Whether the record keeps a postcode that is not the row's, and so its ward."""
        there = facts.fields.get("postcode", "")
        return bool(there) and "postcode" not in changed and record.postcode != there

    def _keeps(self, pk, held) -> frozenset[str]:
        """What an import only fills in: what the organisation says of itself, once somebody speaks for it."""
        if self.has_last_word:
            return NEVER
        is_its_own = held.records[pk].confirmed_on or pk in held.spoken_for
        return GUESSED | OWN_WORDS if is_its_own else GUESSED

    def _beside(self, pk, facts, held, keeps) -> dict:
        numbers, contacts = held.numbers[pk], held.contacts[pk]
        changed: dict = {}
        if more := [list(pair) for pair in facts.numbers if pair not in numbers]:
            changed["numbers"] = [None, more]
        more = [[*pair, facts.consents.get(pair, "")] for pair in facts.contacts if pair not in contacts]
        if more and not ("contacts" in keeps and contacts):
            changed["contacts"] = [None, more]
        said = [pair for pair, new in facts.consents.items() if contacts.get(pair, new) != new]
        if said:
            changed["consents"] = [
                [[*pair, contacts[pair]] for pair in said],
                [[*pair, facts.consents[pair]] for pair in said],
            ]
        if facts.removed is not None:
            own = numbers.get(facts.numbers[0])
            removed = (own.removed_on, own.removal_reason) if own else (None, "")
            for name, old, new in zip(FLAG, removed, facts.removed, strict=True):
                if old != new:
                    changed[name] = [jsonable(old), jsonable(new)]
        parent = held.holder.get((self.scheme, facts.parent))
        if isinstance(parent, int) and parent != pk and (pk, parent) not in held.parents:
            changed["parent"] = [None, facts.parent]
        return changed

    # The deed ---------------------------------------------------------------------------------------
    def start(self):
        self._branches: list[tuple[int, str]] = []
        self._added, self._counted = 0, 0

    def apply(self, batch, *, by):
        new = [p for p in batch if p.target_id is None]
        self._count_again(len(new))
        for planned, pk in zip(new, bulk.add_many((p.values for p in new), source=self.source), strict=True):
            planned.target_id = pk
        changed = [p for p in batch if p not in new]
        bulk.change_many(
            {p.target_id: {n: p.values.fields[n] for n in p.changes if n in p.values.fields} for p in changed}
        )
        more = [(p.target_id, p.changes) for p in changed]
        bulk.add_numbers(_pairs(more, "numbers"), source=self.source)
        bulk.add_contacts(_pairs(more, "contacts"), source=self.source)
        bulk.set_consents(_pairs(more, "consents"))
        bulk.flag_numbers(
            (p.values.numbers[0], *p.values.removed) for p in batch if set(FLAG) & set(p.changes)
        )
        self._branches += [(p.target_id, p.values.parent) for p in batch if p.values.parent]
        search.index(bulk.KIND, [pk for pk, _ in more])

    def _count_again(self, more: int) -> None:
        """Tell PostgreSQL when the tables have grown tenfold: plans made for an empty table read all of a full one."""
        if self._added >= max(1000, 10 * self._counted):
            bulk.count_again()
            self._counted = self._added
        self._added += more

    def finish(self, *, by):
        for start in range(0, len(self._branches), self.batch_size):
            some = self._branches[start : start + self.batch_size]
            found = Identifier.objects.filter(scheme=self.scheme, number__in={number for _pk, number in some})
            parents = dict(found.values_list("number", "organisation"))
            bulk.link_branches(
                [(pk, parents[number]) for pk, number in some if number in parents], source=self.source
            )
        search.rebuild_words()

    # Taking it back -----------------------------------------------------------------------------------
    def undo(self, rows, *, by):
        ids = [r.target_id for r in rows]
        edited = edited_since(self.run, Organisation, ids)
        records = (
            Organisation.objects.select_for_update(of=("self",)).select_related("merged_into").in_bulk(ids)
        )
        here = [row for row in rows if row.target_id in records]
        kept = {row.pk: _why_kept(records[row.target_id]) for row in here if row.target_id in edited}
        mine = [row for row in here if row.pk not in kept]
        self._unlink({row.target_id for row in mine})
        made = {row.target_id: row.pk for row in mine if row.outcome == Outcome.NEW}
        held = pointed_to(Organisation, made, besides=("identifiers", "contacts"))
        held |= remove(Organisation, [pk for pk in made if pk not in held])
        self._put_back([row for row in mine if row.outcome == Outcome.CHANGED], records)
        search.index(bulk.KIND, ids)
        return kept | {made[pk]: POINTED_TO for pk in held}

    def _unlink(self, ids: set[int]) -> None:
        """Take away the ties this run made of branches it wrote and nobody edited since."""
        links = Link.objects.filter(kind=Link.Kind.BRANCH, source=self.source)
        touching = (
            links.filter(from_organisation__in=ids) | links.filter(to_organisation__in=ids)
        ).distinct()
        pairs = dict(touching.values_list("pk", "from_organisation"))
        mine = {
            row.target_id
            for row in self.run.rows.written().filter(target_id__in=set(pairs.values()))
            if row.outcome == Outcome.NEW or "parent" in row.changes
        }
        mine -= edited_since(self.run, Organisation, mine - ids)
        Link.objects.filter(pk__in=[pk for pk, branch in pairs.items() if branch in mine]).delete()

    def _put_back(self, rows, records) -> None:
        back: dict[int, dict] = defaultdict(dict)  # newest first: the oldest row has the last word
        for row in rows:
            record = records[row.target_id]
            fields = {n: pair for n, pair in row.changes.items() if n not in BESIDE}
            back[row.target_id] |= {n: getattr(record, n) for n in put_back(record, fields)}
        given = [(row.target_id, row.changes) for row in rows]
        bulk.flag_numbers(self._flags_before(given))
        bulk.remove_numbers(_pairs(given, "numbers"))
        bulk.remove_contacts([(pk, said[:2]) for pk, said in _pairs(given, "contacts")])
        bulk.set_consents(_pairs(given, "consents", before=True))
        bulk.change_many(back)

    def _flags_before(self, given):
        """What was said of the numbers whose removal this run noted."""
        flagged = {pk: changes for pk, changes in given if set(FLAG) & set(changes)}
        for one in Identifier.objects.filter(organisation__in=flagged, scheme=self.scheme):
            changes = flagged[one.organisation_id]
            on = changes["removed_on"][0] if "removed_on" in changes else one.removed_on
            why = changes["removal_reason"][0] if "removal_reason" in changes else one.removal_reason
            yield (one.scheme, one.number), on, why or ""

    def target_url(self, target_id) -> str:
        return reverse("organisations:organisation", args=[target_id])


def _pairs(changed, name: str, *, before: bool = False) -> list[tuple[int, tuple]]:
    """(record, number or contact) of those that were added, or of those that were there before."""
    place = 0 if before else 1
    return [(pk, tuple(one)) for pk, changes in changed for one in changes.get(name, [[], []])[place] or []]


def _why_kept(record: Organisation) -> str:
    return MERGED.format(record.merged_into) if record.merged_into_id else EDITED
