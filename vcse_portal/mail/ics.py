"""Calendars: feeds, the part of a mail that mail programs offer to keep, and the .ics files people upload.

Times are written in UTC, which every calendar shows in its owner's own time. What is read without a zone is
taken as London time. What a file says is only ever words: cleaned, shortened, and never followed.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parseaddr
from hashlib import sha256
from itertools import islice
from urllib.parse import quote

from dateutil.rrule import rrulestr
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from icalendar import Calendar, Event, vCalAddress, vUri

from vcse_portal.borough.context import current_council

from .compose import one_line
from .links import host

MOST_BYTES = 1024 * 1024
MOST_ENTRIES = 500
MOST_RULES = 3  # one that never comes true takes two seconds to find out
MOST_REPEATS = 60  # a weekly meeting for a year, with some to spare
MOST_ATTENDEES = 300
LONGEST_REPEAT = timedelta(days=3 * 366)
YEARS = range(1990, 2100)
BAD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
ENDS = ("FREQ=", "COUNT=", "UNTIL=")
END = "\r\nEND:VEVENT\r\n"
TOO_MANY = f"This file holds more than {MOST_ENTRIES} meetings. Save only those you need."
SINGLE = "Save the single meeting."
NO_CALENDAR = (
    "This is not a calendar file. Save the meeting from your calendar as an .ics file and choose that."
)


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar. The same `uid` with a higher `sequence` replaces what was sent before.

    `attendees` are addresses, the organiser's first; only read from files, never written into feeds.
    """

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    about: str = ""
    url: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    attendees: tuple[str, ...] = ()


def uid(kind: str, number: int) -> str:
    """The same for as long as the thing exists, and nobody else's: `event-12@portal.example`."""
    return f"{kind}-{number}@{host()}"


# Writing ---------------------------------------------------------------------------------------


def calendar(entries, *, name: str) -> bytes:
    """A calendar to subscribe to or keep."""
    whole = _whole("PUBLISH")
    whole.add("name", one_line(name, 200))
    whole.add("x-wr-calname", one_line(name, 200))
    whole.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", "PT6H")
    for entry in entries:
        whole.add_component(_event(entry))
    return whole.to_ical()


def calendar_response(entries, *, name: str, file_name: str) -> HttpResponse:
    """`calendar` as a download named `file_name`.ics."""
    response = HttpResponse(calendar(entries, name=name), content_type="text/calendar; charset=utf-8")
    safe = slugify(file_name.removesuffix(".ics")) or "calendar"
    response["Content-Disposition"] = f'attachment; filename="{safe}.ics"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def invitation(entry: Entry, *, reply_to: str = "") -> str:
    """The calendar part of a mail, without the person it goes to: `addressed` puts them in."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organiser = vCalAddress(f"mailto:{_in_address(reply_to or sender)}")
    organiser.params["CN"] = one_line(current_council().name, 100).replace('"', "'")
    event = _event(entry)
    event.add("organizer", organiser)
    whole = _whole(method_of(entry))
    whole.add_component(event)
    return whole.to_ical().decode()


def addressed(text: str, email: str) -> str:
    """An invitation for one person, who has said yes on the portal and is not asked again."""
    line = f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{_in_address(email)}"
    folded = "\r\n ".join(line[start : start + 70] for start in range(0, len(line), 70))
    before, end, after = text.rpartition(END)
    return f"{before}\r\n{folded}{end}{after}" if end else text


def method_of(entry: Entry) -> str:
    return "CANCEL" if entry.is_cancelled else "REQUEST"


def method_in(text: str) -> str:
    """The method of an invitation we wrote: no title can bring a line of its own."""
    return "CANCEL" if "\r\nMETHOD:CANCEL\r\n" in text else "REQUEST"


def _in_address(email: str) -> str:
    return quote(email, safe="@!$&'*+-=.~_")


def _whole(method: str) -> Calendar:
    whole = Calendar()
    whole.add("prodid", "-//VCSE Portal//EN")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", method)
    return whole


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", one_line(entry.uid, 200))
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", one_line(entry.title, 300))
    if entry.place:
        event.add("location", one_line(entry.place, 300))
    if entry.about:
        event.add("description", clean(entry.about))
    if link := _link(entry.url):
        event.add("url", vUri(link))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event


def clean(words: str, limit: int = 5000) -> str:
    """Text of several lines without control and direction characters."""
    return BAD.sub(" ", str(words).replace("\r\n", "\n").replace("\r", "\n")).strip()[:limit]


def _link(url: str) -> str:
    url = str(url).strip()
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        if not url.startswith(settings.BASE_URL + "/") or re.search(r"\s", url):  # a host without a dot
            return ""
    return url


# Reading ---------------------------------------------------------------------------------------


def read_entries(data: bytes) -> list[Entry]:
    """What an .ics file holds, in order of time; a meeting that repeats is one entry a time.

    Raises ValidationError with one plain sentence: no calendar, too large, nothing in it, repeats without end.
    """
    events = _parsed(data).walk("VEVENT")
    if not events:
        raise ValidationError("There is no meeting in this file.")
    if len(events) > MOST_ENTRIES:
        raise ValidationError(TOO_MANY)
    if sum("rrule" in event for event in events) > MOST_RULES:
        raise ValidationError(f"This file holds more than {MOST_RULES} meetings that repeat. {SINGLE}")
    moved = {(one_line(event.get("uid", ""), 200), _moment(event, "recurrence-id")) for event in events}
    entries = []
    for event in events:
        entries += [
            one for one in _entries(event) if _is_moved(event) or (one.uid, one.starts_at) not in moved
        ]
    if len(entries) > MOST_ENTRIES:
        raise ValidationError(TOO_MANY)
    return sorted(entries, key=lambda entry: (entry.starts_at, entry.title))


def _parsed(data: bytes) -> Calendar:
    if len(data) > MOST_BYTES:
        raise ValidationError("This calendar file is larger than 1 MB. Save only the meeting you need.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = text.replace("\0", "").strip()
    if not text.upper().startswith("BEGIN:VCALENDAR") or _depth(text) > 6:
        raise ValidationError(NO_CALENDAR)
    try:
        return Calendar.from_ical(text, multiple=True)[0]
    except Exception:  # whatever a hostile file does to the library, the answer is the same
        raise ValidationError(NO_CALENDAR) from None


def _depth(text: str) -> int:
    """How deeply parts lie in each other. Calendars need four."""
    deepest = depth = 0
    for word in re.findall(r"(?im)^(BEGIN|END):", text):
        depth += 1 if word.upper() == "BEGIN" else -1
        deepest = max(deepest, depth)
    return deepest


def _is_moved(event: Event) -> bool:
    return "recurrence-id" in event


def _entries(event: Event) -> list[Entry]:
    starts_at = _moment(event, "dtstart")
    if starts_at is None:
        raise ValidationError("A meeting in this file has no date and time that can be read.")
    entry = Entry(
        uid=one_line(event.get("uid", ""), 200),
        title=one_line(event.get("summary", ""), 300) or "Meeting",
        starts_at=starts_at,
        ends_at=_end(event, starts_at),
        place=one_line(event.get("location", ""), 300),
        about=clean(event.get("description", "")),
        url=_link(event.get("url", "")),
        sequence=_number(event),
        is_cancelled=str(event.get("status", "")).strip().upper() == "CANCELLED",
        attendees=_attendees(event),
    )
    if not entry.uid:
        entry = replace(entry, uid=sha256(f"{entry.title}{entry.starts_at}".encode()).hexdigest())
    if "rrule" not in event or _is_moved(event):
        return [entry]
    lasts = entry.ends_at - entry.starts_at
    return [replace(entry, starts_at=at, ends_at=at + lasts) for at in _repeats(event, starts_at)]


def _moment(event: Event, name: str) -> datetime | None:
    """A property's time in UTC; a whole day is its first moment in London. None when there is none."""
    try:
        found = event.get(name)
        value = found[0].dt if isinstance(found, list) else getattr(found, "dt", None)
        zone = getattr(found, "params", {}).get("TZID")
    except Exception:
        raise ValidationError("A meeting in this file has no date and time that can be read.") from None
    return None if value is None else _in_utc(value, zone)


def _in_utc(value, zone) -> datetime:
    if not isinstance(value, date) or value.year not in YEARS:
        raise ValidationError("A meeting in this file has a date that cannot be right.")
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    if value.tzinfo is None and zone:
        raise ValidationError(f"This file uses a time zone we do not know: “{one_line(zone, 60)}”.")
    return (value if value.tzinfo else timezone.make_aware(value)).astimezone(UTC)


def _end(event: Event, starts_at: datetime) -> datetime:
    """Its end, or its start and duration; a whole day ends with the day, and nothing ends before it begins."""
    ends_at = _moment(event, "dtend")
    if ends_at is None:
        lasts = getattr(event.get("duration"), "dt", None)
        is_day = not isinstance(getattr(event.get("dtstart"), "dt", None), datetime)
        lasts = lasts if isinstance(lasts, timedelta) else timedelta(days=1 if is_day else 0)
        ends_at = starts_at + min(lasts, timedelta(days=366))
    return max(starts_at, ends_at)


def _number(event: Event) -> int:
    try:
        return min(max(int(event.get("sequence", 0)), 0), 2**31 - 1)
    except (TypeError, ValueError):
        return 0


def _attendees(event: Event) -> tuple[str, ...]:
    found = []
    for name in ("organizer", "attendee"):
        values = event.get(name, [])
        found += values if isinstance(values, list) else [values]
    addresses = {}
    for value in found[:MOST_ATTENDEES]:
        address = re.sub(r"(?i)^mailto:", "", str(value)).strip().lower()
        try:
            validate_email(address)
        except ValidationError:
            continue
        addresses[address] = None
    return tuple(addresses)


def _repeats(event: Event, starts_at: datetime) -> list[datetime]:
    """The times it takes place, by the clock on the wall, so that summer time moves none of them.

    Only days and longer are counted in, and no further than LONGEST_REPEAT, so that no rule runs for ever.
    """
    try:
        rule, count, until, wall_zone = _rule(event)
        wall = starts_at.astimezone(wall_zone).replace(tzinfo=None)
        last = min(
            until.astimezone(wall_zone).replace(tzinfo=None) if until else datetime.max, wall + LONGEST_REPEAT
        )
        found = rrulestr(f"{rule};UNTIL={last:%Y%m%dT%H%M%S}", dtstart=wall)
        walls = list(islice(found, count or MOST_REPEATS + 1))
    except Exception:
        raise ValidationError("How a meeting in this file repeats cannot be read. " + SINGLE) from None
    if not (count or until):
        raise ValidationError("A meeting in this file repeats without end. " + SINGLE)
    if len(walls) > MOST_REPEATS:
        raise ValidationError(f"A meeting in this file repeats more than {MOST_REPEATS} times. " + SINGLE)
    times = [one.replace(tzinfo=wall_zone).astimezone(UTC) for one in walls]
    return [one for one in times if one not in _left_out(event)]


def _rule(event: Event) -> tuple[str, int, datetime | None, tzinfo]:
    """The rule without its end, how often, until when, and the zone whose clock it goes by."""
    rule = event["rrule"]  # two of them are a list, which has no `get`: refused
    frequency = rule["FREQ"][0].upper()
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or min(rule.get("INTERVAL", [1])) < 1:
        raise ValueError(frequency)
    count = min(int(rule.get("COUNT", [0])[0]), MOST_REPEATS + 1)
    until = _in_utc(rule["UNTIL"][0], None) if "UNTIL" in rule else None
    if until and not isinstance(rule["UNTIL"][0], datetime):
        until += timedelta(days=1) - timedelta(seconds=1)  # that whole day
    rest = "".join(f";{part}" for part in rule.to_ical().decode().split(";") if not part.startswith(ENDS))
    zone = getattr(event["dtstart"].dt, "tzinfo", None) or timezone.get_default_timezone()
    return f"RRULE:FREQ={frequency}{rest}", count, until, zone


def _left_out(event: Event) -> set[datetime]:
    found = event.get("exdate", [])
    return {
        _in_utc(one.dt, None)
        for dates in (found if isinstance(found, list) else [found])
        for one in dates.dts
    }
