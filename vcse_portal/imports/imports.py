"""The borough's reference data as files. `borough` is the lowest kit and knows nothing of imports, so they live here."""

import math
import re
from collections import Counter

from django.core.exceptions import ValidationError

from vcse_portal.borough import codes
from vcse_portal.borough.models import GSS_CODE, Postcode, Ward
from vcse_portal.borough.operations import PostcodeRow, import_listed, load_postcodes
from vcse_portal.borough.postcodes import normalise_postcode, suggest_postcode

from .compare import changes, edited_since, put_back
from .importer import Importer, Outcome, Planned, plain
from .registry import register

POSTCODE = ("pcds", "postcode", "pcd8", "pcd7", "pcd2", "pcd")
WARD = re.compile(r"^(wd\d\dcd|ward_code|osward|ward)$")
LONGITUDE = ("long", "lon", "longitude")
LATITUDE = ("lat", "latitude")
PSEUDO = "99999999"  # E99999999 and its kin: no ward


@register
class PostcodeImporter(Importer):
    """Postcodes and their wards: the national lookup (any year) or a plain file of postcode and ward_code."""

    kind = "postcodes"
    label = "Postcodes and wards"
    noun = "postcode"
    columns = ("postcode", "ward_code")
    key_label = "postcode"
    roles = ("administrator",)
    max_rows = 3_000_000
    batch_size = 20_000  # each makes and drops temporary tables
    can_undo = False
    keeps_rows = False

    @classmethod
    def recognises(cls, header):
        return not cls.missing(header)

    @classmethod
    def fit(cls, header):
        return 0  # many lists have a postcode and a ward

    @classmethod
    def missing(cls, header):
        names = [plain(name) for name in header]
        has_ward = any(WARD.match(name) for name in names)
        return [
            c for c, found in (("postcode", set(POSTCODE) & set(names)), ("ward_code", has_ward)) if not found
        ]

    def start(self):
        self.wards = dict(Ward.objects.values_list("code", "pk"))
        self.unknown = Counter()
        self.columns_of = None

    def key(self, row):
        if self.columns_of is None:
            self.columns_of = self._find_columns(list(row.values))
        text = row[self.columns_of["postcode"]]
        code = normalise_postcode(text)
        if not code:
            meant = suggest_postcode(text)
            hint = f" Did you mean {meant}?" if meant else ""
            raise ValidationError(f"“{text[:20]}” is not a postcode.{hint}")
        ward = row[self.columns_of["ward"]]
        if ward and not (GSS_CODE.regex.match(ward) or ward.endswith(PSEUDO)):
            raise ValidationError(f"“{ward[:40]}” is not a ward code, such as E05013542.")
        return code

    def _find_columns(self, header: list[str]) -> dict[str, str | None]:
        names = {plain(name): name for name in header}

        def first(wanted):
            return next((names[name] for name in wanted if name in names), None)

        ward = next(names[name] for name in names if WARD.match(name))
        return {
            "postcode": first(POSTCODE),
            "ward": ward,
            "lat": first(LATITUDE),
            "long": first(LONGITUDE),
            "end": names.get("doterm"),
        }

    def plan(self, rows):
        wanted = {row.number: self._postcode(row) for row in rows}
        held = Postcode.objects.in_bulk([one.code for one in wanted.values()])
        for row in rows:
            one = wanted[row.number]
            if one.ward_code and one.ward_code not in self.wards:
                self.unknown[one.ward_code] += 1
            yield Planned(row, self._outcome(held.get(one.code), one), values=one)

    def _outcome(self, held: Postcode | None, one: PostcodeRow) -> Outcome:
        if held is None:
            return Outcome.NEW
        now = (held.ward_id, held.latitude, held.longitude, held.is_live)
        then = (self.wards.get(one.ward_code), one.latitude, one.longitude, one.is_live)
        return Outcome.UNCHANGED if now == then else Outcome.CHANGED

    def _postcode(self, row) -> PostcodeRow:
        columns = self.columns_of
        code = normalise_postcode(row[columns["postcode"]]).replace(" ", "")
        ward = row[columns["ward"]]
        latitude, longitude = self._number(row, columns["lat"]), self._number(row, columns["long"])
        if latitude is None or longitude is None or not 49 <= latitude <= 61.5:
            latitude = longitude = None  # the lookup writes 99.999999 where it does not know
        return PostcodeRow(
            code,
            "" if ward.endswith(PSEUDO) else ward,
            latitude,
            longitude,
            not row.get(columns["end"] or ""),
        )

    def _number(self, row, column) -> float | None:
        try:
            number = float(row[column])
        except (TypeError, KeyError, ValueError):
            return None
        return number if math.isfinite(number) else None

    def apply(self, batch, *, by):
        load_postcodes((one.values for one in batch), by=by)

    def remarks(self):
        if not self.unknown:
            return []
        count, wards = self.unknown.total(), [code for code, _n in self.unknown.most_common(5)]
        more = f" and {len(self.unknown) - 5:,} more" if len(self.unknown) > 5 else ""
        words = "postcode lies in a ward" if count == 1 else "postcodes lie in wards"
        return [f"{count:,} {words} we do not hold: {', '.join(wards)}{more}."]


class ListImporter(Importer):
    """code, name and what else a list of the borough holds; the order of the file is the order of new entries."""

    columns = ("code", "name")
    key_label = "code"
    roles = ("administrator",)
    blanks = frozenset({"NA"})
    max_rows = 2_000
    fields: tuple[str, ...] = ("name",)

    @property
    def model(self):
        return codes.LISTS[self.noun]

    def key(self, row):
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", row["code"]):
            raise ValidationError("The code must be one word of at most 40 letters, digits and hyphens.")
        return row["code"]

    def plan(self, rows):
        held = self.model.objects.in_bulk([row["code"] for row in rows], field_name="code")
        for row in rows:
            entry = held.get(row["code"])
            values = {name: " ".join(row.get(name).split()) for name in self.fields if name in row.values}
            yield self._planned(row, entry, values)

    def _planned(self, row, entry, values):
        try:
            self.model(code=row["code"], **values).full_clean(validate_unique=False)
        except ValidationError as error:
            reasons = [
                f"{name.capitalize()}: {' '.join(found)}" for name, found in error.message_dict.items()
            ]
            return Planned(row, Outcome.REJECTED, reasons=reasons)
        if entry is None:
            return Planned(row, Outcome.NEW, values=values)
        done = changes(entry, values)
        outcome = Outcome.CHANGED if done else Outcome.UNCHANGED
        return Planned(row, outcome, values=values, changes=done, target_id=entry.pk)

    def apply(self, batch, *, by):
        ids = import_listed(self.noun, [(one.key, one.values) for one in batch])
        for one in batch:
            one.target_id = ids[one.key]

    def undo(self, rows, *, by):
        edited = edited_since(self.run, self.model, [row.target_id for row in rows])
        entries = self.model.objects.in_bulk([row.target_id for row in rows])
        kept, back = {}, []
        for row in rows:
            entry = entries.get(row.target_id)
            if entry is None or entry.pk in edited:
                kept[row.pk] = "It has been edited since."
            elif row.outcome == Outcome.NEW:
                back.append((entry.code, {"is_current": False}))  # records may carry its code by now: closed
            else:
                put_back(entry, row.changes)
                back.append((entry.code, {name: getattr(entry, name) for name in row.changes}))
        import_listed(self.noun, back)
        return kept


@register
class DirectorateImporter(ListImporter):
    kind, label, noun = "directorates", "Directorates", "directorate"
    optional_columns = ("director",)
    fields = ("name", "director")


@register
class ThemeImporter(ListImporter):
    kind, label, noun = "themes", "Themes", "theme"
    optional_columns = ("description",)
    fields = ("name", "description")


@register
class CommunityImporter(ListImporter):
    kind, label, noun, noun_plural = "communities", "Communities", "community", "communities"


@register
class SupportImporter(ListImporter):
    kind, label, noun, noun_plural = "support", "Kinds of support", "support", "kinds of support"
    optional_columns = ("description",)
    fields = ("name", "description")


@register
class OutcomeImporter(ListImporter):
    kind, label, noun = "outcomes", "Common outcomes", "outcome"
    optional_columns = ("description",)
    fields = ("name", "description")
