"""Role × answer, for every deed; and who may read what."""

import pytest
from django.contrib.auth.models import AnonymousUser

from organisations.conversations import operations
from organisations.conversations import permissions as may
from organisations.conversations.models import (
    Champion,
    Conversation,
    FollowUp,
    QuietRule,
    RelationshipManager,
)
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.factories import make_administrator, make_councillor, make_directorate, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation

pytestmark = pytest.mark.django_db
OFFICERS = {"author", "owner", "partnerships", "commissioning", "administrator"}


@pytest.fixture
def ours():
    return make_organisation("Ashfield Youth Club")


@pytest.fixture
def people(ours):
    return {
        "visitor": AnonymousUser(),
        "stranger": make_user(),
        "lead": make_lead(ours),
        "representative": make_member(ours),
        "other": make_lead(make_organisation("Birch Lane Trust")),
        "author": make_officer("property"),
        "owner": make_officer("performance"),
        "partnerships": make_officer("partnerships"),
        "commissioning": make_officer("commissioning"),
        "councillor": make_councillor(),
        "administrator": make_administrator(),
    }


def allowed(people, answer) -> set[str]:
    answers = {name: answer(person) for name, person in people.items()}
    assert {type(one) for one in answers.values()} == {bool}
    return {name for name, one in answers.items() if one}


def readers(people, rows, thing) -> set[str]:
    return {name for name, person in people.items() if rows.visible_to(person).filter(pk=thing.pk).exists()}


# Reading -----------------------------------------------------------------------------------------------
def test_visible_to_shows_a_draft_to_its_author_alone(people, ours):
    draft = make_draft(ours, by=people["author"], audience="shared")
    assert readers(people, Conversation.objects, draft) == {"author"}
    assert readers(people, FollowUp.objects, make_followup(draft, owner=people["owner"])) == {"author"}


def test_visible_to_shows_what_is_for_officers_to_officers(people, ours):
    posted = make_conversation(ours, by=people["author"], audience="officers")
    assert readers(people, Conversation.objects, posted) == OFFICERS
    assert readers(people, FollowUp.objects, make_followup(posted)) == OFFICERS


def test_visible_to_shows_what_is_shared_to_its_organisations_and_the_council(people, ours):
    posted = make_conversation(ours, by=people["author"], audience="shared")
    expected = OFFICERS | {"lead", "representative", "councillor"}
    assert readers(people, Conversation.objects, posted) == expected
    assert readers(people, FollowUp.objects, make_followup(posted)) == expected


def test_visible_to_ends_with_the_mandate_and_with_the_role(people, ours):
    shared = make_conversation(ours, by=people["author"], audience="shared")
    ours.memberships.filter(user=people["lead"]).update(ends_on="2026-01-01", starts_on="2025-01-01")
    people["author"].roles = []
    found = readers(people, Conversation.objects, shared)
    assert found == (OFFICERS - {"author"}) | {"representative", "councillor"}
    draft = make_draft(ours, by=people["author"])
    assert readers(people, Conversation.objects, draft) == set()


def test_visible_to_shows_relationships_to_the_council_and_the_organisation(people, ours):
    term = make_manager(ours, people["owner"])
    expected = OFFICERS | {"lead", "representative", "councillor"}
    assert readers(people, RelationshipManager.objects, term) == expected


def test_visible_to_shows_current_champions_to_everyone_and_past_ones_to_the_council(people):
    directorate = make_directorate()
    for officer in (people["author"], people["owner"]):
        operations.name_champion(directorate.pk, officer=officer, by=officer)
    now, before = Champion.objects.open().get(), Champion.objects.exclude(ends_on=None).get()
    assert readers(people, Champion.objects, now) == set(people)
    assert readers(people, Champion.objects, before) == OFFICERS | {"councillor"}


def test_visible_to_shows_the_councils_own_rule_to_the_council(people):
    rule = operations.set_quiet_months(3, by=people["partnerships"])
    assert readers(people, QuietRule.objects, rule) == OFFICERS | {"councillor"}


# Deeds -------------------------------------------------------------------------------------------------
def test_can_record_conversation(people):
    assert allowed(people, may.can_record_conversation) == OFFICERS


def test_can_see_relationships(people):
    assert allowed(people, may.can_see_relationships) == OFFICERS


def test_can_open_handover(people):
    assert allowed(people, may.can_open_handover) == OFFICERS


def test_can_edit_draft(people, ours):
    draft = make_draft(ours, by=people["author"])
    assert allowed(people, lambda user: may.can_edit_draft(user, draft)) == {"author"}
    posted = make_conversation(ours, by=people["author"])
    assert allowed(people, lambda user: may.can_edit_draft(user, posted)) == set()


def test_can_correct_conversation(people, ours):
    posted = make_conversation(ours, by=people["author"], audience="shared")
    assert allowed(people, lambda user: may.can_correct_conversation(user, posted)) == {
        "author",
        "partnerships",
    }
    draft = make_draft(ours, by=people["author"])
    assert allowed(people, lambda user: may.can_correct_conversation(user, draft)) == set()


def test_can_add_followup(people, ours):
    posted, draft = make_conversation(ours, by=people["author"]), make_draft(ours, by=people["author"])
    assert allowed(people, lambda user: may.can_add_followup(user, posted)) == OFFICERS
    assert allowed(people, lambda user: may.can_add_followup(user, draft)) == {"author"}


def test_can_edit_and_finish_followup(people, ours):
    posted = make_followup(make_conversation(ours, by=people["author"]), owner=people["owner"])
    expected = {"author", "owner", "partnerships"}
    assert allowed(people, lambda user: may.can_edit_followup(user, posted)) == expected
    assert allowed(people, lambda user: may.can_finish_followup(user, posted)) == expected
    drafted = make_followup(make_draft(ours, by=people["author"]), owner=people["owner"])
    assert allowed(people, lambda user: may.can_edit_followup(user, drafted)) == {"author"}
    assert allowed(people, lambda user: may.can_finish_followup(user, drafted)) == set()


def test_can_name_manager(people, ours):
    assert allowed(people, may.can_name_manager) == {"partnerships"}
    term = make_manager(ours, people["owner"])
    assert allowed(people, lambda user: may.can_name_manager(user, term)) == {"partnerships", "owner"}


def test_can_hand_over(people):
    assert allowed(people, lambda user: may.can_hand_over(user, people["owner"])) == {"partnerships", "owner"}
    assert allowed(people, lambda user: may.can_hand_over(user, people["lead"])) == {"partnerships"}


def test_can_name_champion_and_set_quiet_months(people):
    assert allowed(people, may.can_name_champion) == {"partnerships", "administrator"}
    assert allowed(people, may.can_set_quiet_months) == {"partnerships", "administrator"}
