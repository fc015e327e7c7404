"""What becomes of conversations and relationships when two records of one organisation are merged."""

from datetime import date

import pytest
from django.utils import timezone

from organisations.conversations.models import Conversation, RelationshipManager
from organisations.conversations.operations import Guest
from organisations.duplicates.operations import merge_organisations, undo_merge
from tests.conversations.factories import make_conversation, make_manager
from tests.factories import make_officer
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db


def test_conversations_go_with_the_record_and_its_people_read_them():
    winner, loser = make_organisation("Ashfield Youth Club"), make_organisation("Ashfield Youth Clb")
    lead = make_lead(winner)
    theirs = make_conversation(loser, audience="shared", people=[Guest(name="Tom", organisation=loser.pk)])
    both = make_conversation(organisations=[winner.pk, loser.pk], audience="shared")
    first, second = make_officer(), make_officer()
    make_manager(winner, first, today=date(2026, 1, 1)), make_manager(loser, second, today=date(2026, 1, 1))
    merge = merge_organisations(winner.pk, loser.pk, by=make_officer())
    assert set(Conversation.objects.visible_to(lead)) == {theirs, both}
    assert Conversation.objects.get(pk=theirs.pk).organisations == [winner]
    assert Conversation.objects.get(pk=theirs.pk).people[0].organisation == winner
    assert [term.officer for term in RelationshipManager.objects.open().filter(organisation=winner)] == [
        first
    ]
    assert RelationshipManager.objects.get(officer=second).ends_on == timezone.localdate()
    undo_merge(merge.pk, by=make_officer())
    assert Conversation.objects.get(pk=theirs.pk).organisations == [loser]
    assert RelationshipManager.objects.get(officer=second).ends_on is None
