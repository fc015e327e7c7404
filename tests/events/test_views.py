"""Pages of events, as each kind of person meets them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from organisations.events import operations
from organisations.events.models import Event, Feedback, SignUp, State
from organisations.events.tokens import CONFIRM_PLACE, FEEDBACK, PLACE
from tests.factories import make_councillor, make_officer, make_theme, make_user
from tests.house.test_bad_input import BAD_QUERIES, BAD_TEXTS
from tests.organisations.factories import make_member, make_organisation
from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.models import Message

from .factories import facts, make_draft, make_event, make_past_event, make_place, make_visitor_place

pytestmark = pytest.mark.django_db
LIST = "/events/"


def page(client, address, status=200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def form_data(event=None, **changed) -> dict:
    """What an officer's browser sends."""
    known = facts()
    starts = timezone.localtime((event and event.starts_at) or known["starts_at"])
    sent = {
        "title": "Bid writing",
        "kind": "training",
        "summary": "How to write a bid that is read.",
        "day_0": starts.day,
        "day_1": starts.month,
        "day_2": starts.year,
        "start_time": "10am",
        "end_time": "12:30",
        "place": "Town Hall",
        "is_open_to_all": "yes",
        "directorate": (event or known["organiser"]).directorate.pk,
        "organiser": known["organiser"].pk,
        "key": str(uuid4()),
        "version": event.version if event else "",
    }
    return sent | changed


# The list --------------------------------------------------------------------------------------


def test_events_lists_what_is_coming_up_and_no_drafts(client):
    soon, later = make_event(starts_at=timezone.now() + timedelta(days=3)), make_event()
    make_draft(title="Secret draft", programme="Secret programme"), make_past_event(title="Last year")
    content = page(client, LIST)
    assert content.index(soon.title) < content.index(later.title)
    assert "Secret" not in content
    assert "Last year" not in content
    assert "2 events coming up" in content


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("when=past", ["Long ago"]),
        ("kind=launch", ["A launch"]),
        ("theme=health", ["About health"]),
        ("programme=Leaders+programme", ["Leaders 1"]),
        ("open_to=all", ["About health", "Leaders 1"]),
        ("q=launhc", ["A launch"]),
        ("q=leaders", ["Leaders 1"]),
    ],
)
def test_events_filters(client, query, expected):
    make_theme("Health")
    make_past_event(title="Long ago")
    make_event(title="A launch", kind="launch", is_open_to_all=False)
    make_event(title="About health", themes=["health"])
    make_event(title="Leaders 1", programme="Leaders programme")
    found = page(client, f"{LIST}?{query}")
    assert sorted(re.findall(r'href="/events/\d+/">([^<]+)</a>', found)) == expected


def test_events_with_nothing_says_what_would_be_there(client):
    assert "No event is coming up" in page(client, LIST)
    assert "No event fits these filters" in page(client, LIST + "?kind=launch")


def test_events_shows_drafts_to_council_people_only(client, sign_in):
    make_draft(title="Secret draft")
    assert "Secret draft" not in page(client, LIST + "?when=drafts")
    assert "Secret draft" not in page(sign_in(make_user()), LIST + "?when=drafts")
    assert "Secret draft" in page(sign_in(make_councillor()), LIST + "?when=drafts")


def test_events_shows_ones_own_places_first(sign_in):
    event = make_event()
    place = make_place(event)
    assert "What you have signed up for" in page(sign_in(place.user), LIST)
    assert "What you have signed up for" not in page(sign_in(make_user()), LIST)


@pytest.mark.parametrize("person", ["visitor", "officer"])
def test_events_costs_the_same_with_one_and_four(client, sign_in, person, django_assert_max_num_queries):
    someone = client if person == "visitor" else sign_in(make_officer("partnerships"))
    make_place(make_event(places=3))
    page(someone, LIST)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(7 if person == "officer" else 4) as asked:
            page(someone, LIST)
        counts.append(len(asked))
        for _ in range(3):
            make_place(make_event(places=3, programme="Leaders programme"))
    assert counts[0] == counts[1]


def test_events_csv_has_no_link_to_join(client):
    make_event(title="=1+1", online_url="https://join.example/room")
    make_draft(title="Secret draft")
    response = client.get(LIST + "?format=csv")
    lines = b"".join(response).decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("'=1+1,Training")
    assert "join.example" not in lines[1]


def test_calendar_holds_what_was_published_without_links_to_join(client):
    event = make_event(online_url="https://join.example/room")
    cancelled = make_event()
    operations.cancel_event(cancelled.pk, reason="x", by=cancelled.organiser)
    make_draft(title="Secret draft")
    response = client.get("/events/calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(response.content).walk("VEVENT")
    assert [(e["summary"], e["status"]) for e in found] == [
        (event.title, "CONFIRMED"),
        (cancelled.title, "CANCELLED"),
    ]
    assert b"join.example" not in response.content.replace(b"\r\n ", b"")


# The event -------------------------------------------------------------------------------------


def test_event_page_gives_the_link_to_join_only_to_those_with_a_place(client, sign_in):
    event = make_event(places=1, online_url="https://join.example/room")
    placed, waiting = make_place(event), make_place(event)
    address = event.get_absolute_url()
    for someone in (client, sign_in(make_user()), sign_in(waiting.user), sign_in(make_councillor())):
        is_councillor = "Only council staff" in page(someone, address)
        assert ("join.example" in page(someone, address)) is is_councillor
    assert "https://join.example/room" in page(sign_in(placed.user), address)
    assert b"join.example" not in client.get(address + "event.ics").content.replace(b"\r\n ", b"")


def test_event_page_names_nobody_who_comes(client, sign_in):
    event = make_event()
    make_visitor_place(event, "vera@example.org", name="Vera Verylonely", needs="Wheelchair")
    officer = sign_in(make_officer("property"))
    for someone in (client, sign_in(make_user()), officer, sign_in(make_councillor())):
        content = page(someone, event.get_absolute_url())
        assert not re.search("Verylonely|vera@example|Wheelchair", content)


def test_event_page_of_a_draft_is_for_council_people(client, sign_in):
    address = make_draft().get_absolute_url()
    assert client.get(address).status_code == 404
    assert sign_in(make_user()).get(address).status_code == 404
    assert "This is a draft." in page(sign_in(make_councillor()), address)


def test_event_page_says_why_it_was_cancelled(client):
    event = make_event()
    operations.cancel_event(event.pk, reason="The hall is <wet>.", by=event.organiser)
    assert "Cancelled: The hall is &lt;wet&gt;." in page(client, event.get_absolute_url())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Places for everyone who signs up."),
        ({"places": 3}, "3 places left."),
        ({"opens_on": timezone.localdate() + timedelta(days=3)}, "Sign-up opens on"),
        ({"is_open_to_all": False}, "This event is for organisations on the portal."),
    ],
)
def test_event_page_says_how_to_come(client, given, words):
    assert words in page(client, make_event(**given).get_absolute_url())


def test_event_page_of_what_it_is_about_tells_no_secret(client, sign_in):
    hidden = make_organisation("Quiet House Refuge", is_published=False)
    event = make_event(about=hidden)
    assert "Quiet House" not in page(client, event.get_absolute_url())
    assert "Quiet House" in page(sign_in(make_councillor()), event.get_absolute_url())


@pytest.mark.parametrize("person", ["visitor", "member", "officer"])
def test_event_page_costs_the_same_with_one_and_four(client, sign_in, person, django_assert_max_num_queries):
    event = make_past_event(about=make_organisation(), places=9)
    people = [make_place(event) for _ in range(2)]
    operations.take_attendance(
        event.pk, came=[p.pk for p in people], version=event.version, by=event.organiser
    )
    known = {"visitor": None, "member": people[0].user, "officer": make_officer("commissioning")}[person]
    someone = sign_in(known) if known else client
    page(someone, event.get_absolute_url())
    most = {"visitor": 2, "member": 4, "officer": 9}[person]
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(most) as asked:
            page(someone, event.get_absolute_url())
        counts.append(len(asked))
        for number in range(3):
            operations.add_person(event.pk, name=f"n{number}", by=event.organiser, key=uuid4()) if (
                Event.objects.get().is_published
            ) else Feedback.objects.create(event=event, useful=5)
    assert counts[0] == counts[1]


# Officers --------------------------------------------------------------------------------------


def test_event_record_publish_edit_and_cancel(sign_in):
    officer = make_officer("commissioning")
    client = sign_in(officer)
    page(client, reverse("events:event_record"))
    response = client.post(reverse("events:event_record"), form_data())
    event = Event.objects.get()
    assert response["Location"] == event.get_absolute_url()
    starts, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    assert (f"{starts:%H:%M}", f"{ends:%H:%M}", ends.date()) == ("10:00", "12:30", starts.date())
    page(client, event.get_absolute_url() + "publish/")
    client.post(event.get_absolute_url() + "publish/")
    assert client.post(event.get_absolute_url() + "publish/").status_code == 302  # a second click
    event = Event.objects.get()
    assert event.is_published
    page(client, event.get_absolute_url() + "edit/")
    client.post(event.get_absolute_url() + "edit/", form_data(event, title="Bids"))
    assert Event.objects.get().title == "Bids"
    assert "Enter why" in client.post(event.get_absolute_url() + "cancel/").content.decode()
    client.post(event.get_absolute_url() + "cancel/", {"reason": "Snow"})
    assert client.post(event.get_absolute_url() + "cancel/", {"reason": "Snow"}).status_code == 302
    assert Event.objects.get().is_cancelled


def test_event_record_twice_records_one(sign_in):
    client, sent = sign_in(make_officer("partnerships")), form_data()
    first, second = (client.post(reverse("events:event_record"), sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Event.objects.count() == 1


def test_event_record_about_a_thing_the_officer_may_see(sign_in):
    from organisations.events.about import token_for

    organisation = make_organisation("Weavers")
    client, address = sign_in(make_officer("partnerships")), reverse("events:event_record")
    about = f"{address}?about={token_for(organisation)}"
    assert "It is about “Weavers”" in page(client, about)
    client.post(about, form_data())
    assert Event.objects.get().about == organisation
    for broken in ("forged", "", "%00", "x" * 3000):
        assert "It is about" not in page(client, f"{address}?about={broken}")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"end_time": "9am"}, "The end must be later than the start"),
        ({"title": ""}, "Enter a title"),
        ({"day_1": "13"}, "Day must be a real date"),
        ({"start_time": "soon"}, "must be a time, like 9:30am or 14:30"),
        ({"places": "0"}, "Ensure this value is greater than or equal to 1"),
        ({"closes_on_0": "1", "closes_on_1": "1", "closes_on_2": "2090"}, "must be before the event"),
    ],
)
def test_event_record_says_what_is_wrong(sign_in, changed, words):
    client = sign_in(make_officer("partnerships"))
    response = client.post(reverse("events:event_record"), form_data(**changed))
    assert response.status_code == 200
    assert words in response.content.decode() or "or more" in response.content.decode()
    assert Event.objects.count() == 0


def test_f11_event_edit_on_a_stale_form_is_a_409_that_keeps_the_input(sign_in):
    event = make_draft()
    client, sent = sign_in(make_officer("partnerships")), form_data(event, title="Mine")
    operations.edit_event(event.pk, version=1, by=event.organiser, title="Theirs")
    response = client.post(event.get_absolute_url() + "edit/", sent)
    assert response.status_code == 409
    assert all(words in response.content.decode() for words in ("Mine", "Theirs"))
    assert Event.objects.get().title == "Theirs"


def test_people_are_for_officers_who_hold_events(client, sign_in):
    event = make_event(places=1)
    make_visitor_place(event, "vera@example.org", name="Vera", needs="=cmd()")
    make_visitor_place(event, "walt@example.org", name="Walt")
    address = event.get_absolute_url() + "people/"
    for someone in (make_user(), make_officer("property"), make_councillor(), make_officer("performance")):
        assert sign_in(someone).get(address).status_code == 403
    assert client.get(address).status_code == 302
    officer = sign_in(make_officer("commissioning"))
    content = page(officer, address)
    assert "1 of 1 place taken, 1 on the waiting list" in content
    lines = b"".join(officer.get(address + "?format=csv")).decode().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["Vera", "vera@example.org"],
        ["Walt", "walt@example.org"],
    ]
    assert "'=cmd()" in lines[1]


def test_people_costs_the_same_with_one_and_four(sign_in, django_assert_max_num_queries):
    event, officer = make_event(), sign_in(make_officer("partnerships"))
    make_place(event)
    page(officer, event.get_absolute_url() + "people/")
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(6) as asked:
            page(officer, event.get_absolute_url() + "people/")
        counts.append(len(asked))
        [make_place(event) for _ in range(3)]
    assert counts[0] == counts[1]


def test_person_add_and_leave(sign_in):
    event, officer = make_event(), sign_in(make_officer("partnerships"))
    organisation = make_organisation("Weavers Lunch Club")
    sent = {"name": "Old Mr Ash", "organisation": "weavers lunch club", "key": str(uuid4())}
    for _ in range(2):
        officer.post(event.get_absolute_url() + "people/add/", sent)
    person = SignUp.objects.get()
    assert (person.name, person.organisation) == ("Old Mr Ash", organisation)
    leave = reverse("events:person_leave", args=[event.pk, person.pk])
    assert officer.get(leave).status_code == 405
    officer.post(leave)
    assert SignUp.objects.get().state == State.LEFT
    other = make_event()
    assert officer.post(reverse("events:person_leave", args=[other.pk, person.pk])).status_code == 404


def test_attendance_page_ticks_who_came(sign_in):
    event, officer = make_past_event(), sign_in(make_officer("partnerships"))
    came, _stayed = make_place(event), make_place(event)
    address = event.get_absolute_url() + "attendance/"
    page(officer, address)
    officer.post(address, {"came": [came.pk], "version": event.version})
    assert list(event.sign_ups.came()) == [came]
    stale = officer.post(address, {"came": [], "version": event.version})
    assert stale.status_code == 409
    strange = officer.post(address, {"came": [999999], "version": event.version + 1})
    assert (strange.status_code, event.sign_ups.came().count()) == (200, 1)


def test_attendance_page_is_closed_before_it_begins(sign_in):
    address = make_event().get_absolute_url() + "attendance/"
    assert sign_in(make_officer("partnerships")).get(address).status_code == 403


def test_notes_are_shown_once_published(client, sign_in):
    event, officer = make_past_event(), sign_in(make_officer("partnerships"))
    address = event.get_absolute_url() + "notes/"
    officer.post(address, {"notes": "We *met*.", "version": event.version})
    assert "<em>met</em>" not in page(client, event.get_absolute_url())
    officer.post(address, {"notes": "We *met*.", "version": event.version + 1, "publish": ""})
    assert "<em>met</em>" in page(client, event.get_absolute_url())


# Members ---------------------------------------------------------------------------------------


def test_sign_up_for_ones_organisation(sign_in):
    event, organisation = make_event(is_open_to_all=False), make_organisation()
    client = sign_in(make_member(organisation))
    address = event.get_absolute_url() + "sign-up/"
    page(client, address)
    foreign = client.post(address, {"organisation": make_organisation().pk})
    assert (foreign.status_code, SignUp.objects.count()) == (200, 0)
    assert client.post(address, {"organisation": organisation.pk})["Location"] == event.get_absolute_url()
    assert SignUp.objects.get().organisation == organisation
    assert "You have a place" in page(client, event.get_absolute_url())


def test_sign_up_at_an_event_for_organisations_sends_visitors_to_sign_in_and_refuses_strangers(
    client, sign_in
):
    address = make_event(is_open_to_all=False).get_absolute_url() + "sign-up/"
    assert client.get(address)["Location"].startswith("/accounts/login/")
    assert client.post(address).status_code == 302
    assert sign_in(make_user()).get(address).status_code == 403
    assert sign_in(make_user()).post(address).status_code == 403
    assert sign_in(make_councillor()).get(address).status_code == 200


def test_sign_up_that_is_closed_leads_back_to_the_event(client, sign_in):
    event = make_past_event()
    for someone in (client, sign_in(make_user())):
        response = someone.post(
            event.get_absolute_url() + "sign-up/", {"name": "x", "email": "x@example.org"}
        )
        assert response["Location"] == event.get_absolute_url()
    assert SignUp.objects.count() == 0


# Visitors --------------------------------------------------------------------------------------


def links_in(kind: str) -> list[str]:
    """Addresses in the mails of a kind, as paths."""
    letters = [m for m in mail.outbox if Message.objects.filter(kind=kind, subject=m.subject).exists()]
    return [path for m in letters for path in re.findall(r"http://127.0.0.1:8000(/events/\S+)", m.body)]


def test_visitor_signs_up_by_a_link_and_leaves_by_another(client):
    event = make_event()
    ask = {"name": "Vera", "email": "vera@example.org", "organisation_words": "Allotments", "needs": "Tea"}
    response = client.post(event.get_absolute_url() + "sign-up/", ask)
    assert response["Location"] == event.get_absolute_url() + "check-your-inbox/"
    assert "Your place is not kept before that." in page(client, response["Location"])
    deliver()
    (confirm,) = links_in("event_confirm_place")
    for _ in range(2):  # looking does nothing
        assert "vera@example.org" in page(client, confirm)
        assert client.head(confirm).status_code == 200
    assert SignUp.objects.get().state == State.ASKED
    place = client.post(confirm)["Location"]
    assert SignUp.objects.get().state == State.PLACED
    assert client.post(confirm)["Location"][:14] == place[:14] == "/events/place/"
    content = page(client, place)
    assert all(words in content for words in ("Vera", "Allotments", "Tea", "Give up my place"))
    deliver()
    assert client.get(place + "event.ics").status_code == 200
    client.post(place)
    assert SignUp.objects.get().state == State.LEFT
    assert "You have given up your place" in page(client, place)
    assert client.get(place + "event.ics").status_code == 404


def test_visitor_is_told_the_same_whether_the_address_has_a_place_or_not(client):
    event = make_event()
    make_visitor_place(event, "ann@example.org")
    answers = [
        client.post(event.get_absolute_url() + "sign-up/", {"name": "x", "email": email})
        for email in ("ann@example.org", "bo@example.org")
    ]
    assert [(a.status_code, a["Location"]) for a in answers] == [
        (302, event.get_absolute_url() + "check-your-inbox/")
    ] * 2


def test_visitor_who_asks_too_often_is_slowed_down(client):
    event = make_event()
    sent = {"name": "x", "email": "ann@example.org"}
    codes = [client.post(event.get_absolute_url() + "sign-up/", sent).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]


def test_place_page_gives_the_link_to_join_to_a_place_and_not_to_the_waiting(client):
    event = make_event(places=1, online_url="https://join.example/room")
    placed, waiting = make_visitor_place(event), make_visitor_place(event)
    for person, has_link in ((placed, True), (waiting, False)):
        address = reverse("events:place", args=[PLACE.token(s=person.pk)])
        assert ("join.example" in page(client, address)) is has_link
        calendar = client.get(address + "event.ics")
        assert calendar.status_code == (200 if has_link else 404)


@pytest.mark.parametrize("name", ["sign_up_confirm", "place", "place_calendar", "feedback"])
def test_f38_links_broken_swapped_or_of_what_is_gone_do_nothing(client, name):
    place = make_visitor_place(make_event())
    right = {"sign_up_confirm": CONFIRM_PLACE, "feedback": FEEDBACK}.get(name, PLACE)
    swapped = (PLACE if right is not PLACE else FEEDBACK).token(s=place.pk)
    for token in ("forged", swapped, right.token(s=place.pk)[:-2]):
        address = reverse(f"events:{name}", args=[token])
        assert client.get(address).status_code == client.post(address).status_code == 400
    assert client.get(reverse(f"events:{name}", args=[right.token(s=0)])).status_code == 404
    assert SignUp.objects.get().state == State.PLACED


def test_links_pages_are_kept_nowhere_and_hold_no_address_in_them(client):
    place = make_visitor_place(make_event(), "ann@example.org")
    address = reverse("events:place", args=[PLACE.token(s=place.pk)])
    response = client.get(address)
    assert "ann" not in address
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "strict-origin"


def test_f38_an_old_link_says_so(client):
    place = make_visitor_place(make_event())
    address = reverse("events:feedback", args=[FEEDBACK.token(s=place.pk)])
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        response = client.get(address)
    assert response.status_code == 410
    assert "This link is too old" in response.content.decode()


def test_feedback_is_given_once(client):
    event = make_past_event()
    place = make_place(event)
    operations.take_attendance(event.pk, came=[place.pk], version=event.version, by=event.organiser)
    address = reverse("events:feedback", args=[FEEDBACK.token(s=place.pk)])
    page(client, address)
    assert "Select how useful it was" in client.post(address).content.decode()
    sent = {"useful": "4", "could_take_part": "no", "will_change": "More", "should_change": "Tea"}
    client.post(address, sent)
    client.post(address, sent | {"useful": "1"})
    assert list(Feedback.objects.values_list("useful", "could_take_part")) == [(4, False)]
    assert "Thank you" in page(client, address)


# Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:30])
def test_absurd_queries_break_no_list(query, sign_in):
    make_event()
    client = sign_in(make_councillor())
    for address in (LIST, "/events/figures/"):
        for download in ("", "&format=csv"):
            response = client.get(f"{address}?{query}{download}")
            b"".join(response)
            assert response.status_code in (200, 302, 400), f"{address}?{query[:60]}"


@pytest.mark.parametrize("text", BAD_TEXTS, ids=["NUL within", "NUL", "100,000 characters"])
def test_text_we_cannot_keep_gets_a_sentence(text, client, sign_in):
    officer, event, past = sign_in(make_officer("partnerships")), make_event(), make_past_event()
    place = make_place(past)
    operations.take_attendance(past.pk, came=[place.pk], version=past.version, by=past.organiser)
    feedback = reverse("events:feedback", args=[FEEDBACK.token(s=place.pk)])
    page, held = event.get_absolute_url(), past.get_absolute_url()
    for someone, address, sent in (
        (client, page + "sign-up/", {"name": text, "email": "ann@example.org"}),
        (client, feedback, {"useful": "4", "will_change": text}),
        (officer, reverse("events:event_record"), form_data(title=text)),
        (officer, page + "cancel/", {"reason": text}),
        (officer, page + "people/add/", {"name": "Ann", "needs": text, "key": str(uuid4())}),
        (officer, held + "notes/", {"notes": text, "version": past.version + 1}),
    ):
        response = someone.post(address, sent)
        assert (response.status_code, "There is a problem" in response.content.decode()) == (200, True), (
            address
        )
