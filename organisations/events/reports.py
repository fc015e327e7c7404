"""Figures: who came, by kind of organisation, what it cost a head, and what people thought of it.

Organisations are counted as they are. Answers of people are shown of five and more only, for few answers can be
guessed at; so is the number of people who came for no organisation.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Avg, Count, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from organisations.bands import Band
from organisations.models import Organisation

from .models import Event, EventQuerySet, Feedback, SignUp, State

FEWEST = 5
FEW = f"fewer than {FEWEST}"
PENNY = Decimal("0.01")
YEAR_STARTS = 4  # April, as the council's year
FLAGS = (
    "is_equalities_led",
    "is_infrastructure",
    "is_anchor",
    "is_consortium",
    "is_faith_group",
    "is_public_body",
)
HEADER = [
    "Event", "Kind", "Programme", "Date", "Places", "Had a place", "Came", "Came, %", "Organisations",
    "Cost to the council (£)", "Cost a head (£)", "Answers", "Usefulness, 1 to 5",
]  # fmt: skip


# Years -----------------------------------------------------------------------------------------


def year_of(day: date) -> int:
    """The council's year, by its first calendar year."""
    return day.year if day.month >= YEAR_STARTS else day.year - 1


def years(today: date) -> list[int]:
    """From the first event to this year, latest first."""
    first = Event.objects.taking_place().aggregate(first=models.Min("starts_at"))["first"]
    this = year_of(today)
    return list(range(this, year_of(timezone.localdate(first)) - 1 if first else this - 1, -1))


def held_in(year: int) -> EventQuerySet:
    """Events that took place between April and March."""
    begins = timezone.make_aware(datetime(year, YEAR_STARTS, 1))
    ends = timezone.make_aware(datetime(year + 1, YEAR_STARTS, 1))
    return Event.objects.taking_place().filter(starts_at__gte=begins, starts_at__lt=ends).past()


# Events ----------------------------------------------------------------------------------------


@dataclass
class Row:
    """One event. Money in pounds; `rating` only of five answers or more. `came` is known once attendance is taken."""

    event: Event
    had_place: int
    came: int
    organisations: int
    answers: int
    average: float | None

    @property
    def is_known(self) -> bool:
        return self.event.is_held

    @property
    def share(self) -> int | None:
        """Per cent of those with a place who came."""
        return percent(self.came, self.had_place) if self.is_known else None

    @property
    def cost_a_head(self) -> Decimal | None:
        return a_head(self.event.cost, self.came) if self.is_known else None

    @property
    def answers_words(self) -> str:
        return few(self.answers)

    @property
    def rating(self) -> str:
        return f"{self.average:.1f}" if self.average is not None and self.answers >= FEWEST else ""


def a_head(cost: Decimal | None, people: int) -> Decimal | None:
    return (cost / people).quantize(PENNY, ROUND_HALF_UP) if cost is not None and people else None


def percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def few(count: int) -> str:
    return FEW if 0 < count < FEWEST else f"{count:,}"


def rows(events: EventQuerySet) -> list[Row]:
    """One query however many events."""
    found = events.annotate(
        had_place=_of_sign_ups(Q(state=State.PLACED)),
        came=_of_sign_ups(Q(state=State.PLACED, has_come=True)),
        organisations=_of_sign_ups(Q(state=State.PLACED, has_come=True), count="organisation"),
        answers=_of_feedback(Count("pk"), models.IntegerField(), 0),
        average=_of_feedback(Avg("useful"), models.FloatField(), None),
    )
    return [Row(e, e.had_place, e.came, e.organisations, e.answers, e.average) for e in found]


def _of_sign_ups(which: Q, count: str = "pk"):
    rows = SignUp.objects.filter(which, event=models.OuterRef("pk")).order_by().values("event")
    return Coalesce(Subquery(rows.annotate(n=Count(count, distinct=True)).values("n")), 0)


def _of_feedback(what, kind, otherwise):
    rows = Feedback.objects.filter(event=models.OuterRef("pk")).order_by().values("event")
    found = Subquery(rows.annotate(n=what).values("n"), output_field=kind)
    return found if otherwise is None else Coalesce(found, otherwise)


def csv_rows(found: list[Row]):
    for row in found:
        e = row.event
        yield [
            e.title, e.get_kind_display(), e.programme, timezone.localdate(e.starts_at), e.places, row.had_place,
            row.came if row.is_known else "", row.share, row.organisations if row.is_known else "", e.cost, row.cost_a_head, row.answers_words, row.rating,
        ]  # fmt: skip


@dataclass
class Totals:
    events: int
    unknown: int  # events nobody has taken the attendance of
    came: int
    cost: Decimal | None
    cost_a_head: Decimal | None
    share: int | None


def totals(found: list[Row]) -> Totals:
    """Only of events whose attendance was taken; a head, of those whose cost is known: others would make it look cheap."""
    known = [row for row in found if row.is_known]
    priced = [row for row in known if row.event.cost is not None]
    cost = sum((row.event.cost for row in priced), Decimal(0)) if priced else None
    came = sum(row.came for row in known)
    return Totals(
        events=len(found),
        unknown=len(found) - len(known),
        came=came,
        cost=cost,
        cost_a_head=a_head(cost, sum(row.came for row in priced)),
        share=percent(came, sum(row.had_place for row in known)),
    )


# Organisations ---------------------------------------------------------------------------------


@dataclass
class Kinds:
    """How many different organisations came, by what kind they are: (words, organisations)."""

    organisations: int = 0
    bands: list[tuple[str, int]] = field(default_factory=list)
    structures: list[tuple[str, int]] = field(default_factory=list)
    flags: list[tuple[str, int]] = field(default_factory=list)
    people_without: str = "0"


def kinds_of(event_ids: list[int]) -> Kinds:
    """Three queries however many events."""
    came = SignUp.objects.came().filter(event__in=event_ids)
    organisations = Organisation.objects.filter(pk__in=came.values("organisation"))
    flags = organisations.aggregate(
        n=Count("pk"), **{name: Count("pk", filter=Q(**{name: True})) for name in FLAGS}
    )
    by = organisations.order_by().values_list("band", "legal_structure").annotate(n=Count("pk"))
    return _sorted_out(list(by), flags, came.filter(organisation=None).count())


def _sorted_out(by: list[tuple], flags: dict, without: int) -> Kinds:
    bands = dict.fromkeys(Band.values, 0)
    structures = dict.fromkeys(Organisation.Structure.values, 0)
    for band, structure, count in by:
        bands[band] += count
        structures[structure] += count
    band_names = dict(Band.choices)
    structure_names = dict(Organisation.Structure.choices)
    meta = Organisation._meta
    return Kinds(
        organisations=flags["n"],
        bands=[(str(band_names[code]), n) for code, n in bands.items() if n],
        structures=[(str(structure_names[code]), n) for code, n in structures.items() if n],
        flags=[(_sentence(meta.get_field(name).verbose_name), flags[name]) for name in FLAGS if flags[name]],
        people_without=few(without),
    )


def _sentence(words) -> str:
    return f"{str(words)[:1].upper()}{str(words)[1:]}"


# Feedback --------------------------------------------------------------------------------------


@dataclass
class Thoughts:
    """What people thought of one event. With fewer than five answers nothing but that is said."""

    answers: str
    is_enough: bool
    average: str = ""
    useful: list[tuple[str, str]] = field(default_factory=list)
    could_take_part: str = ""
    will_change: list[str] = field(default_factory=list)
    should_change: list[str] = field(default_factory=list)


def thoughts_about(event: Event) -> Thoughts:
    """Texts come in the order of the alphabet, which says nothing of who wrote when."""
    found = list(event.feedback.values_list("useful", "could_take_part", "will_change", "should_change"))
    if len(found) < FEWEST:
        return Thoughts(few(len(found)), is_enough=False)
    counts = {code: sum(one[0] == code for one in found) for code in Feedback.Useful.values}
    shown = hide_few(counts)
    could = hide_few({answer: sum(one[1] is answer for one in found) for answer in (True, False, None)})
    return Thoughts(
        answers=str(len(found)),
        is_enough=True,
        average=f"{sum(one[0] for one in found) / len(found):.1f}",
        useful=[(str(Feedback.Useful(code).label), shown[code]) for code in Feedback.Useful.values],
        could_take_part=could[True],
        will_change=sorted(one[2] for one in found if one[2]),
        should_change=sorted(one[3] for one in found if one[3]),
    )


def hide_few(counts: dict) -> dict:
    """Counts as words, those under five hidden; when only one is, the next smallest too, or it could be worked out."""
    hidden = {code for code, count in counts.items() if 0 < count < FEWEST}
    if len(hidden) == 1:
        others = [code for code, count in counts.items() if count >= FEWEST]
        hidden |= {min(others, key=lambda code: counts[code])} if others else set()
    return {code: "too few to show" if code in hidden else str(count) for code, count in counts.items()}
