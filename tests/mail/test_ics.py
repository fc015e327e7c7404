"""Calendars: the right hour on both sides of the clock change, and files that mean harm."""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from icalendar import Calendar

from vcse_portal.mail import ics
from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.models import Message

from .factories import make_message
from .smtp import smtp_server

LONDON = ZoneInfo("Europe/London")


def london(*when) -> datetime:
    return datetime(*when, tzinfo=LONDON)


ENTRY = ics.Entry(
    uid="event-1@portal.example",
    title="Bid writing",
    starts_at=london(2026, 7, 1, 10),
    ends_at=london(2026, 7, 1, 12, 30),
    place="Town Hall, Talbot Road",
    about="Bring a pen.\nTea is there.",
    url="https://portal.example/events/1/",
    sequence=2,
)


def a_file(*lines: str) -> bytes:
    inside = "\r\n".join(lines)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def starts(*lines: str) -> list[str]:
    return [f"{entry.starts_at:%Y-%m-%d %H:%M}" for entry in ics.read_entries(a_file(*lines))]


def refusal(data: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        ics.read_entries(data)
    return refused.value.messages[0]


# Writing ---------------------------------------------------------------------------------------


def test_calendar_reads_back_as_it_was_written():
    assert ics.read_entries(ics.calendar([ENTRY], name="Events")) == [ENTRY]


@pytest.mark.parametrize(
    ("local", "written"),
    [
        (london(2026, 7, 1, 10), b"DTSTART:20260701T090000Z"),  # summer time
        (london(2026, 12, 1, 10), b"DTSTART:20261201T100000Z"),
        (london(2026, 10, 25, 1, 30), b"DTSTART:20261025T003000Z"),  # the hour that comes twice: its first
        (london(2026, 10, 25, 1, 30).replace(fold=1), b"DTSTART:20261025T013000Z"),
    ],
)
def test_calendar_writes_london_times_in_utc(local, written):
    entry = replace(ENTRY, starts_at=local, ends_at=local + timedelta(hours=1))
    assert written in ics.calendar([entry], name="Events").split(b"\r\n")


def test_calendar_names_itself_and_says_what_is_cancelled():
    whole = Calendar.from_ical(ics.calendar([replace(ENTRY, is_cancelled=True)], name="Events in Barrowby"))
    (event,) = whole.walk("VEVENT")
    assert (whole["method"], whole["x-wr-calname"], event["status"], event["sequence"]) == (
        "PUBLISH",
        "Events in Barrowby",
        "CANCELLED",
        2,
    )


HOSTILE = [
    "Tea\r\nATTENDEE:mailto:victim@example.org",
    "Tea\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:More",
    "Tea\rMETHOD:CANCEL\r",
    "Tea\u2028\x0b\x0c\x85\x00END:VEVENT",
    'x";:,\\n\\',
    "ä" * 5000,
    "[[email]]",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_f21_hostile_words_add_no_line_to_a_calendar(words):
    entry = replace(ENTRY, uid=words, title=words, place=words, about=words, url=words)
    whole = Calendar.from_ical(ics.calendar([entry], name=words))
    (event,) = whole.walk("VEVENT")
    assert len(whole.walk()) == 2
    assert whole["method"] == "PUBLISH"
    assert set(event) == {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "SEQUENCE", "STATUS")
    }


def test_f21_control_words_pasted_into_a_calendar_add_a_line():
    pasted = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:{HOSTILE[0]}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert "ATTENDEE" in Calendar.from_ical(pasted).walk("VEVENT")[0]


def test_calendar_response_is_a_download_with_a_safe_name():
    response = ics.calendar_response([ENTRY], name="Events", file_name='a"\r\nb/../c.ics')
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="a-bc.ics"'


# Mails -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_queue_mail_sends_an_invitation_to_each_by_their_own_address():
    make_message(to=["ann@example.org", "o'neil+tea@example.org"], invitation=ENTRY)
    with smtp_server() as inbox:
        assert deliver().sent == 2
    for letter, address in zip(inbox.parsed(), ["ann@example.org", "o'neil+tea@example.org"], strict=True):
        parts = list(letter.iter_parts())
        assert letter.get_content_type() == "multipart/alternative"
        assert [p.get_content_type() for p in parts] == ["text/plain", "text/html", "text/calendar"]
        assert parts[2].get_param("method") == "REQUEST"
        whole = Calendar.from_ical(parts[2].get_content())
        (event,) = whole.walk("VEVENT")
        assert whole["method"] == "REQUEST"
        assert event["attendee"] == f"mailto:{address}"
        assert event["organizer"] == "mailto:portal@localhost"
        assert event["dtstart"].dt == ENTRY.starts_at


@pytest.mark.django_db
def test_queue_mail_takes_a_cancelled_entry_out_again():
    make_message(invitation=replace(ENTRY, is_cancelled=True, sequence=3), html="")
    with smtp_server() as inbox:
        deliver()
    text, calendar = inbox.parsed()[0].iter_parts()
    assert calendar.get_param("method") == "CANCEL"
    assert Calendar.from_ical(calendar.get_content()).walk("VEVENT")[0]["status"] == "CANCELLED"


@pytest.mark.django_db
@pytest.mark.parametrize("words", HOSTILE)
def test_f21_hostile_words_add_no_attendee_to_an_invitation(words):
    make_message(invitation=replace(ENTRY, title=words, about=words, place=words))
    deliver()
    (letter,) = mail.outbox
    calendar = letter.alternatives[-1].content
    whole = Calendar.from_ical(calendar)
    assert (whole["method"], ics.method_in(calendar), len(whole.walk())) == ("REQUEST", "REQUEST", 2)
    assert whole.walk("VEVENT")[0]["attendee"] == "mailto:ann@example.org"
    assert max(len(line) for line in calendar.encode().split(b"\r\n")) <= 75


@pytest.mark.django_db
def test_queue_mail_without_an_invitation_has_no_calendar():
    make_message()
    deliver()
    assert Message.objects.get().calendar == ""
    assert [part.mimetype for part in mail.outbox[0].alternatives] == ["text/html"]


# Reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DTSTART:20260701T100000Z", "2026-07-01 10:00"),
        ("DTSTART;TZID=Europe/London:20260701T100000", "2026-07-01 09:00"),
        ('DTSTART;TZID="Europe/London":20261201T100000', "2026-12-01 10:00"),
        ("DTSTART;TZID=GMT Standard Time:20260701T100000", "2026-07-01 09:00"),  # as Outlook calls it
        ("DTSTART;TZID=Europe/Paris:20260701T100000", "2026-07-01 08:00"),
        ("DTSTART:20260701T100000", "2026-07-01 09:00"),  # no zone: London
        ("DTSTART;VALUE=DATE:20260701", "2026-06-30 23:00"),
    ],
)
def test_read_entries_knows_the_time_however_it_is_written(line, expected):
    assert starts(line) == [expected]


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        (["DTSTART:20260701T100000Z", "DTEND:20260701T113000Z"], 90),
        (["DTSTART:20260701T100000Z", "DURATION:PT45M"], 45),
        (["DTSTART:20260701T100000Z"], 0),
        (["DTSTART;VALUE=DATE:20260701"], 24 * 60),
        (["DTSTART:20260701T100000Z", "DTEND:20260701T090000Z"], 0),
    ],
)
def test_read_entries_knows_the_end(lines, minutes):
    (entry,) = ics.read_entries(a_file(*lines))
    assert entry.ends_at - entry.starts_at == timedelta(minutes=minutes)


def test_read_entries_gives_the_addresses_of_those_invited_organiser_first():
    (entry,) = ics.read_entries(
        a_file(
            "DTSTART:20260701T100000Z",
            "ATTENDEE;CN=Bo:mailto:Bo@Example.org",
            "ATTENDEE:MAILTO:ann@example.org",
            "ATTENDEE:invalid:nomail",
            "ATTENDEE:mailto:bo@example.org",
            "ORGANIZER;CN=Olu:mailto:olu@council.example",
        )
    )
    assert entry.attendees == ("olu@council.example", "bo@example.org", "ann@example.org")


def test_read_entries_cleans_what_the_file_says():
    (entry,) = ics.read_entries(
        a_file(
            "DTSTART:20260701T100000Z",
            "SUMMARY:Tea\\nand\x0b talk\u202e",
            "DESCRIPTION:One\\ntwo\x00",
            "URL:javascript:alert(1)",
            "SEQUENCE:many",
        )
    )
    assert (entry.title, entry.about, entry.url, entry.sequence) == ("Tea and talk", "One\ntwo", "", 0)


def test_read_entries_of_other_encodings():
    data = a_file("DTSTART:20260701T100000Z", "SUMMARY:Café")
    for encoded in (data, b"\xef\xbb\xbf" + data, data.decode().encode("cp1252")):
        assert ics.read_entries(encoded)[0].title == "Café"


def test_read_entries_repeats_by_the_clock_on_the_wall():
    assert starts("DTSTART;TZID=Europe/London:20261018T100000", "RRULE:FREQ=WEEKLY;COUNT=3") == [
        "2026-10-18 09:00",
        "2026-10-25 10:00",
        "2026-11-01 10:00",
    ]


def test_read_entries_repeats_until_its_last_day_without_those_left_out():
    assert starts(
        "DTSTART;TZID=Europe/London:20261201T100000",
        "RRULE:FREQ=DAILY;UNTIL=20261204T100000Z",
        "EXDATE;TZID=Europe/London:20261202T100000",
    ) == ["2026-12-01 10:00", "2026-12-03 10:00", "2026-12-04 10:00"]
    assert len(starts("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;UNTIL=20261204")) == 4


def test_read_entries_puts_a_moved_meeting_in_its_new_place():
    data = a_file("DTSTART:20261201T100000Z", "RRULE:FREQ=WEEKLY;COUNT=2").replace(
        b"END:VCALENDAR",
        b"BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID:20261208T100000Z\r\nDTSTART:20261209T140000Z\r\nEND:VEVENT\r\nEND:VCALENDAR",
    )
    assert [entry.starts_at for entry in ics.read_entries(data)] == [
        datetime(2026, 12, 1, 10, tzinfo=UTC),
        datetime(2026, 12, 9, 14, tzinfo=UTC),
    ]


BEGIN = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", ics.NO_CALENDAR),
        (b"PK\x03\x04" + b"\x00" * 100, ics.NO_CALENDAR),
        (b"<html>BEGIN:VCALENDAR", ics.NO_CALENDAR),
        (BEGIN, ics.NO_CALENDAR),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000, ics.NO_CALENDAR),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR", ics.NO_CALENDAR),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "There is no meeting in this file."),
        (
            b"BEGIN:VCALENDAR" + b"x" * ics.MOST_BYTES,
            "This calendar file is larger than 1 MB. Save only the meeting you need.",
        ),
        (
            b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 501 + b"END:VCALENDAR\r\n",
            ics.TOO_MANY,
        ),
        (a_file("SUMMARY:No time"), "A meeting in this file has no date and time that can be read."),
        (a_file("DTSTART:rubbish"), "A meeting in this file has no date and time that can be read."),
        (a_file("DTSTART:00010101T000000Z"), "A meeting in this file has a date that cannot be right."),
        (a_file("DTSTART:99991231T235959Z"), "A meeting in this file has a date that cannot be right."),
        (
            a_file("DTSTART;TZID=Nowhere/Land:20260701T100000"),
            "This file uses a time zone we do not know: “Nowhere/Land”.",
        ),
    ],
)
def test_f23_read_entries_refuses_hostile_files_in_one_sentence(data, sentence):
    assert refusal(data) == sentence


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=WEEKLY", "A meeting in this file repeats without end. Save the single meeting."),
        ("FREQ=DAILY;COUNT=100000", "A meeting in this file repeats more than 60 times. Save the single meeting."),
        ("FREQ=DAILY;UNTIL=20990101", "A meeting in this file repeats more than 60 times. Save the single meeting."),
        *(
            (rule, "How a meeting in this file repeats cannot be read. Save the single meeting.")
            for rule in ("FREQ=SECONDLY;COUNT=2", "FREQ=DAILY;INTERVAL=0;COUNT=2", "FREQ=DAILY;BYDAY=XX;COUNT=1", "")
        ),
    ],
)  # fmt: skip
def test_f23_read_entries_refuses_what_repeats_beyond_reason(rule, sentence):
    assert refusal(a_file("DTSTART:20260701T100000Z", f"RRULE:{rule}")) == sentence


def test_f23_read_entries_ends_soon_on_a_rule_that_never_comes_true():
    assert starts("DTSTART:20260701T100000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2") == []


def test_f23_read_entries_refuses_many_rules():
    event = b"BEGIN:VEVENT\r\nDTSTART:20260701T100000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEND:VEVENT\r\n"
    data = b"BEGIN:VCALENDAR\r\n" + event * 4 + b"END:VCALENDAR\r\n"
    assert refusal(data) == "This file holds more than 3 meetings that repeat. Save the single meeting."


@pytest.mark.parametrize(
    "line",
    [
        b"SUMMARY:" + b"x;" * 500_000,
        b"SUMMARY;" + b"x=y;" * 250_000 + b":",
        b"SUMMARY:x" + b"\r\n y" * 200_000,
        b"ATTENDEE:mailto:a@b.example\r\n" * 30_000,
    ],
)
@pytest.mark.slow
def test_f23_read_entries_of_a_megabyte_answers_in_seconds(line):
    began = time.process_time()
    with suppress(ValidationError):
        ics.read_entries(BEGIN + b"DTSTART:20260701T100000Z\r\n" + line + b"\r\nEND:VEVENT\r\nEND:VCALENDAR")
    assert time.process_time() - began < 10
