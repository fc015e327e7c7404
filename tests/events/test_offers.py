"""What events offer the other rooms: search, digest, circular, calendar entries and the tag on a thing's page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from organisations.events import circular, digest, operations
from organisations.events.models import Event
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_organisation
from vcse_portal.mail import ics
from vcse_portal.search import registry
from vcse_portal.search.models import Audience, Entry

from .factories import make_draft, make_event, make_past_event, make_place

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


# Search ----------------------------------------------------------------------------------------


def test_search_finds_drafts_for_council_people_and_never_the_link_to_join():
    make_draft(title="Draft"), make_event(title="Out", online_url="https://join.example/room")
    registry.rebuild("event")
    found = Entry.objects.filter(kind="event")
    assert dict(found.values_list("title", "audience")) == {
        "Draft": Audience.COUNCIL,
        "Out": Audience.EVERYONE,
    }
    assert "join" not in str(list(found.values_list("words", "summary")))


def test_search_agrees_with_visible_to():
    make_draft(), make_event()
    cancelled = make_event()
    operations.cancel_event(cancelled.pk, reason="x", by=cancelled.organiser)
    draft_dropped = make_draft()
    operations.cancel_event(draft_dropped.pk, reason="x", by=draft_dropped.organiser)
    for user in (AnonymousUser(), make_user(), make_councillor()):
        found = Entry.objects.filter(kind="event").visible_to(user).values_list("object_id", flat=True)
        assert set(found) == set(Event.objects.visible_to(user).values_list("pk", flat=True))


# Digest ----------------------------------------------------------------------------------------


def due(user) -> list[tuple[str, str]]:
    sources = (digest.attendance_to_take, digest.notes_to_publish, digest.drafts_to_publish)
    return [(one.verb, one.url) for source in sources for one in source(user, timezone.localdate())]


def test_digest_tells_the_organiser_what_to_do():
    officer = make_officer("commissioning")
    past = make_past_event(organiser=officer)
    held = make_past_event(organiser=officer)
    held = operations.take_attendance(held.pk, came=[], version=held.version, by=officer)
    operations.publish_notes(held.pk, notes="x", version=held.version, is_published=False, by=officer)
    draft = make_draft(organiser=officer)
    make_draft(organiser=officer, starts_at=timezone.now() + timedelta(weeks=9))
    make_event(organiser=officer)
    assert due(officer) == [
        ("Take attendance", f"/events/{past.pk}/attendance/"),
        ("Publish notes", f"/events/{held.pk}/notes/"),
        ("Publish or cancel", f"/events/{draft.pk}/"),
    ]


def test_digest_tells_nobody_else():
    make_past_event(), make_draft()
    for person in (make_user(), make_officer("partnerships"), make_officer("property"), make_councillor()):
        assert due(person) == []


# Circular --------------------------------------------------------------------------------------


def test_circular_tells_of_what_was_published_and_is_still_to_come():
    until = timezone.now()
    since = until - timedelta(days=30)
    event = make_event(now=until - timedelta(days=3), themes=[])
    make_event(now=until - timedelta(days=40)), make_past_event(), make_draft()
    cancelled = make_event(now=until - timedelta(days=3))
    operations.cancel_event(cancelled.pk, reason="x", by=cancelled.organiser)
    (entry,) = circular.new_events(since, until)
    assert (entry.title, entry.url) == (event.title, event.get_absolute_url())
    assert event.when_words in entry.summary


def test_circular_tells_of_notes():
    event = make_past_event()
    operations.publish_notes(
        event.pk, notes="x", version=event.version, is_published=True, by=event.organiser
    )
    now = timezone.now()
    (entry,) = circular.notes_to_read(now - timedelta(days=1), now + timedelta(seconds=1))
    assert entry.title == f"Notes of “{event.title}”"
    assert list(circular.notes_to_read(now - timedelta(days=9), now - timedelta(days=1))) == []


# Calendar --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "hours", "words", "utc"),
    [
        ((2026, 12, 1, 10), 2.5, "Tuesday 1 December 2026, 10am to 12:30pm", "20261201T100000Z"),
        ((2026, 7, 1, 10), 2, "Wednesday 1 July 2026, 10am to midday", "20260701T090000Z"),
        (
            (2026, 10, 24, 18),
            18,
            "Saturday 24 October 2026, 6pm to Sunday 25 October 2026, 11am",
            "20261024T170000Z",
        ),
    ],
)
def test_event_says_when_in_london_time(starts, hours, words, utc):
    starts_at = datetime(*starts, tzinfo=LONDON)
    ends_at = datetime.fromtimestamp(starts_at.timestamp() + hours * 3600, tz=LONDON)
    event = make_event(starts_at=starts_at, ends_at=ends_at, now=starts_at - timedelta(days=9))
    assert event.when_words == words
    assert f"DTSTART:{utc}".encode() in ics.calendar([event.entry()], name="x")


def test_entry_holds_the_link_to_join_only_when_asked_for():
    event = make_event(place="", online_url="https://join.example/room")
    assert (event.entry().place, "join.example" in event.entry().about) == ("Online", False)
    assert "https://join.example/room" in event.entry(with_link=True).about


# On another room's page ------------------------------------------------------------------------


def shown(thing, user) -> str:
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load events %}{% events_about thing %}")
    return template.render(Context({"thing": thing, "request": request})).strip()


def test_events_about_shows_a_things_events_in_one_query(django_assert_num_queries):
    thing = make_organisation()
    visitor, officer = AnonymousUser(), make_officer("commissioning")
    assert shown(thing, visitor) == ""
    event = make_event(about=thing, places=3)
    make_draft(about=thing, title="Secret draft"), make_event(title="About nothing")
    make_event(about=make_organisation(), title="About another")
    with django_assert_num_queries(1):
        found = shown(thing, visitor)
    assert (event.title in found, "3 places left" in found) == (True, True)
    assert not any(words in found for words in ("Secret", "About", "Record an event"))
    for_officer = shown(thing, officer)
    assert ("Secret draft" in for_officer, "Record an event about this" in for_officer) == (True, True)
    [make_place(make_event(about=thing)) for _ in range(3)]
    with django_assert_num_queries(1):
        shown(thing, visitor)
