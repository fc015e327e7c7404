"""How a version is read: its clauses in order, its contents, and what changed since the version before."""

from dataclasses import dataclass, replace

from django.db.models import Count, Window
from django.utils.translation import gettext as _

from organisations.models import Organisation

from .models import Clause, Document, Signature, Version

NEWEST = 12


@dataclass(frozen=True)
class Line:
    """A clause as the page shows it. `change` is "", "new" or "changed"; `before` what it said."""

    clause: Clause
    href: str
    change: str = ""
    before: Clause | None = None


@dataclass
class Reading:
    """One version with everything its page needs."""

    version: Version
    versions: list[Version]
    lines: list[Line]
    removed: list[Clause]

    @property
    def contents(self) -> list[tuple[str, str]]:
        sections = [(str(one.clause), f"#{one.clause.anchor}") for one in self.lines if one.clause.is_section]
        return [*sections, (_("Who has signed"), "#signatories")] if not self.version.is_draft else sections

    @property
    def former(self) -> Version | None:
        """The version adopted before this one."""
        older = [v for v in self.versions if v.number < self.version.number and not v.is_draft]
        return max(older, key=lambda v: v.number, default=None)

    @property
    def current(self) -> Version | None:
        return next((v for v in self.versions if v.is_adopted), None)

    @property
    def draft(self) -> Version | None:
        return next((v for v in self.versions if v.is_draft), None)


def read(
    document: Document, user, *, number: int | None = None, with_changes: bool = False
) -> Reading | None:
    """The version asked for, or the one in force; None when the reader may know of none. Two or three queries."""
    versions = list(Version.objects.visible_to(user).filter(document=document).order_by("-number"))
    wanted = [v for v in versions if (v.is_adopted if number is None else v.number == number)]
    if not wanted:
        return None
    version = wanted[0]
    version.document = document
    clauses = list(version.clauses.select_related("former") if with_changes else version.clauses.all())
    page = version.get_absolute_url()
    reading = Reading(version, versions, [Line(c, f"{page}#{c.anchor}") for c in clauses], [])
    if with_changes and reading.former:
        reading.lines = [_compared(line) for line in reading.lines]
        kept = {c.former_id for c in clauses}
        reading.removed = [c for c in reading.former.clauses.all() if c.pk not in kept]
    return reading


def _compared(line: Line) -> Line:
    clause, before = line.clause, line.clause.former
    if before is None:
        return replace(line, change="new")
    is_same = all(getattr(clause, n) == getattr(before, n) for n in ("number", "heading", "text", "side"))
    return line if is_same else replace(line, change="changed", before=before)


def newest_signatures(version: Version, user) -> tuple[int, list[Signature]]:
    """How many organisations stand by the version, and the latest of them. One query."""
    found = version.signatures.visible_to(user).current().select_related("organisation")
    found = list(found.annotate(total=Window(Count("pk"))).order_by("-signed_at", "pk")[:NEWEST])
    return (found[0].total if found else 0), found


@dataclass
class Standing:
    """Where a lead's organisations stand with a version."""

    signed: list[Signature]
    to_sign: list[Organisation]


def standing(version: Version, user) -> Standing:
    """For the organisations the person leads: who has signed, who may still. At most two queries."""
    led = list(Organisation.objects.led_by(user))
    signed = list(
        version.signatures.current().filter(organisation__in=led).select_related("organisation", "version")
        if led
        else ()
    )
    done = {s.organisation_id for s in signed}
    active = [o for o in led if o.status == Organisation.Status.ACTIVE]
    return Standing(signed, [o for o in active if o.pk not in done] if version.is_adopted else [])
