"""What a circular says, section by section: for its page, its mail and its editor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from vcse_portal.mail import circular as kit

from .models import Circular, CircularEntry

OVERLAP = timedelta(days=2)  # looks back further than `since`: what was committed late is not lost


@dataclass
class Part:
    """A section with its entries, in the editor's order."""

    section: str
    label: str
    entries: list[CircularEntry]

    @property
    def underline(self) -> str:
        """Marks the heading in a plain-text mail."""
        return "=" * len(self.label)


def parts(circular: Circular, *, with_dropped: bool = False) -> list[Part]:
    """The circular's sections in the order all circulars have; empty ones are left out. One query."""
    entries = list(circular.entries.all() if with_dropped else circular.entries.kept())
    found = [
        Part(section.value, str(section.label), [e for e in entries if e.section == section])
        for section in kit.Section
    ]
    return [part for part in found if part.entries]


def source_of(entry: kit.Entry) -> str:
    """What the entry tells of: the same page for the same reason at the same moment is one piece of news."""
    return f"{entry.section}:{entry.url}:{entry.at.isoformat()}"[:300]


def offered(circular: Circular) -> dict[str, kit.Entry]:
    """What all rooms offer for this circular now, by source, less what earlier circulars have told.

    The days before `since` are asked for by themselves, so that sums ("5 organisations signed") count no day twice.
    """
    late = kit.entries(circular.since - OVERLAP, circular.since)
    found = {source_of(entry): entry for entry in [*late, *kit.entries(circular.since, circular.until)]}
    told = CircularEntry.objects.filter(
        source__in=found, circular__in=Circular.objects.approved().exclude(pk=circular.pk)
    )
    for source in told.values_list("source", flat=True):
        found.pop(source, None)
    return found


def no_longer_offered(circular: Circular) -> list[CircularEntry]:
    """Kept entries whose thing has been withdrawn or changed since the circular was assembled."""
    sources = offered(circular)
    return [entry for entry in circular.entries.kept() if entry.source not in sources]


def next_period(now: datetime | None = None) -> str:
    """The month an officer may assemble a circular for by hand: this one, else the next; none while a draft waits."""
    this_month = timezone.localdate(now).replace(day=1)
    periods = [f"{this_month:%Y-%m}", f"{this_month + timedelta(days=31):%Y-%m}"]
    there = set(Circular.objects.filter(period__in=periods).values_list("period", flat=True))
    if Circular.objects.drafts().exists():
        return ""
    return next((period for period in periods if period not in there), "")
