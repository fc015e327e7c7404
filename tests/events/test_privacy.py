"""Nothing about people, no link to join, no draft and no unpublished note reaches anybody it is not for."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from organisations.events import operations, urls
from organisations.events.models import Event, Feedback
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_member, make_organisation

from .factories import make_draft, make_event, make_past_event, make_place, make_visitor_place

pytestmark = pytest.mark.django_db
SECRETS = {
    "link to join": "join.example",
    "name": "Verylonely",
    "address": "vera@",
    "need": "Wheelchair",
    "draft": "Secret draft",
    "programme of a draft": "Secret programme",
    "unpublished notes": "Nobody may read",
    "cost": "1,234",
    "hidden organisation": "Quiet House",
    "answer": "Zebedee",
}
BY_LINK = {"sign_up_confirm", "place", "place_calendar", "feedback"}


@pytest.fixture
def secrets():
    """Events in each state, each with everything that could leak."""
    hidden = make_organisation("Quiet House Refuge", is_published=False)
    known = {
        "online_url": "https://join.example/room",
        "cost": Decimal("1234.00"),
        "about": hidden,
        "places": 1,
    }
    person = {"name": "Vera Verylonely", "needs": "Wheelchair"}
    draft = make_draft(title="Secret draft", programme="Secret programme", **known)
    events = [make_event(**known), make_past_event(**known), make_event(**known)]
    make_visitor_place(events[0], "vera@example.org", **person)
    make_visitor_place(events[0], "vera@second.example", **person)
    operations.ask_for_place(events[0].pk, email="vera@third.example", **person)
    place = make_place(events[1], organisation=hidden, user=make_member(hidden, name="Vera Verylonely"))
    held = operations.take_attendance(
        events[1].pk, came=[place.pk], version=events[1].version, by=events[1].organiser
    )
    operations.publish_notes(
        held.pk, notes="Nobody may read", version=held.version, is_published=False, by=held.organiser
    )
    for _ in range(4):
        Feedback.objects.create(event=held, useful=2, should_change="Zebedee was rude")
    operations.cancel_event(events[2].pk, reason="Snow", by=events[2].organiser)
    return [draft, *events]


def everything(client: Client) -> str:
    """All addresses of events that are no one's own link, their feeds and exports, and what search finds."""
    addresses = ["/search/?q=secret", "/search/?q=verylonely", "/search/?q=join.example"]
    for pattern in urls.urlpatterns:
        name = pattern.name
        if name in BY_LINK or name == "person_leave":
            continue
        takes = pattern.pattern.converters
        found = [reverse(f"events:{name}", args=[e.pk] if takes else []) for e in Event.objects.all()]
        addresses += dict.fromkeys(found)
    lists = [
        f"/events/?{q}"
        for q in ("when=past", "when=drafts", "format=csv", "when=past&format=csv", "q=secret")
    ]
    answers = [client.get(address) for address in [*addresses, *lists]]
    words = b"".join(b"".join(a) for a in answers if a.status_code == 200).decode()
    return words.replace("\r\n ", "")


def seen(client: Client) -> set[str]:
    found = re.sub(
        r"q=\S+|value=\"[^\"]*\"|“[^”]*”", "", everything(client)
    )  # what was asked for is said again
    return {what for what, words in SECRETS.items() if words in found}


def test_visitors_and_members_see_none_of_it(client, secrets, sign_in):
    assert seen(client) == set()
    assert seen(sign_in(make_user())) == set()
    assert seen(sign_in(make_member(make_organisation()))) == set()


def test_control_officers_who_hold_events_see_it_and_never_fewer_than_five_answers(secrets, sign_in):
    assert seen(sign_in(make_officer("partnerships"))) == set(SECRETS) - {"answer"}


def test_other_council_people_see_no_names(secrets, sign_in):
    for person in (make_officer("property"), make_councillor()):
        assert seen(sign_in(person)) == set(SECRETS) - {"answer", "name", "address", "need"}


def test_ones_own_link_shows_ones_own_facts_only(client, secrets):
    from organisations.events.emails import own_url

    other = make_visitor_place(make_event(), "otto@example.org", name="Otto")
    content = client.get(own_url(other).removeprefix("http://127.0.0.1:8000")).content.decode()
    assert "Otto" in content
    assert "Verylonely" not in content
