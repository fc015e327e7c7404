"""Four forums of the demo borough: who sits in them, what they talked about, and who was not there."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle

from django.utils import timezone

from organisations.bands import Band
from organisations.forums import operations
from organisations.forums.models import Attendance, Forum, Meeting, Seat, Side
from organisations.forums.operations.attendance import Seen, is_small, terms_at
from organisations.models import Organisation
from vcse_portal.accounts.models import User

from .content import read

Came = Attendance.Came
SUBSTITUTES = 0.15  # of those who cannot come send somebody
BEGINS, LASTS = time(14), timedelta(hours=2)


def meet(rng: random.Random, people: dict[str, User], now: datetime) -> None:
    """Set up every forum, give its seats, and hold its meetings up to today."""
    content = read("forums")
    officer, names = people["partnerships"], cycle(content["people"])
    for row in content["forums"]:
        forum = operations.set_up_forum(
            name=row["name"],
            kind=row["kind"],
            remit=row["remit"],
            is_public=row["is_public"],
            payment=row["payment"],
            by=officer,
        )
        _seat(rng, forum, row, people, names, now)
        for meeting in row["meetings"]:
            _hold(rng, forum, meeting, row, people, now)


# Seats -------------------------------------------------------------------------------------------------------
def _seat(rng, forum: Forum, row: dict, people, names: Iterator[str], now: datetime) -> None:
    since = now.date() - timedelta(days=500)
    for side, chair in row["chairs"].items():
        seat = forum.seats.get(is_chair=True, side=side)
        _fill(rng, seat, [chair[0], "" if side == "council" else chair[1], *chair[-2:]], people, names, since)
    for side, title, *holder in row["seats"]:
        seat = operations.add_seat(forum.pk, side=side, title=title, by=people["partnerships"])
        if any(holder):
            _fill(rng, seat, holder, people, names, since)


def _fill(rng, seat: Seat, holder: list[str], people, names: Iterator[str], since: date) -> None:
    """A person with an account, one reached by mail ("@"), or one who gave no address."""
    who, organisation, post, seniority = holder
    user = people.get(who)
    name = user.display_name if user else next(names)
    mail = f"{name.split()[0].lower()}@sector.example" if who == "@" else ""
    operations.fill_seat(
        seat.pk,
        name=name,
        email=user.email if user else mail,
        organisation=_organisation(rng, organisation),
        post=post,
        seniority=seniority,
        starts_on=since,
        by=people["partnerships"],
    )


def _organisation(rng, wanted: str) -> Organisation | None:
    """By name, or any of a kind: "?micro" and "?small" by income, "?faith"."""
    if not wanted:
        return None
    if not wanted.startswith("?"):
        return Organisation.objects.get(name=wanted)
    kinds = {
        "?micro": {"band": Band.MICRO},
        "?small": {"band": Band.SMALL},
        "?faith": {"is_faith_group": True},
    }
    return rng.choice(Organisation.objects.active().filter(**kinds[wanted]).order_by("name_sort")[:40])


# Meetings ----------------------------------------------------------------------------------------------------
def _hold(rng, forum: Forum, row: dict, whole: dict, people, now: datetime) -> None:
    """As far as the meeting is by now: planned, its agenda open or agreed, held, or its minutes published."""
    officer, day = people["partnerships"], timezone.localdate(now) + timedelta(days=row["days"])
    starts_at = timezone.make_aware(datetime.combine(day, BEGINS))
    asked = min(starts_at, now) - timedelta(days=45)
    online = whole["place"] == "Online"
    meeting = operations.plan_meeting(
        forum.pk,
        starts_at=starts_at,
        ends_at=starts_at + LASTS,
        place="" if online else whole["place"],
        join_url="https://meet.alderbrook.example/board" if online else "",
        by=officer,
        now=asked,
    )
    state = row.get("state", "closed")
    if state == "planned":
        return
    _write_agenda(rng, meeting, row, people, now, asked)
    if state in ("open", "agree"):
        return
    _agree(meeting, people, starts_at - timedelta(days=6))
    if state == "agreed":
        return
    _record(rng, meeting, row, officer, starts_at + LASTS)
    _minute(meeting, row, officer, starts_at + timedelta(days=4), is_draft=state == "held")


def _write_agenda(rng, meeting: Meeting, row: dict, people, now: datetime, asked: datetime) -> None:
    """Items of members and officers. One waits for its chairs: nothing can be proposed for it since yesterday."""
    until = timezone.localdate(meeting.starts_at) - timedelta(days=10)
    if "until" in row:
        until = timezone.localdate(now) + timedelta(days=row["until"])
    operations.open_agenda(meeting.pk, items_until=until, by=people["partnerships"], now=asked)
    sector = [term for term in terms_at(meeting) if term.user_id and term.seat.side == Side.SECTOR]
    for number, title in enumerate(row["items"]):
        term = rng.choice(sector) if sector and number % 2 == 0 else None
        operations.propose_item(
            meeting.pk,
            title=title,
            minutes_needed=rng.choice((15, 20, 30, 40)),
            organisation=term.organisation if term else None,
            by=term.user if term else people["partnerships"],
            now=asked + timedelta(days=number + 1),
        )


def _agree(meeting: Meeting, people, at: datetime) -> None:
    for side in Side.values:
        meeting = Meeting.objects.get(pk=meeting.pk)
        chair = next(t for t in terms_at(meeting) if t.seat.is_chair and t.seat.side == side)
        by = chair.user or people["partnerships"]
        operations.agree_agenda(meeting.pk, side=side, version=meeting.version, by=by, now=at)


def _record(rng, meeting: Meeting, row: dict, officer: User, at: datetime) -> None:
    """Those who chair come; of the others a share that falls from meeting to meeting, directors least."""
    meeting = Meeting.objects.select_related("forum").get(pk=meeting.pk)
    seen = {term.seat_id: _seen(rng, term, row["attendance"], meeting.forum) for term in terms_at(meeting)}
    operations.record_attendance(meeting.pk, seen=seen, version=meeting.version, by=officer, now=at)


def _seen(rng, term, share: float, forum: Forum) -> Seen:
    if term.seat.side == Side.COUNCIL and term.seniority == "top":
        share -= 0.4
    paid = forum.payment if is_small(term.organisation) else None
    if term.seat.is_chair or rng.random() < share:
        return Seen(Came.CAME, seniority=term.seniority, paid=paid and Decimal(paid))
    if rng.random() < SUBSTITUTES or term.seniority == "top" and term.seat.side == Side.COUNCIL:
        return Seen(Came.SUBSTITUTE, name="A colleague", seniority="staff")
    return Seen(rng.choice((Came.APOLOGIES, Came.APOLOGIES, Came.ABSENT)))


def _minute(meeting: Meeting, row: dict, officer: User, at: datetime, *, is_draft: bool) -> None:
    items = list(meeting.items.all())
    for number, text in enumerate(row.get("decisions", [])):
        item = items[number] if number < len(items) else None
        operations.record_decision(meeting.pk, text=text, item=item, by=officer)
    meeting = Meeting.objects.get(pk=meeting.pk)
    meeting = operations.write_minutes(
        meeting.pk, minutes=row["minutes"], version=meeting.version, by=officer, now=at
    )
    if not is_draft:
        operations.close_meeting(meeting.pk, version=meeting.version, by=officer, now=at)
