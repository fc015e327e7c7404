"""Forums, seats, and who holds them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations.forums import operations
from organisations.forums.models import Forum, Seat, Term
from organisations.operations import end_membership
from tests.factories import make_officer, make_user
from tests.forums.factories import make_forum, make_meeting, make_seat, sit
from tests.organisations.factories import make_member, make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def said(error) -> str:
    return " ".join(error.value.messages)


def test_set_up_forum_begins_with_a_vacant_chair_a_side():
    forum = make_forum("Compact board")
    assert [(s.side, s.is_chair) for s in forum.seats.order_by("side")] == [
        ("council", True),
        ("sector", True),
    ]
    assert not Term.objects.exists()
    assert [entry.what for entry in timeline(forum)] == ["Set up"]


def test_set_up_forum_by_a_second_click_gives_the_first():
    key, officer = uuid4(), make_officer()
    made = {
        operations.set_up_forum(key=key, name="A forum", kind="other", remit="", by=officer).pk for _ in "ab"
    }
    assert (len(made), Forum.objects.count(), Seat.objects.count()) == (1, 1, 2)


def test_set_up_forum_refuses_a_name_that_is_taken():
    make_forum("Same")
    with pytest.raises(ValidationError):
        make_forum("Same")


def test_edit_forum_refuses_a_stale_version():
    forum, officer = make_forum(), make_officer()
    operations.edit_forum(forum.pk, version=1, name="New name", by=officer)
    with pytest.raises(Conflict):
        operations.edit_forum(forum.pk, version=1, name="Other name", by=officer)
    assert Forum.objects.get().name == "New name"


def test_close_forum_waits_for_the_meetings_to_come():
    forum, officer = make_forum(), make_officer()
    meeting = make_meeting(forum)
    with pytest.raises(ValidationError, match="still to come"):
        operations.close_forum(forum.pk, by=officer)
    operations.cancel_meeting(meeting.pk, reason="Snow", by=officer)
    assert operations.close_forum(forum.pk, by=officer).is_standing is False
    with pytest.raises(ValidationError, match="already"):
        operations.close_forum(forum.pk, by=officer)


def test_add_seat_refuses_a_second_chair_of_a_side():
    with pytest.raises(ValidationError, match="a chair already"):
        make_seat(make_forum(), is_chair=True)


def test_edit_seat_refuses_a_stale_version_and_renames():
    seat, officer = make_seat(make_forum()), make_officer()
    operations.edit_seat(seat.pk, version=1, title="Faith groups", is_chair=False, by=officer)
    assert Seat.objects.get(pk=seat.pk).title == "Faith groups"
    with pytest.raises(Conflict):
        operations.edit_seat(seat.pk, version=1, title="Other", is_chair=False, by=officer)


def test_take_seat_away_ends_its_term_and_keeps_the_past():
    forum = make_forum()
    seat = make_seat(forum)
    term = sit(seat)
    operations.take_seat_away(seat.pk, by=make_officer())
    term.refresh_from_db()
    assert (term.ends_on, forum.seats.filter(ended_at=None).count()) == (TODAY, 2)
    with pytest.raises(ValidationError, match="taken away"):
        sit(seat)


def test_take_seat_away_keeps_the_chairs():
    forum = make_forum()
    with pytest.raises(ValidationError, match="needs both chairs"):
        operations.take_seat_away(forum.seats.first().pk, by=make_officer())


def test_fill_seat_links_the_account_of_somebody_who_speaks_for_the_organisation():
    ours = make_organisation()
    member = make_member(ours, email="ann@example.org")
    term = sit(make_seat(make_forum()), organisation=ours, name="Ann", email="Ann@Example.org")
    assert (term.user, term.has_account) == (member, True)


def test_fill_seat_links_no_account_that_does_not_speak_for_it():
    stranger = make_member(make_organisation(), email="ann@example.org")
    term = sit(make_seat(make_forum()), name="Ann", email="ann@example.org")
    assert (term.user, stranger.forum_terms.count()) == (None, 0)


def test_fill_seat_of_the_council_links_council_people_only():
    seat = make_seat(make_forum(), "council")
    make_user(email="outside@example.org")
    assert sit(seat, name="O", email="outside@example.org", starts_on=TODAY - timedelta(days=9)).user is None
    officer = make_officer()
    assert sit(seat, officer, starts_on=TODAY).user == officer


def test_fill_seat_ends_who_sat_there_the_day_the_next_one_begins():
    seat = make_seat(make_forum())
    first = sit(seat, starts_on=TODAY - timedelta(days=100))
    second = sit(seat, starts_on=TODAY)
    first.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (TODAY, None)
    assert list(Term.objects.current()) == [second]
    assert list(Term.objects.current(TODAY - timedelta(days=1))) == [first]


def test_fill_seat_by_a_second_click_gives_the_first():
    seat, ours = make_seat(make_forum()), make_organisation()
    known = {"name": "Ann", "email": "ann@example.org", "organisation": ours, "starts_on": TODAY}
    assert sit(seat, **known) == sit(seat, **known)
    assert Term.objects.count() == 1


def test_fill_seat_refuses_to_overtake_somebody_who_begins_later():
    seat = make_seat(make_forum())
    sit(seat, starts_on=TODAY + timedelta(days=30))
    with pytest.raises(ValidationError, match="already takes the seat"):
        sit(seat, starts_on=TODAY)


def test_fill_seat_refuses_the_wrong_side_and_closed_organisations():
    forum = make_forum()
    closed = make_organisation(status="closed")
    with pytest.raises(ValidationError, match="has closed"):
        sit(make_seat(forum), organisation=closed)
    with pytest.raises(ValidationError, match="not held for an organisation"):
        sit(make_seat(forum, "council"), organisation=make_organisation())
    with pytest.raises(ValidationError, match="Say which organisation"):
        operations.fill_seat(make_seat(forum).pk, name="Ann", by=make_officer())


def test_one_holder_a_seat_is_kept_by_the_database():
    term = sit(make_seat(make_forum()), starts_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(
            seat=term.seat,
            organisation=term.organisation,
            name="Too many",
            starts_on=TODAY + timedelta(days=5),
        )


def test_fill_seat_tells_the_person_what_is_coming():
    forum = make_forum("Property network")
    make_meeting(forum, place="Library, room 2")
    sit(make_seat(forum, title="Halls"), name="Ann", email="ann@example.org")
    message = Message.objects.get(kind="forum_seat_filled")
    assert [d.email for d in message.deliveries.all()] == ["ann@example.org"]
    assert "“Halls” in Property network" in message.text
    assert "Library, room 2" in message.text
    assert "You need no account" in message.text


def test_fill_seat_without_an_address_mails_nobody():
    sit(make_seat(make_forum()), email="")
    assert not Delivery.objects.exists()


def test_edit_term_links_anew_and_refuses_a_stale_version():
    ours = make_organisation()
    member = make_member(ours)
    term = sit(make_seat(make_forum()), organisation=ours, email="old@example.org")
    officer = make_officer()
    term = operations.edit_term(term.pk, version=1, email=member.email, seniority="head", by=officer)
    assert (term.user, term.seniority) == (member, "head")
    with pytest.raises(Conflict):
        operations.edit_term(term.pk, version=1, name="X", by=officer)
    with pytest.raises(ValidationError, match="Not a fact"):
        operations.edit_term(term.pk, version=2, organisation=None, by=officer)


def test_end_term_leaves_the_seat_vacant():
    term = sit(make_seat(make_forum()))
    operations.end_term(term.pk, by=make_officer())
    assert not Term.objects.current().exists()
    with pytest.raises(ValidationError, match="left the seat already"):
        operations.end_term(term.pk, by=make_officer())


def test_reached_by_ends_with_the_mandate_and_with_the_term():
    ours = make_organisation()
    member = make_member(ours)
    term = sit(make_seat(make_forum()), member, ours)
    assert list(Term.objects.reached_by(member)) == [term]
    end_membership(member.memberships.get().pk, by=make_officer(), today=TODAY)
    assert list(Term.objects.reached_by(member)) == []
    again = make_member(ours)
    assert list(Term.objects.reached_by(again)) == [term]
    operations.end_term(term.pk, by=make_officer(), ends_on=date(2020, 1, 1))
    assert list(Term.objects.reached_by(again)) == []
