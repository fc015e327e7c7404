"""Actions: recorded, edited, updated."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from actions import operations
from actions.models import Action, Update
from tests.factories import make_officer, make_user
from tests.organisations.factories import make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery
from vcse_portal.search.models import Entry
from vcse_portal.ui.conflict import Conflict

from .factories import make_action, make_ambition, make_plan, make_update, speak_for

pytestmark = pytest.mark.django_db


def refusal(error) -> str:
    return " ".join(error.value.messages)


def mailed() -> list[tuple[str, str]]:
    return sorted(Delivery.objects.values_list("message__kind", "email"))


def test_record_action_adds_an_undertaking():
    officer, ambition = make_officer(), make_ambition(make_plan(is_adopted=False))
    action = operations.record_action(
        ambition.pk, by=officer, number=7, title="Hear every group", lead_post="Head", due_on=date(2026, 9, 1)
    )
    assert (action.plan, action.status, action.rag, action.version) == (
        ambition.plan,
        "not_started",
        "none",
        1,
    )
    assert [(e.what, e.who) for e in timeline(action)] == [("Recorded", officer.name)]
    assert mailed() == []


def test_record_action_tells_its_lead_but_not_a_person_who_named_themselves():
    officer, lead = make_officer(), make_user()
    ambition = make_ambition(make_plan(is_adopted=False))
    operations.record_action(ambition.pk, by=officer, number=1, title="A", lead_post="Head", lead=officer)
    operations.record_action(ambition.pk, by=officer, number=2, title="B", lead_post="Head", lead=lead)
    assert mailed() == [("action_lead_named", lead.email)]


def test_record_action_number_once_a_plan():
    plan = make_plan()
    with pytest.raises(ValidationError) as error:
        make_action(plan, number=1)
    assert refusal(error) == "The plan already has an action with this number."


def test_record_action_needs_a_title_and_a_lead_post():
    ambition = make_ambition(make_plan(is_adopted=False))
    with pytest.raises(ValidationError) as error:
        operations.record_action(ambition.pk, by=None, number=1, title="", lead_post="")
    assert sorted(error.value.message_dict) == ["lead_post", "title"]


def test_edit_action_changes_what_is_given_and_tells_a_new_lead():
    officer, lead, action = make_officer(), make_user(), make_action(title="Old")
    edited = operations.edit_action(action.pk, by=officer, version=1, title="New", lead=lead)
    assert (edited.title, edited.lead, edited.version) == ("New", lead, 2)
    newest = timeline(action)[0]
    assert (newest.what, newest.who) == ("Edited", officer.name)
    assert mailed() == [("action_lead_named", lead.email)]
    operations.edit_action(action.pk, by=officer, version=2, title="Newer")
    assert mailed() == [("action_lead_named", lead.email)]


def test_edit_action_with_a_stale_version_is_a_conflict():
    action = make_action(title="Old")
    operations.edit_action(action.pk, by=None, version=1, title="First")
    with pytest.raises(Conflict):
        operations.edit_action(action.pk, by=None, version=1, title="Second")
    action.refresh_from_db()
    assert action.title == "First"


def test_edit_action_keeps_to_its_plan():
    action, other = make_action(), make_ambition(make_plan(is_adopted=False))
    with pytest.raises(ValidationError) as error:
        operations.edit_action(action.pk, by=None, version=1, ambition=other)
    assert refusal(error) == "Choose an ambition of the same plan."
    action.refresh_from_db()
    assert action.ambition != other


def test_post_update_sets_how_the_action_stands():
    officer, action = make_officer(), make_action()
    now = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # already 1 July in London
    update = operations.post_update(
        action.pk, by=officer, text=" Going well. ", status="in_progress", rag="amber", progress=40, now=now
    )
    assert (update.text, update.author, update.organisation, update.posted_at) == (
        "Going well.",
        officer,
        None,
        now,
    )
    action.refresh_from_db()
    assert (action.status, action.rag, action.progress) == ("in_progress", "amber", 40)
    assert (action.rated_on, action.updated_at, action.completed_at) == (date(2026, 7, 1), now, None)
    assert (timeline(action)[0].what, timeline(action)[0].who) == ("Posted an update", officer.name)


def test_post_update_complete_is_rated_complete_and_can_be_taken_back():
    action, now = make_action(), datetime(2026, 7, 1, 9, tzinfo=UTC)
    make_update(action, status="complete", rag="green", now=now)
    action.refresh_from_db()
    assert (action.rag, action.progress, action.completed_at) == ("complete", 100, now)
    make_update(action, status="in_progress", rag="amber", text="Not quite after all.")
    action.refresh_from_db()
    assert (action.rag, action.progress, action.completed_at) == ("amber", None, None)


def test_post_update_dropped_is_not_due():
    action = make_action()
    make_update(action, status="dropped", rag="red")
    action.refresh_from_db()
    assert (action.status, action.rag) == ("dropped", "none")


def test_post_update_twice_with_one_key_posts_once():
    action, key, lead = make_action(lead=make_user()), uuid4(), make_officer()
    first = make_update(action, key=key, by=lead)
    again = make_update(action, key=key, by=lead)
    assert (again, Update.objects.count()) == (first, 1)
    assert [kind for kind, _to in mailed()].count("action_update_posted") == 1


def test_post_update_by_a_partner_speaks_for_its_organisation():
    organisation, member, officer = make_organisation(), make_user(), make_officer()
    speak_for(member, organisation)
    action = make_action(lead_organisation=organisation)
    assert make_update(action, by=member).organisation == organisation
    assert make_update(action, by=officer).organisation is None


def test_post_update_tells_the_lead_unless_the_lead_posted():
    lead = make_user()
    action = make_action(lead=lead)
    before = mailed()
    make_update(action, by=lead)
    assert mailed() == before
    make_update(action, by=make_officer())
    assert [row for row in mailed() if row not in before] == [("action_update_posted", lead.email)]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"text": "  "}, "Say in a sentence or two how the action goes."),
        ({"rag": "complete"}, "Only a completed action is rated complete."),
        ({"rag": "purple"}, "Value 'purple' is not a valid choice."),
        ({"progress": 101}, "Ensure this value is less than or equal to 100."),
        ({"text": "x" * 4001}, "Ensure this value has at most 4000 characters (it has 4001)."),
    ],
)
def test_post_update_refuses(facts, sentence):
    action = make_action()
    with pytest.raises(ValidationError) as error:
        make_update(action, **facts)
    assert refusal(error) == sentence
    assert Update.objects.count() == 0


def test_post_update_refuses_drafts_and_closed_plans():
    draft = make_action(make_plan(is_adopted=False))
    with pytest.raises(ValidationError) as error:
        make_update(draft)
    assert refusal(error) == "This plan has not been adopted yet."
    action = make_action()
    operations.close_plan(action.plan_id, by=None)
    with pytest.raises(ValidationError) as error:
        make_update(action)
    assert refusal(error) == "This plan is closed, so its actions take no more updates."


def test_milestone_is_reached_once():
    milestone = operations.record_milestone(make_action().pk, title="Draft agreed", by=None)
    reached = operations.reach_milestone(milestone.pk, reached_on=date(2026, 6, 1), by=None)
    assert reached.reached_on == date(2026, 6, 1)
    with pytest.raises(ValidationError):
        operations.reach_milestone(milestone.pk, reached_on=date(2026, 6, 2), by=None)


def test_database_refuses_a_complete_action_without_its_time():
    action = make_action()
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(status="complete")


def test_search_knows_an_action_to_council_only_until_the_plan_is_adopted():
    plan = make_plan(is_adopted=False)
    action = make_action(plan)
    entry = Entry.objects.filter(kind="action", object_id=action.pk)
    assert entry.get().audience == 2
    operations.adopt_plan(plan.pk, adopted_on=date(2026, 4, 1), by=None)
    assert entry.get().audience == 0
