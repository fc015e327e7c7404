"""What waits for officers: follow-ups, organisations to speak with, drafts."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from organisations.conversations import digest, operations
from organisations.conversations.models import Conversation
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation
from vcse_portal.mail.digest import Urgency, send_due_digests, what_needs
from vcse_portal.mail.models import DigestSchedule, Message

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def said(user, today=TODAY) -> list[tuple]:
    return [(due.what, due.verb, due.due_on, due.urgency) for due in what_needs(user, today)]


def test_followups_wait_for_their_owner_until_they_are_done():
    owner, author = make_officer(), make_officer()
    posted = make_conversation(by=author, subject="Coats")
    overdue = make_followup(posted, owner=owner, due_on=TODAY - timedelta(days=1), what="Ring them")
    make_followup(posted, owner=owner, due_on=TODAY + timedelta(days=15), what="Much later")
    make_followup(make_draft(by=author), owner=owner, due_on=TODAY, what="Of a draft")
    assert said(owner) == [
        ("Ring them (after “Coats”)", "Follow up", TODAY - timedelta(days=1), Urgency.OVERDUE)
    ]
    assert said(author) == []
    operations.finish_followup(overdue.pk, by=owner)
    assert said(owner) == []


def test_quiet_organisations_wait_for_whoever_keeps_the_relationship():
    keeper, organisation = make_officer("property"), make_organisation("Ashfield")
    make_manager(organisation, keeper, today=date(2026, 1, 1))
    make_organisation("Stranger")
    never = make_organisation("Birch Lane")
    make_manager(never, keeper, today=date(2026, 2, 1))
    make_conversation(organisation, held_on=date(2026, 3, 31))
    assert said(keeper) == [
        ("No conversation with Birch Lane yet", "Record a conversation", date(2026, 8, 1), Urgency.OVERDUE),
        (
            "No conversation with Ashfield since 31 March 2026",
            "Record a conversation",
            date(2026, 9, 30),
            Urgency.OVERDUE,
        ),
    ]
    assert what_needs(keeper, TODAY)[1].url == f"/conversations/record/?organisation={organisation.pk}"
    for person in (make_officer("property"), make_councillor(), make_lead(organisation), make_user()):
        assert said(person) == []
    make_conversation(organisation, held_on=date(2026, 11, 1))
    assert [what for what, *_rest in said(keeper)] == ["No conversation with Birch Lane yet"]


def test_quiet_organisations_nobody_keeps_are_one_line_for_partnerships_officers():
    for name in ("Hub", "Anchor"):
        organisation = make_organisation(name, is_infrastructure=True)
        make_conversation(organisation, held_on=date(2025, 1, 1))
    line = (
        "2 organisations without a relationship manager not spoken with for 6 months",
        "Name somebody",
        None,
        Urgency.LATER,
    )
    assert said(make_officer("partnerships")) == [line]
    assert said(make_officer("property")) == []


def test_quiet_follows_the_months_the_council_set():
    keeper, organisation = make_officer("property"), make_organisation()
    make_manager(organisation, keeper, today=date(2026, 1, 1))
    make_conversation(organisation, held_on=TODAY - timedelta(days=100))
    assert said(keeper) == []
    operations.set_quiet_months(3, by=keeper, today=TODAY)
    assert len(said(keeper)) == 1


def test_drafts_wait_for_their_author_after_a_week():
    author = make_officer("property")
    make_draft(by=author, subject="Coats", held_on=date(2026, 11, 1))
    make_draft(by=author, subject="Still to come", held_on=date(2026, 12, 1))
    week_ago = timezone.make_aware(datetime(2026, 11, 13, 9))
    Conversation.objects.update(updated_at=week_ago)
    assert said(author) == [
        ("Your draft “Coats” has not been posted", "Post or discard", TODAY, Urgency.SOON)
    ]
    assert said(author, TODAY - timedelta(days=1)) == []
    assert said(make_officer("partnerships")) == []


def test_the_weekly_digest_tells_the_keeper_and_asks_few_queries(django_assert_max_num_queries):
    keeper = make_officer("partnerships")
    for _n in range(3):
        make_manager(make_organisation(), keeper, today=date(2020, 1, 1))
        make_followup(make_conversation(), owner=keeper, due_on=date(2026, 1, 1))
    DigestSchedule.objects.create(user=keeper, next_due_on=date(2026, 11, 16))
    send_due_digests(timezone.make_aware(datetime(2026, 11, 16, 7, 30)))
    text = Message.objects.get(kind="weekly_digest").text
    assert text.count("No conversation with") == 3
    with django_assert_max_num_queries(7):
        for source in (
            digest.followups_to_do,
            digest.organisations_to_speak_with,
            digest.relationships_nobody_keeps,
            digest.drafts_to_post,
        ):
            list(source(keeper, TODAY))
