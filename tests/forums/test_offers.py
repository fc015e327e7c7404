"""What the forums offer others: what needs a person, the circular, search, and actions raised from decisions."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions.models import Action
from organisations.duplicates.relations import declared, of_the_project
from organisations.forums import circular, digest, operations
from organisations.forums.models import Meeting
from tests.actions.factories import make_action, make_plan
from tests.factories import make_councillor, make_officer, make_user
from tests.forums.factories import (
    close_for_items,
    make_agreed,
    make_closed,
    make_council_chair,
    make_forum,
    make_held,
    make_item,
    make_meeting,
    make_seated,
    make_sector_chair,
    open_agenda,
)
from tests.organisations.factories import make_organisation
from vcse_portal.search import find
from vcse_portal.search.models import Audience, Entry

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOURCES = (
    digest.items_to_propose,
    digest.replies_to_give,
    digest.agendas_to_agree,
    digest.minutes_to_publish,
)


def waits(user, today: date = TODAY) -> list[str]:
    return [due.verb for source in SOURCES for due in source(user, today)]


# What needs me ---------------------------------------------------------------------------------------------
def test_items_and_a_reply_wait_for_a_member_until_they_are_given():
    forum, ours = make_forum(), make_organisation("Ashfield")
    member, outsider = make_seated(forum, ours), make_seated(make_forum())
    meeting = open_agenda(make_meeting(forum, in_days=15))
    assert waits(member) == ["Propose an item", "Reply"]
    assert waits(outsider) == waits(make_user()) == []
    due = next(iter(digest.replies_to_give(member, TODAY)))
    assert (due.what, due.url) == (
        f"Is anybody of Ashfield coming to {forum}?",
        reverse("forums:reply", args=[meeting.pk]),
    )
    make_item(meeting, by=member, organisation=ours)
    operations.reply_to_meeting(meeting.pk, member.forum_terms.get().seat_id, reply="coming", by=member)
    assert waits(member) == []


def test_a_reply_waits_from_three_weeks_before_the_meeting():
    forum = make_forum()
    member = make_seated(forum)
    make_meeting(forum, in_days=30)
    assert waits(member) == []
    assert waits(member, TODAY + timedelta(days=10)) == ["Reply"]


def test_an_agenda_waits_for_each_chair_once_items_are_no_longer_taken():
    forum = make_forum()
    council, sector = make_council_chair(forum), make_sector_chair(forum)
    meeting = open_agenda(make_meeting(forum))
    make_item(meeting, by=council), make_item(meeting, by=sector)
    assert waits(council) == waits(sector) == []
    meeting = close_for_items(meeting)
    assert waits(council) == waits(sector) == ["Agree agenda"]
    operations.agree_agenda(meeting.pk, side="council", version=meeting.version, by=council)
    assert (waits(council), waits(sector)) == ([], ["Agree agenda"])


def test_minutes_wait_for_the_chairs_and_partnerships_officers():
    forum = make_forum()
    chair, officer = make_sector_chair(forum), make_officer()
    meeting = make_held(forum)
    assert waits(chair) == waits(officer) == ["Publish minutes"]
    assert waits(make_seated(forum)) == waits(make_officer("property")) == waits(make_councillor()) == []
    meeting = operations.write_minutes(meeting.pk, minutes="x", version=meeting.version, by=officer)
    operations.close_meeting(meeting.pk, version=meeting.version, by=officer)
    assert waits(chair) == waits(officer) == []


def test_attendance_waits_after_a_meeting_nobody_recorded():
    meeting = make_meeting(make_forum(), in_days=-5)
    assert waits(make_officer()) == ["Record attendance"]
    Meeting.objects.filter(pk=meeting.pk).update(status="cancelled")
    assert waits(make_officer()) == []


@pytest.mark.parametrize("source", SOURCES)
def test_what_waits_asks_as_many_queries_for_four_as_for_one(source, django_assert_max_num_queries):
    user = make_officer()
    for _ in range(4):
        forum = make_forum()
        make_held(forum), open_agenda(make_meeting(forum, in_days=15))
    with django_assert_max_num_queries(2):
        list(source(user, TODAY))


# The circular ----------------------------------------------------------------------------------------------
def test_circular_tells_of_agreed_agendas_and_minutes_of_public_forums_only():
    since, until = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    public = make_forum("Open forum")
    for forum in (public, make_forum("Board", is_public=False)):
        make_agreed(forum, items=["Rents", "Warm spaces"])
        make_closed(forum, decision="Yes")
        open_agenda(make_meeting(forum))
        make_held(forum)
    told = [*circular.meetings_to_come(since, until), *circular.minutes(since, until)]
    assert [entry.summary for entry in told] == [
        "On the agenda: Rents; Warm spaces.",
        "Read what was said and decided: 1 decision.",
    ]
    assert all("Open forum" in entry.title for entry in told)
    assert [*circular.meetings_to_come(until, until), *circular.minutes(until, until)] == []


# Search ----------------------------------------------------------------------------------------------------
def found(words: str, user=None) -> list[str]:
    ask = find.Ask(audience=Audience.of(user or AnonymousUser()), q=words)
    ids = find.by_rank(ask, find.understand(ask), size=20).ids
    return list(Entry.objects.filter(pk__in=ids).values_list("title", flat=True))


def test_search_finds_what_is_out_and_nothing_that_is_not():
    forum = make_forum("Voluntary Sector Forum")
    meeting = open_agenda(make_meeting(forum))
    make_item(meeting, "Xylophones")
    assert found("voluntary sector forum") != []
    assert found("xylophones") == found("xylophones", make_officer()) == []
    closed = make_closed(forum, minutes="We spoke of zeppelins.", decision="More quinces.")
    assert found("zeppelins") == found("quinces") == [f"Voluntary Sector Forum: {closed.heading}"]


def test_search_finds_closed_forums_for_council_people_only():
    make_closed(make_forum("Board of Zeppelins", is_public=False), minutes="Airships.")
    assert found("zeppelins") == found("airships") == found("zeppelins", make_user()) == []
    assert len(found("zeppelins", make_officer())) == 2


def test_search_forgets_a_forum_that_is_no_longer_public():
    forum = make_forum("Board of Zeppelins")
    make_closed(forum)
    operations.edit_forum(forum.pk, version=1, is_public=False, by=make_officer())
    assert found("zeppelins") == []


# Actions raised --------------------------------------------------------------------------------------------
def test_action_raise_records_it_and_both_lead_to_each_other(client, sign_in):
    plan = make_plan()
    meeting = make_closed(make_forum(), decision="Open the halls on Sundays.")
    decision = meeting.decisions.get()
    officer = sign_in(make_officer("performance"))
    where = reverse("actions:action_raise", args=[decision.pk])
    form = officer.get(where).context["form"]
    assert form["title"].value() == "Open the halls on Sundays."
    ambition = make_action(plan).ambition
    sent = {
        "ambition": ambition.pk,
        "number": 77,
        "title": "Open halls",
        "lead_post": "Head of Libraries",
        "resources": "",
    }
    response = officer.post(where, sent)
    assert (response.status_code, response["Location"]) == (302, meeting.get_absolute_url())
    action = Action.objects.get(number=77)
    assert (action.decision, action.events.latest("pgh_id").pgh_context.metadata["deed"]) == (
        decision,
        "raised at a meeting",
    )
    assert officer.post(where, sent).context["form"].errors  # a second click
    assert "77. Open halls" in client.get(meeting.get_absolute_url()).content.decode()
    assert str(meeting) in client.get(action.get_absolute_url()).content.decode()


def test_action_raise_asks_which_plan_when_there_are_several(sign_in):
    make_plan(title="First plan", code="first"), make_plan(title="Second plan", code="second")
    decision = make_closed(decision="Yes").decisions.get()
    officer = sign_in(make_officer())
    where = reverse("actions:action_raise", args=[decision.pk])
    page = officer.get(where).content.decode()
    assert "First plan" in page
    assert "form" not in officer.get(where).context
    assert officer.get(where + "?plan=second").context["plan"].code == "second"


def test_action_raise_says_so_when_there_is_no_plan(sign_in):
    decision = make_closed(decision="Yes").decisions.get()
    where = reverse("actions:action_raise", args=[decision.pk])
    assert "There is no plan yet" in sign_in(make_officer()).get(where).content.decode()


def test_raised_actions_of_a_draft_plan_are_not_for_visitors(client, sign_in):
    meeting = make_closed(decision="Yes")
    plan = make_plan(title="Draft", code="draft", is_adopted=False)
    make_action(plan, title="A secret action", decision=meeting.decisions.get())
    assert "A secret action" not in client.get(meeting.get_absolute_url()).content.decode()
    assert "A secret action" in sign_in(make_officer()).get(meeting.get_absolute_url()).content.decode()


def test_an_action_does_not_lead_a_visitor_to_a_closed_forum(client, sign_in):
    forum = make_forum("Secret Board", is_public=False)
    action = make_action(make_plan(), decision=make_closed(forum, decision="Yes").decisions.get())
    assert "Secret Board" not in client.get(action.get_absolute_url()).content.decode()
    assert "Secret Board" in sign_in(make_officer()).get(action.get_absolute_url()).content.decode()


def test_a_decision_from_which_an_action_was_raised_stays():
    meeting, officer = make_held(), make_officer()
    decision = operations.record_decision(meeting.pk, text="Yes", by=officer)
    make_action(make_plan(), decision=decision)
    with pytest.raises(ValidationError, match="An action was raised"):
        operations.remove_decision(decision.pk, by=officer)


# Mergers ---------------------------------------------------------------------------------------------------
def test_every_relation_of_ours_to_an_organisation_is_declared_for_mergers():
    ours = {name for name in of_the_project() if name.startswith("forums.")}
    assert ours == {name for name in declared if name.startswith("forums.")}
