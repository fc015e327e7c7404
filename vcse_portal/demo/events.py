"""Training, network sessions and a co-production workshop: some held, some to come, one full, one draft."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.utils import timezone

from commissioning.models import Intention
from organisations.events import operations
from organisations.events.models import Event
from organisations.models import Organisation
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Directorate

from .content import read

NAMESPACE = UUID("b7d8a0f6-1f53-4f0e-9a6b-3a9d2c1e5f40")
AS_THEY_ARE = (
    "title", "kind", "programme", "summary", "description", "place", "accessibility", "themes", "places",
    "is_open_to_all",
)  # fmt: skip
MEMBERS = ("secretary", "carers", "youth")  # sign up for what is to come, and are mailed


def hold(people: dict[str, User], now: datetime) -> None:
    content = read("events")
    organisations = list(Organisation.objects.active().filter(is_published=True).order_by("pk")[:60])
    directorates = {one.code: one for one in Directorate.objects.all()}
    for row in content["events"]:
        officer = people[row["lead"]]
        starts_at = _starts(row, now)
        then = min(now, starts_at) - timedelta(days=20)
        event = _record(row, officer, directorates, starts_at, then)
        if row.get("draft"):
            continue
        event = operations.publish_event(event.pk, by=officer, now=then)
        if starts_at > now:
            _members_sign_up(event, people, now)
        guests = _guests(row, event, content["names"], organisations, officer, then)
        if row["came"] is not None:
            _look_back(row, event, guests, officer, starts_at + timedelta(days=1))


def _starts(row: dict, now: datetime) -> datetime:
    """That many days from now, on a working day, by the clock in London."""
    day = timezone.localdate(now) + timedelta(days=row["days"])
    day += timedelta(
        days={5: 2, 6: 1}.get(day.weekday(), 0) if row["days"] > 0 else -max(day.weekday() - 4, 0)
    )
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(row["from"])))


def _record(row, officer, directorates, starts_at, then) -> Event:
    intention = Intention.objects.filter(title=row["about"]).first() if "about" in row else None
    return operations.record_event(
        key=uuid5(NAMESPACE, row["title"]),
        by=officer,
        about=intention,
        now=then,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=row["hours"]),
        online_url=row["online"],
        directorate=officer.directorate or directorates["strategy"],
        organiser=officer,
        cost=None if row["cost"] is None else Decimal(str(row["cost"])),
        **{name: row[name] for name in AS_THEY_ARE},
    )


def _members_sign_up(event: Event, people, now) -> None:
    for key in MEMBERS:
        member = people[key]
        theirs = Organisation.objects.spoken_for_by(member).get()
        operations.sign_up(event.pk, by=member, organisation=theirs, now=now)


def _guests(row, event, names, organisations, officer, then) -> list[int]:
    """People the officer wrote down; every fifth comes for no organisation on the register."""
    guests = []
    for number in range(row["guests"]):
        theirs = (
            None if number % 5 == 4 else organisations[(7 * number + len(row["title"])) % len(organisations)]
        )
        guest = operations.add_person(
            event.pk,
            name=names[number % len(names)],
            organisation=theirs,
            key=uuid5(NAMESPACE, f"{event.title}:{number}"),
            by=officer,
            now=then,
        )
        guests.append(guest.pk)
    return guests


def _look_back(row, event, guests, officer, now) -> None:
    came = guests[: row["came"]]
    event = operations.take_attendance(event.pk, came=came, version=event.version, by=officer, now=now)
    for person, useful in zip(came, row["answers"], strict=False):
        operations.give_feedback(person, useful=useful, could_take_part=True, now=now)
    if row["notes"]:
        operations.publish_notes(
            event.pk, notes=row["notes"], version=event.version, is_published=True, by=officer, now=now
        )
