"""What is done with events and by whom: each deed, each refusal, its history and its mail."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar

from organisations.events import operations
from organisations.events.models import Event, Feedback, SignUp, State, Status
from tests.factories import make_officer, make_theme, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.search.models import Audience, Entry
from vcse_portal.ui.conflict import Conflict

from .factories import facts, make_draft, make_event, make_past_event, make_place, make_visitor_place

pytestmark = pytest.mark.django_db


def mails(kind: str = "") -> list[tuple[str, str]]:
    """(kind, address) of everything queued, oldest first."""
    found = Delivery.objects.order_by("pk").values_list("message__kind", "email")
    return [one for one in found if not kind or one[0] == kind]


def refusal(operation, *args, **kwargs) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        operation(*args, **kwargs)
    return refused.value.messages


def deeds(thing) -> list[str]:
    return [entry.what for entry in timeline(thing)]


# Recording -------------------------------------------------------------------------------------


def test_record_event_keeps_a_draft_found_by_council_people_only():
    organisation = make_organisation()
    event = make_draft(about=organisation)
    assert (event.status, event.published_at, event.about) == (Status.DRAFT, None, organisation)
    assert Entry.objects.get(kind="event").audience == Audience.COUNCIL
    assert deeds(event) == ["Recorded"]


def test_record_event_with_the_same_key_records_one():
    key, known = uuid4(), facts()
    first = operations.record_event(key=key, by=known["organiser"], **known)
    again = operations.record_event(key=key, by=known["organiser"], **(known | {"title": "Other"}))
    assert (again, again.title) == (first, known["title"])


def test_record_event_writes_a_programme_as_it_was_written_first():
    make_draft(programme="Leaders programme")
    assert make_draft(programme="  leaders  Programme ").programme == "Leaders programme"


NOW = timezone.now()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ends_at": NOW}, ["The end must be later than the start."]),
        ({"themes": ["nothing"]}, None),
        ({"title": ""}, ["This field cannot be blank."]),
        ({"kind": "party"}, ["Value 'party' is not a valid choice."]),
        (
            {"closes_on": (NOW + timedelta(days=30)).date()},
            ["The last day to sign up must be before the event or on its day."],
        ),
        (
            {"opens_on": (NOW + timedelta(days=30)).date()},
            ["Sign-up must open before the event or on its day."],
        ),
        (
            {"opens_on": (NOW + timedelta(days=9)).date(), "closes_on": (NOW + timedelta(days=8)).date()},
            ["The last day to sign up must be after sign-up opens."],
        ),
    ],
)
def test_record_event_refuses_what_cannot_be(given, words):
    said = refusal(make_draft, **given)
    assert words is None or said == words
    assert Event.objects.count() == 0


def test_record_event_refuses_a_fact_it_does_not_know():
    with pytest.raises(TypeError, match="status"):
        make_draft(status="published")


# Publishing and changing -----------------------------------------------------------------------


def test_publish_event_shows_it_to_everyone_and_sets_the_reminder():
    event = make_event()
    assert (event.status, event.remind_at) == (Status.PUBLISHED, event.starts_at - timedelta(hours=48))
    assert Entry.objects.get(kind="event").audience == Audience.EVERYONE
    assert deeds(event) == ["Published", "Recorded"]


def test_publish_event_at_short_notice_reminds_nobody():
    assert make_event(starts_at=timezone.now() + timedelta(hours=20)).remind_at is None


def test_publish_event_refuses_without_a_place_in_the_past_or_twice():
    officer = make_officer("partnerships")
    nowhere = make_draft(place="")
    said = ["Enter where it takes place, or a link to join online."]
    assert refusal(operations.publish_event, nowhere.pk, by=officer) == said
    past = make_draft(starts_at=timezone.now() - timedelta(hours=1))
    said = ["The start has passed. Change it before publishing."]
    assert refusal(operations.publish_event, past.pk, by=officer) == said
    said = ["This event is no longer a draft."]
    assert refusal(operations.publish_event, make_event().pk, by=officer) == said
    closed = make_draft(closes_on=timezone.localdate() - timedelta(days=1))
    said = ["The last day to sign up has passed. Change it before publishing."]
    assert refusal(operations.publish_event, closed.pk, by=officer) == said


def test_edit_event_mails_another_time_to_whoever_comes_and_waits():
    event = make_event(places=1, online_url="https://join.example/room")
    placed, waiting = make_place(event), make_place(event)
    Message.objects.all().delete()
    later = event.starts_at + timedelta(days=7)
    edited = operations.edit_event(
        event.pk,
        version=event.version,
        by=event.organiser,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
    )
    assert (edited.sequence, edited.remind_at) == (1, later - timedelta(hours=48))
    assert mails() == [("event_changed", placed.email), ("event_changed", waiting.email)]
    for_placed, for_waiting = Message.objects.order_by("pk")
    (entry,) = Calendar.from_ical(for_placed.calendar).walk("VEVENT")
    assert (entry["sequence"], entry["dtstart"].dt) == (1, later)
    assert "https://join.example/room" in for_placed.text + for_placed.calendar.replace("\r\n ", "")
    assert "https://join.example/room" not in for_waiting.text + for_waiting.calendar


def test_edit_event_of_other_facts_mails_nobody():
    event = make_event()
    make_place(event)
    Message.objects.all().delete()
    operations.edit_event(event.pk, version=event.version, by=event.organiser, description="More.")
    assert (mails(), Event.objects.get().sequence) == ([], 0)


def test_edit_event_with_more_places_moves_the_waiting_up():
    event = make_event(places=1)
    _first, second, third = (make_place(event) for _ in range(3))
    Message.objects.all().delete()
    operations.edit_event(event.pk, version=event.version, by=event.organiser, places=2)
    assert mails() == [("event_place_came_free", second.email)]
    operations.edit_event(event.pk, version=event.version + 1, by=event.organiser, places=None)
    assert mails("event_place_came_free")[1:] == [("event_place_came_free", third.email)]


def test_edit_event_refuses_fewer_places_than_are_taken_a_past_start_and_what_is_over():
    event = make_event(places=2)
    make_place(event), make_place(event)
    change = {"version": event.version, "by": event.organiser}
    said = ["2 places are taken already. Enter 2 or more."]
    assert refusal(operations.edit_event, event.pk, places=1, **change) == said
    past = {"starts_at": timezone.now() - timedelta(hours=5)}
    said = ["The start must be in the future."]
    assert refusal(operations.edit_event, event.pk, **past, **change) == said
    operations.cancel_event(event.pk, reason="Snow.", by=event.organiser)
    said = ["This event has been cancelled and is no longer changed."]
    change["version"] += 1
    assert refusal(operations.edit_event, event.pk, title="x", **change) == said


def test_f11_edit_event_on_a_stale_version_is_a_conflict():
    event = make_draft()
    operations.edit_event(event.pk, version=1, by=event.organiser, title="First")
    with pytest.raises(Conflict):
        operations.edit_event(event.pk, version=1, by=event.organiser, title="Second")
    assert Event.objects.get().title == "First"


def test_edit_event_without_a_change_writes_nothing():
    event = make_draft(title="Same")
    assert operations.edit_event(event.pk, version=1, by=event.organiser, title="Same").version == 1


def test_cancel_event_tells_everyone_why_and_takes_it_out_of_calendars():
    event = make_event(places=1)
    placed, waiting = make_place(event), make_place(event)
    left = operations.leave(make_place(event).pk)
    Message.objects.all().delete()
    cancelled = operations.cancel_event(event.pk, reason=" Snow. ", by=event.organiser)
    assert (cancelled.status, cancelled.cancelled_reason, cancelled.remind_at) == ("cancelled", "Snow.", None)
    assert mails() == [("event_cancelled", placed.email), ("event_cancelled", waiting.email)]
    assert left.email not in str(mails())
    message = Message.objects.order_by("pk").first()
    assert "Snow." in message.text
    assert Calendar.from_ical(message.calendar)["method"] == "CANCEL"
    assert timeline(event)[0].reason == "Snow."
    said = ["This event has been cancelled already."]
    assert refusal(operations.cancel_event, event.pk, reason="x", by=event.organiser) == said


def test_cancel_event_needs_a_reason():
    event = make_event()
    said = ["Enter why it is cancelled."]
    assert refusal(operations.cancel_event, event.pk, reason=" ", by=event.organiser) == said


# Signing up ------------------------------------------------------------------------------------


def test_sign_up_gives_a_place_with_a_calendar_entry():
    event = make_event(places=5, online_url="https://join.example/room")
    organisation = make_organisation()
    user = make_member(organisation, name="Rita")
    place = operations.sign_up(event.pk, by=user, organisation=organisation, needs="Hearing loop")
    assert (place.state, place.name, place.email, place.needs) == (
        State.PLACED,
        "Rita",
        user.email,
        "Hearing loop",
    )
    message = Message.objects.get(kind="event_place_given")
    assert message.deliveries.get().email == user.email
    calendar = Calendar.from_ical(message.calendar)
    assert calendar["method"] == "REQUEST"
    assert "https://join.example/room" in str(calendar.walk("VEVENT")[0]["description"])
    assert deeds(place) == ["Signed up"]


def test_sign_up_twice_keeps_one_place_and_one_mail():
    event = make_event()
    user = make_user()
    first = operations.sign_up(event.pk, by=user)
    assert operations.sign_up(event.pk, by=user) == first
    assert mails() == [("event_place_given", user.email)]


def test_sign_up_when_full_waits_in_turn():
    event = make_event(places=1)
    states = [make_place(event).state for _ in range(3)]
    assert states == [State.PLACED, State.WAITING, State.WAITING]
    assert [kind for kind, _ in mails()] == ["event_place_given", *["event_put_on_waiting_list"] * 2]
    assert "join" not in Message.objects.last().calendar


def test_sign_up_by_account_after_by_address_is_the_same_place():
    event = make_event()
    user = make_user(email="ann@example.org")
    user.is_active = False
    user.save()
    visitor = make_visitor_place(event, "Ann@example.org")
    assert visitor.user is None
    assert operations.sign_up(event.pk, by=user) == visitor
    assert SignUp.objects.get().user == user


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"opens_on": (NOW + timedelta(days=2)).date()}, ["Sign-up has not opened yet."]),
        ({"starts_at": NOW + timedelta(seconds=1)}, ["Sign-up for this event has closed."]),
    ],
)
def test_sign_up_is_refused_before_it_opens_and_once_it_begins(given, words):
    event = make_event(**given, now=NOW - timedelta(days=1))
    at = NOW + timedelta(seconds=2)
    assert refusal(operations.sign_up, event.pk, by=make_user(), now=at) == words
    asked = {"email": "ann@example.org", "name": "Ann"}
    assert refusal(operations.ask_for_place, event.pk, **asked, now=at) == words


def test_sign_up_is_refused_for_drafts_cancelled_events_and_after_the_last_day():
    closed = ["Sign-up for this event has closed."]
    last = timezone.localdate() + timedelta(days=2)
    event = make_event(closes_on=last)
    after = timezone.now() + timedelta(days=3)
    assert refusal(operations.sign_up, event.pk, by=make_user(), now=after) == closed
    operations.cancel_event(event.pk, reason="x", by=event.organiser)
    assert refusal(operations.sign_up, event.pk, by=make_user()) == closed
    assert refusal(operations.sign_up, make_draft().pk, by=make_user()) == closed


def test_ask_for_place_sends_a_link_and_holds_no_place():
    event = make_event(places=1)
    operations.ask_for_place(event.pk, email=" Ann@Example.org", name="Ann")
    asked = SignUp.objects.get()
    assert (asked.state, asked.email, asked.joined_at) == (State.ASKED, "ann@example.org", None)
    assert mails() == [("event_confirm_place", "ann@example.org")]
    assert Message.objects.get().is_secret
    assert make_place(event).state == State.PLACED


def test_ask_for_place_again_sends_the_link_again_and_keeps_what_was_said_last():
    event = make_event()
    operations.ask_for_place(event.pk, email="ann@example.org", name="Ann")
    operations.ask_for_place(event.pk, email="ann@example.org", name="Ann")  # a second click
    assert mails() == [("event_confirm_place", "ann@example.org")]
    later = timezone.now() + timedelta(minutes=1)
    operations.ask_for_place(event.pk, email="ANN@example.org", name="Anna", now=later)
    assert SignUp.objects.get().name == "Anna"
    assert mails() == [("event_confirm_place", "ann@example.org")] * 2


def test_ask_for_place_of_somebody_who_has_one_says_nothing_here_and_tells_them_by_mail():
    event = make_event()
    make_visitor_place(event, "ann@example.org")
    Message.objects.all().delete()
    assert operations.ask_for_place(event.pk, email="Ann@example.org", name="Mallory") is None
    assert mails() == [("event_signed_up_already", "ann@example.org")]
    assert SignUp.objects.get().name == "Vera Visitor"


def test_ask_for_place_at_an_event_for_organisations_is_refused():
    event = make_event(is_open_to_all=False)
    said = ["This event is for organisations on the portal. Sign in to sign up."]
    assert refusal(operations.ask_for_place, event.pk, email="ann@example.org", name="Ann") == said


def test_confirm_place_gives_places_in_the_order_of_confirming():
    event = make_event(places=1)
    for email in ("ann@example.org", "bo@example.org"):
        operations.ask_for_place(event.pk, email=email, name=email)
    ann, bo = SignUp.objects.order_by("pk")
    assert operations.confirm_place(bo.pk).state == State.PLACED
    assert operations.confirm_place(ann.pk).state == State.WAITING
    assert operations.confirm_place(bo.pk) == bo
    assert [kind for kind, _ in mails()][2:] == ["event_place_given", "event_put_on_waiting_list"]


def test_confirm_place_knows_the_account_of_the_address():
    user = make_user(email="ann@example.org")
    assert make_visitor_place(make_event(), "ann@example.org").user == user


def test_confirm_place_is_refused_when_sign_up_closed_or_the_place_was_given_up():
    event = make_event(closes_on=timezone.localdate() + timedelta(days=1))
    operations.ask_for_place(event.pk, email="ann@example.org", name="Ann")
    late = timezone.now() + timedelta(days=2)
    said = ["Sign-up for this event has closed."]
    assert refusal(operations.confirm_place, SignUp.objects.get().pk, now=late) == said
    place = make_visitor_place(event, "bo@example.org")
    operations.leave(place.pk)
    said = ["You have given up this place. Sign up again to get a new link."]
    assert refusal(operations.confirm_place, place.pk) == said


def test_confirm_place_of_somebody_who_has_one_by_now_adds_none():
    event = make_event()
    operations.ask_for_place(event.pk, email="ann@example.org", name="Ann")
    asked = SignUp.objects.get()
    placed = operations.sign_up(event.pk, by=make_user(email="ann@example.org"))
    assert operations.confirm_place(asked.pk) == placed
    assert event.sign_ups.live().count() == 1


def test_add_person_takes_a_place_and_works_without_an_address():
    event = make_event(places=1)
    add = {"by": event.organiser, "key": uuid4()}
    person = operations.add_person(event.pk, name="Old Mr Ash", organisation_words="Allotments", **add)
    assert (person.state, person.comes_for, mails()) == (State.PLACED, "Allotments", [])
    assert operations.add_person(event.pk, name="Old Mr Ash", **add) == person
    second = operations.add_person(
        event.pk, name="Bo", email="bo@example.org", by=event.organiser, key=uuid4()
    )
    assert (second.state, mails()) == (State.WAITING, [("event_put_on_waiting_list", "bo@example.org")])


def test_add_person_once_it_has_begun_came_and_needs_no_free_place():
    event = make_past_event(places=1)
    make_place(event)
    person = operations.add_person(event.pk, name="Walk-in", by=event.organiser, key=uuid4())
    assert (person.state, person.has_come) == (State.PLACED, True)


def test_add_person_to_a_draft_is_refused():
    event = make_draft()
    said = ["People are added to a published event only."]
    assert refusal(operations.add_person, event.pk, name="x", by=event.organiser, key=uuid4()) == said


# Leaving and moving up -------------------------------------------------------------------------


def test_leave_moves_up_who_waits_first_with_a_mail():
    event = make_event(places=1)
    first, second, third = (make_place(event) for _ in range(3))
    Message.objects.all().delete()
    operations.leave(first.pk, by=first.user)
    assert list(event.sign_ups.placed()) == [second]
    assert list(event.sign_ups.waiting()) == [third]
    assert mails() == [("event_place_came_free", second.email), ("event_place_given_up", first.email)]
    given_up = Message.objects.get(kind="event_place_given_up")
    assert Calendar.from_ical(given_up.calendar)["method"] == "CANCEL"
    assert deeds(SignUp.objects.get(pk=second.pk))[0] == "Gave up a place"  # the deed that gave it to them


def test_leave_the_waiting_list_moves_nobody_and_sends_no_calendar():
    event = make_event(places=1)
    placed, waiting = make_place(event), make_place(event)
    Message.objects.all().delete()
    operations.leave(waiting.pk)
    assert (list(event.sign_ups.placed()), mails()) == ([placed], [("event_place_given_up", waiting.email)])
    assert Message.objects.get().calendar == ""


def test_leave_twice_is_the_same_as_once():
    event = make_event()
    place = make_place(event)
    operations.leave(place.pk)
    operations.leave(place.pk)
    assert len(mails("event_place_given_up")) == 1


def test_leave_and_sign_up_again_starts_at_the_end():
    event = make_event(places=1)
    first, second = make_place(event), make_place(event)
    operations.leave(first.pk)
    again = operations.sign_up(event.pk, by=first.user)
    assert (again.state, SignUp.objects.get(pk=second.pk).state) == (State.WAITING, State.PLACED)


def test_leave_is_refused_once_it_has_begun():
    event = make_past_event()
    assert refusal(operations.leave, make_place(event).pk) == ["The event has begun."]


# Afterwards ------------------------------------------------------------------------------------


def test_take_attendance_says_who_came_and_asks_them_once_how_it_was():
    event = make_past_event()
    came, stayed = make_place(event), make_place(event)
    Message.objects.all().delete()
    take = {"by": event.organiser}
    held = operations.take_attendance(event.pk, came=[came.pk], version=event.version, **take)
    assert (held.status, held.remind_at) == (Status.HELD, None)
    assert dict(event.sign_ups.values_list("pk", "has_come")) == {came.pk: True, stayed.pk: False}
    assert mails() == [("event_feedback_asked", came.email)]
    operations.take_attendance(event.pk, came=[came.pk, stayed.pk], version=held.version, **take)
    assert mails()[1:] == [("event_feedback_asked", stayed.email)]
    assert deeds(event)[:2] == ["Attendance taken", "Attendance taken"]


def test_take_attendance_while_it_goes_on_asks_when_it_is_over():
    now = timezone.now()
    event = make_event(starts_at=now - timedelta(minutes=10), now=now - timedelta(days=9))
    place = make_place(event)
    operations.take_attendance(event.pk, came=[place.pk], version=event.version, by=event.organiser)
    assert Delivery.objects.get(message__kind="event_feedback_asked").next_at == event.ends_at


def test_take_attendance_is_refused_before_it_begins_when_cancelled_and_when_stale():
    event = make_event()
    take = {"came": [], "by": event.organiser}
    said = ["The event has not begun yet."]
    assert refusal(operations.take_attendance, event.pk, version=event.version, **take) == said
    with pytest.raises(Conflict):
        operations.take_attendance(event.pk, version=event.version - 1, **take)
    operations.cancel_event(event.pk, reason="x", by=event.organiser)
    said = ["Only a published event has people who came."]
    assert refusal(operations.take_attendance, event.pk, version=event.version + 1, **take) == said


def test_publish_notes_tells_whoever_had_a_place_once():
    event = make_past_event()
    place = make_place(event)
    Message.objects.all().delete()
    write = {"by": event.organiser}
    saved = operations.publish_notes(
        event.pk, notes="Draft", version=event.version, is_published=False, **write
    )
    assert (saved.notes, saved.notes_published_at, mails()) == ("Draft", None, [])
    out = operations.publish_notes(
        event.pk, notes="We met.", version=saved.version, is_published=True, **write
    )
    assert mails() == [("event_notes_published", place.email)]
    operations.publish_notes(event.pk, notes="We all met.", version=out.version, is_published=True, **write)
    assert len(mails()) == 1
    assert deeds(event)[:3] == ["Notes saved", "Notes published", "Notes saved"]


def test_publish_notes_of_what_has_not_begun_is_refused():
    event = make_event()
    said = ["Notes are written of an event that has begun."]
    write = {"notes": "x", "version": event.version, "is_published": True, "by": event.organiser}
    assert refusal(operations.publish_notes, event.pk, **write) == said


def test_give_feedback_keeps_the_answer_apart_from_the_person():
    event = make_past_event()
    place = make_place(event)
    operations.take_attendance(event.pk, came=[place.pk], version=event.version, by=event.organiser)
    operations.give_feedback(place.pk, useful=5, could_take_part=True, will_change="More.", should_change="")
    answer = Feedback.objects.get()
    assert (answer.event, answer.useful, answer.will_change) == (event, 5, "More.")
    assert {f.name for f in Feedback._meta.get_fields()} == {
        *("id", "event", "useful", "could_take_part", "will_change", "should_change", "given_on")
    }
    assert SignUp.objects.get().feedback_given
    said = ["You have told us already. Thank you."]
    assert refusal(operations.give_feedback, place.pk, useful=1) == said


def test_give_feedback_is_for_people_who_came():
    place = make_place(make_past_event())
    assert refusal(operations.give_feedback, place.pk, useful=1) == ["This form is for people who came."]


def test_lead_and_representative_both_speak_for_an_organisation():
    event, organisation = make_event(), make_organisation()
    for user in (make_lead(organisation), make_member(organisation)):
        assert operations.sign_up(event.pk, by=user, organisation=organisation).organisation == organisation


def test_themes_are_checked_against_the_list():
    theme = make_theme("Health")
    assert make_draft(themes=[theme.code]).themes == [theme.code]
