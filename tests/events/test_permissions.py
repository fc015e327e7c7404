"""Who may what: each role and each state of an event."""

import pytest
from django.contrib.auth.models import AnonymousUser

from organisations.events import operations
from organisations.events import permissions as may
from organisations.events.models import Event, Feedback, SignUp
from organisations.operations import edit_organisation
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation

from .factories import make_draft, make_event, make_past_event, make_place

pytestmark = pytest.mark.django_db
PEOPLE = (
    "visitor", "stranger", "representative", "lead",
    "partnerships", "commissioning", "property", "performance", "councillor", "administrator",
)  # fmt: skip
HOLDERS = ("partnerships", "commissioning")
COUNCIL = (*HOLDERS, "property", "performance", "councillor", "administrator")


@pytest.fixture
def people():
    organisation = make_organisation()
    return {
        "visitor": AnonymousUser(),
        "stranger": make_user(),
        "representative": make_member(organisation),
        "lead": make_lead(organisation),
        **{role: make_officer(role) for role in ("partnerships", "commissioning", "property", "performance")},
        "councillor": make_councillor(),
        "administrator": make_administrator(),
    }


@pytest.fixture
def events():
    cancelled, held = make_event(), make_past_event()
    operations.cancel_event(cancelled.pk, reason="x", by=cancelled.organiser)
    operations.take_attendance(held.pk, came=[], version=held.version, by=held.organiser)
    return {
        "draft": make_draft(),
        "open to all": make_event(),
        "for organisations": make_event(is_open_to_all=False),
        "begun": make_past_event(),
        "cancelled": Event.objects.get(pk=cancelled.pk),
        "held": Event.objects.get(pk=held.pk),
    }


def who(people, ask) -> tuple:
    answers = {name: ask(person) for name, person in people.items()}
    assert set(answers.values()) <= {True, False}
    return tuple(name for name in PEOPLE if answers[name])


def which(events, ask) -> set:
    return {state for state, event in events.items() if ask(event)}


def test_can_record_event_and_see_figures(people):
    assert who(people, may.can_record_event) == HOLDERS
    assert who(people, may.can_see_figures) == COUNCIL


@pytest.mark.parametrize(
    ("can", "states"),
    [
        (may.can_edit_event, {"draft", "open to all", "for organisations", "begun"}),
        (may.can_publish_event, {"draft"}),
        (may.can_cancel_event, {"draft", "open to all", "for organisations", "begun"}),
        (may.can_see_sign_ups, {"open to all", "for organisations", "begun", "cancelled", "held"}),
        (may.can_change_places, {"open to all", "for organisations", "begun"}),
        (may.can_take_attendance, {"begun", "held"}),
        (may.can_publish_notes, {"begun", "held"}),
    ],
)
def test_officers_who_hold_events_may_and_nobody_else(people, events, can, states):
    assert which(events, lambda event: can(people["partnerships"], event)) == states
    for event in events.values():
        assert set(who(people, lambda person, event=event: can(person, event))) <= set(HOLDERS)


def test_can_sign_up(people, events):
    assert who(people, lambda p: may.can_sign_up(p, events["open to all"])) == PEOPLE
    for_organisations = ("representative", "lead", *COUNCIL)
    assert who(people, lambda p: may.can_sign_up(p, events["for organisations"])) == for_organisations
    for state in ("draft", "begun", "cancelled", "held"):
        assert who(people, lambda p, state=state: may.can_sign_up(p, events[state])) == ()


def test_can_sign_up_for_an_organisation_that_is_closed_is_no(people, events):
    organisation = people["lead"].memberships.get().organisation
    edit_organisation(
        organisation.pk, version=organisation.version, by=people["partnerships"], status="closed"
    )
    assert not may.can_sign_up(people["lead"], events["for organisations"])


def test_events_visible_to(people, events):
    drafts = who(people, lambda p: Event.objects.visible_to(p).filter(pk=events["draft"].pk).exists())
    assert drafts == COUNCIL
    assert who(people, lambda p: Event.objects.visible_to(p).count() >= 5) == PEOPLE


def test_sign_ups_visible_to_officers_who_hold_events_and_the_person(people, events):
    own = make_place(events["open to all"], user=people["lead"])
    make_place(events["open to all"])
    assert who(people, lambda p: SignUp.objects.visible_to(p).count() == 2) == HOLDERS
    assert who(people, lambda p: list(SignUp.objects.visible_to(p)) == [own]) == ("lead",)


def test_feedback_visible_to_officers_who_hold_events(people, events):
    Feedback.objects.create(event=events["held"], useful=3)
    assert who(people, lambda p: Feedback.objects.visible_to(p).exists()) == HOLDERS
