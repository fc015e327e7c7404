"""Who is missing from a forum: its seats beside the register, larger bodies not seen, the council's own seniority."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Func, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from organisations.bands import Band
from organisations.models import Organisation
from vcse_portal.borough import codes

from .models import Attendance, Forum, Seat, Seniority, Side, Term
from .models.forum import SENIOR
from .standing import current_terms

LARGER = (Band.LARGE, Band.MAJOR, Band.SUPER_MAJOR)
MEETINGS = 3  # not seen for so many meetings, unless another number is asked for
MOST_MEETINGS = 24
IN_THE_ROOM = Q(came__in=Attendance.IN_THE_ROOM)
ORDER_OF_SENIORITY = {code: place for place, code in enumerate(Seniority.values)}


def register_of(user) -> QuerySet[Organisation]:
    """What seats are compared with: active groups the reader may know of, public bodies aside."""
    return Organisation.objects.visible_to(user).active().filter(is_public_body=False)


@dataclass(frozen=True)
class Line:
    """One kind of group: how many seats it holds beside how many there are of it. Shares in whole per cent."""

    label: str
    seats: int
    seat_share: int | None
    groups: int
    group_share: int | None

    @property
    def is_missing(self) -> bool:
        return self.seats == 0 and self.groups > 0

    @property
    def is_thin(self) -> bool:
        """Less than half of what their share of the register would give."""
        known = self.seat_share is not None and self.group_share is not None
        return known and not self.is_missing and self.seat_share * 2 < self.group_share


@dataclass(frozen=True)
class Table:
    code: str
    title: str
    lines: list[Line]
    note: str = ""


@dataclass(frozen=True)
class Representation:
    """`seats` the sector has, `filled` of them, `counted` of those by groups and not public bodies, `groups` on the
    register."""

    seats: int
    filled: int
    counted: int
    groups: int
    tables: list[Table]

    @property
    def vacant(self) -> int:
        return self.seats - self.filled


def representation(forum: Forum, user) -> Representation:
    """Seats held today beside the register, by income band, theme, ward and equalities-led. Four queries."""
    held = [t.organisation for t in current_terms(forum) if t.seat.side == Side.SECTOR]
    counted = [o for o in held if not o.is_public_body]
    register = register_of(user)
    bands, wards, led = _counted(register)
    bases = len(counted), led.total()
    seats = Seat.objects.filter(forum=forum, side=Side.SECTOR, ended_at=None).count()
    several = _("A group may have several themes, so the shares add up to more than 100%.")
    equalities = {True: _("Equalities-led"), False: _("Not equalities-led, or not known")}

    def table(code, title, labels, seats_of, groups, note=""):
        return Table(code, title, _lines(labels, Counter(seats_of), groups, bases), note)

    homes = (o.ward.code if o.ward_id else None for o in counted)
    themes = (code for o in counted for code in o.themes)
    tables = [
        table("income", _("Income"), _bands(), (o.band for o in counted), bands),
        table("theme", _("Theme"), codes.names("theme"), themes, _themes(register), several),
        table("ward", _("Ward"), _wards(), homes, wards, _("The ward of a group’s address.")),
        table(
            *("equalities", _("Led by people facing inequality"), equalities),
            *((o.is_equalities_led for o in counted), led),
        ),
    ]
    return Representation(seats, len(held), *bases, tables)


def _counted(register) -> tuple[Counter, Counter, Counter]:
    """Groups by band, by code of ward, and by equalities-led; one query, however many there are."""
    bands, wards, led = Counter(), Counter(), Counter()
    rows = register.order_by().values_list("band", "ward__code", "is_equalities_led").annotate(Count("pk"))
    for band, ward, is_led, number in rows:
        bands[band] += number
        wards[ward] += number
        led[is_led] += number
    return bands, wards, led


def _lines(labels: dict, seats: Counter, groups: dict, bases: tuple[int, int]) -> list[Line]:
    """In the order of the labels; kinds of which there are none anywhere are left out."""
    return [
        Line(
            str(label),
            seats[key],
            percent(seats[key], bases[0]),
            groups.get(key, 0),
            percent(groups.get(key, 0), bases[1]),
        )
        for key, label in labels.items()
        if seats[key] or groups.get(key)
    ]


def percent(part: int, whole: int) -> int | None:
    """Whole per cent, halves up; nothing of nothing is no share."""
    return (200 * part + whole) // (2 * whole) if whole else None


def _bands() -> dict:
    return {band.value: band.label for band in Band}


def _wards() -> dict:
    return dict(sorted(codes.names("ward").items(), key=lambda one: one[1])) | {None: _("Ward not known")}


def _themes(register) -> dict:
    each = register.order_by().annotate(theme=Func(F("themes"), function="unnest"))
    return dict(each.values_list("theme").annotate(Count("pk")))


def last_meetings(forum: Forum, number: int) -> QuerySet:
    """The latest that were held, to be asked about within another query."""
    return forum.meetings.happened().values("pk")[:number]


def larger_not_seen(forum: Forum, user, *, meetings: int) -> QuerySet[Organisation]:
    """Bodies with £1 million a year or more that were at none of the last meetings; the largest first.

    Each with `last_seen`, when anybody of it last came to this forum, and `has_seat`.
    """
    seen = Attendance.objects.filter(IN_THE_ROOM, organisation=OuterRef("pk"), meeting__forum=forum)
    lately = seen.filter(meeting__in=last_meetings(forum, meetings))
    latest = seen.order_by("-meeting__starts_at").values("meeting__starts_at")[:1]
    seats = Term.objects.current().filter(organisation=OuterRef("pk"), seat__forum=forum)
    return (
        register_of(user)
        .filter(band__in=LARGER)
        .exclude(Exists(lately))
        .annotate(last_seen=Subquery(latest), has_seat=Exists(seats))
        .defer("summary", "support_needs")
        .order_by("-income", "pk")
    )


@dataclass(frozen=True)
class CouncilAt:
    """Who of the council was at one meeting: how many, how many of them senior, and the most senior."""

    meeting: int
    starts_at: datetime
    present: int
    senior: int
    most_senior: str


def council_at_meetings(forum: Forum, *, meetings: int) -> list[CouncilAt]:
    """The latest meetings, newest first. Senior is a councillor, a head of service or above. Two queries."""
    held = list(forum.meetings.happened().values_list("pk", "starts_at")[:meetings])
    came = Attendance.objects.filter(IN_THE_ROOM, meeting__in=[pk for pk, _at in held], side=Side.COUNCIL)
    by_meeting: dict[int, list[str]] = {}
    for meeting, seniority in came.values_list("meeting", "seniority"):
        by_meeting.setdefault(meeting, []).append(seniority)
    return [_council_at(pk, starts_at, by_meeting.get(pk, [])) for pk, starts_at in held]


def _council_at(meeting: int, starts_at: datetime, found: list[str]) -> CouncilAt:
    best = min(found, key=ORDER_OF_SENIORITY.get, default=None)
    senior = sum(one in SENIOR for one in found)
    words = _("Nobody") if best is None else str(Seniority(best).label)
    return CouncilAt(meeting, starts_at, len(found), senior, words)


def attendance_by_seat(forum: Forum, *, meetings: int) -> QuerySet:
    """Of the latest meetings: how often each seat and organisation came, and what it was paid. One query."""
    return (
        Attendance.objects.filter(meeting__in=last_meetings(forum, meetings))
        .exclude(came="")
        .order_by("side", "organisation__name_sort", "seat__title")
        .values("side", "organisation", "organisation__name", "seat__title")
        .annotate(
            there=Count("pk", filter=IN_THE_ROOM),
            substitutes=Count("pk", filter=Q(came="substitute")),
            apologies=Count("pk", filter=Q(came="apologies")),
            asked=Count("pk"),
            last=Max("meeting__starts_at", filter=IN_THE_ROOM),
            total_paid=Sum("paid"),
        )
    )


def attendance_by_seniority(forum: Forum, *, meetings: int) -> list[tuple[str, int, int]]:
    """(seniority, times somebody of the council came, of the sector) over the latest meetings. One query."""
    came = Attendance.objects.filter(IN_THE_ROOM, meeting__in=last_meetings(forum, meetings)).order_by()
    found = {(side, code): n for side, code, n in came.values_list("side", "seniority").annotate(Count("pk"))}
    lines = [(s.label, found.get((Side.COUNCIL, s), 0), found.get((Side.SECTOR, s), 0)) for s in Seniority]
    return [line for line in lines if line[1] or line[2]]


# Downloads ---------------------------------------------------------------------------------------------------
SHARES_HEADER = ["By", "Kind", "Seats", "Share of seats (%)", "Groups on the register", "Share of groups (%)"]
LARGER_HEADER = ["Organisation", "Income band", "Has a seat", "Last seen at this forum"]
COUNCIL_HEADER = ["Meeting", "People of the council", "Of them senior", "Most senior"]


def shares_rows(found: Representation) -> Iterator[list]:
    for table in found.tables:
        for line in table.lines:
            yield [table.title, line.label, line.seats, line.seat_share, line.groups, line.group_share]


def larger_rows(found: QuerySet) -> Iterator[list]:
    for organisation in found.iterator(chunk_size=500):
        yield [
            organisation.name,
            organisation.get_band_display(),
            organisation.has_seat,
            organisation.last_seen,
        ]


def council_rows(found: list[CouncilAt]) -> Iterator[list]:
    for one in found:
        yield [one.starts_at, one.present, one.senior, one.most_senior]
