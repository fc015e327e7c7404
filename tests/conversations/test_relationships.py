"""Who keeps a relationship, champions, handing over, and after how long an organisation is quiet."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisations.conversations import operations
from organisations.conversations.models import Champion, FollowUp, QuietRule, RelationshipManager
from organisations.conversations.quiet import minded, quiet
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.conversations.test_operations import recipients
from tests.factories import make_directorate, make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


# Relationship managers ---------------------------------------------------------------------------------
def test_name_manager_tells_the_officer_and_the_leads():
    organisation, officer = make_organisation(), make_officer(email="new@council.example")
    make_lead(organisation, email="lead@example.org")
    make_lead(make_organisation(), email="outsider@example.org")
    term = operations.name_manager(organisation.pk, officer=officer, by=make_officer(), today=TODAY)
    assert (term.officer, term.starts_on, term.ends_on) == (officer, TODAY, None)
    assert recipients("manager_named") == ["new@council.example"]
    assert recipients("contact_changed") == ["lead@example.org"]
    assert "new@council.example" in Message.objects.get(kind="contact_changed").text
    assert [entry.what for entry in timeline(term)] == ["Named the relationship manager"]


def test_name_manager_ends_the_one_before_on_the_day_the_next_begins():
    organisation, first, second = make_organisation(), make_officer(), make_officer()
    make_manager(organisation, first, today=TODAY - timedelta(days=400))
    make_manager(organisation, second, starts_on=TODAY - timedelta(days=5), today=TODAY)
    terms = [
        (term.officer, term.starts_on, term.ends_on) for term in organisation.relationship_managers.all()
    ]
    assert terms == [
        (second, TODAY - timedelta(days=5), None),
        (first, TODAY - timedelta(days=400), TODAY - timedelta(days=5)),
    ]


def test_name_manager_again_changes_nothing_and_nobody_ends_it():
    organisation, officer = make_organisation(), make_officer()
    first = make_manager(organisation, officer)
    assert make_manager(organisation, officer) == first
    assert operations.name_manager(organisation.pk, officer=None, by=officer) is None
    assert [term.ends_on for term in organisation.relationship_managers.all()] == [timezone.localdate()]


def test_name_manager_refuses_the_future_a_day_before_the_last_and_whoever_is_no_officer():
    organisation = make_organisation()
    make_manager(organisation, today=TODAY)
    for officer, starts_on, said in (
        (make_officer(), TODAY + timedelta(days=1), "today or earlier"),
        (make_officer(), TODAY - timedelta(days=1), "before the one before"),
        (make_user(), TODAY, "not a council officer"),
    ):
        with pytest.raises(ValidationError, match=said):
            operations.name_manager(
                organisation.pk, officer=officer, by=make_officer(), starts_on=starts_on, today=TODAY
            )


def test_name_manager_refuses_a_closed_organisation_and_a_form_that_is_stale():
    closed, organisation = make_organisation(status="closed"), make_organisation()
    with pytest.raises(ValidationError, match="has closed"):
        make_manager(closed)
    with pytest.raises(Conflict):
        make_manager(organisation, seen=5)
    make_manager(organisation, seen=0)


# Champions ---------------------------------------------------------------------------------------------
def test_name_champion_keeps_those_of_before_and_tells_the_officer():
    directorate, first = make_directorate(), make_officer()
    second = make_officer(email="second@council.example")
    for officer, day in ((first, TODAY - timedelta(days=90)), (second, TODAY)):
        operations.name_champion(directorate.pk, officer=officer, by=first, starts_on=day, today=TODAY)
    assert [(term.officer, term.ends_on) for term in Champion.objects.all()] == [
        (second, None),
        (first, TODAY),
    ]
    assert [term.officer for term in Champion.objects.current(TODAY)] == [second]
    assert recipients("champion_named") == ["second@council.example"]


def test_name_champion_refuses_whoever_is_no_officer():
    with pytest.raises(ValidationError, match="not a council officer"):
        operations.name_champion(make_directorate().pk, officer=make_user(), by=make_officer())


# Handing over ------------------------------------------------------------------------------------------
def test_hand_over_moves_relationships_and_what_is_to_be_done():
    before, after = make_officer(), make_officer(email="after@council.example")
    ours, theirs, others = make_organisation("Ashfield"), make_organisation("Birch"), make_organisation()
    make_lead(ours, email="lead@example.org")
    for organisation in (ours, theirs):
        make_manager(organisation, before, today=TODAY - timedelta(days=30))
    kept_by_another = make_manager(others)
    done = make_followup(make_conversation(), owner=before)
    operations.finish_followup(done.pk, by=before)
    todo = make_followup(make_conversation(), owner=before)
    Message.objects.all().delete()
    handed = operations.hand_over(before.pk, after.pk, by=before, today=TODAY)
    assert ([one.name for one in handed.organisations], handed.follow_ups) == (["Ashfield", "Birch"], 1)
    assert set(RelationshipManager.objects.open().values_list("officer", "organisation")) == {
        (after.pk, ours.pk),
        (after.pk, theirs.pk),
        (kept_by_another.officer_id, others.pk),
    }
    assert [FollowUp.objects.get(pk=one.pk).owner for one in (todo, done)] == [after, before]
    assert recipients("relationships_handed_over") == ["after@council.example"]
    assert recipients("contact_changed") == ["lead@example.org"]
    entry = timeline(RelationshipManager.objects.open().get(organisation=ours))[0]
    assert (entry.what, entry.reason) == ("Handed over", f"{before} to {after}")


def test_hand_over_can_leave_the_followups():
    before, after = make_officer(), make_officer()
    make_manager(make_organisation(), before)
    followup = make_followup(make_conversation(), owner=before)
    operations.hand_over(before.pk, after.pk, with_followups=False, by=before)
    assert FollowUp.objects.get(pk=followup.pk).owner == before


def test_hand_over_works_for_somebody_who_has_left():
    before, after = make_officer(), make_officer()
    make_manager(make_organisation(), before)
    before.is_active = False
    before.save(update_fields=["is_active"])
    assert len(operations.hand_over(before.pk, after.pk, by=after).organisations) == 1


def test_hand_over_refuses_oneself_nothing_and_whoever_is_no_officer():
    before, after = make_officer(), make_officer()
    for to, said in (
        (before, "somebody else"),
        (make_user(), "not a council officer"),
        (after, "nothing to hand over"),
    ):
        with pytest.raises(ValidationError, match=said):
            operations.hand_over(before.pk, to.pk, by=before)


# Quiet -------------------------------------------------------------------------------------------------
def test_set_quiet_months_counts_from_its_day_on():
    officer = make_officer()
    assert QuietRule.objects.months_on(TODAY) == 6
    operations.set_quiet_months(4, by=officer, today=TODAY)
    operations.set_quiet_months(9, by=officer, today=TODAY + timedelta(days=10))
    days = (-1, 0, 9, 10)
    assert [QuietRule.objects.months_on(TODAY + timedelta(days=n)) for n in days] == [6, 4, 4, 9]


@pytest.mark.parametrize("months", [0, 37, 6])
def test_set_quiet_months_refuses_none_too_many_and_what_it_is_already(months):
    with pytest.raises(ValidationError):
        operations.set_quiet_months(months, by=make_officer())
    assert not QuietRule.objects.exists()


def test_minded_leaves_strangers_out():
    kept, infrastructure = make_organisation("Kept"), make_organisation("Hub", is_infrastructure=True)
    anchor = make_organisation("Anchor", is_anchor=True)
    make_organisation("Stranger"), make_organisation("Gone", is_anchor=True, status="closed")
    ended = make_organisation("Was kept")
    make_manager(kept), make_manager(ended)
    operations.name_manager(ended.pk, officer=None, by=make_officer())
    assert {one.name for one in minded()} == {"Kept", "Hub", "Anchor"}
    assert {anchor.pk, infrastructure.pk, kept.pk} == {one.pk for one in minded()}


@pytest.mark.parametrize(
    ("months_ago", "is_quiet"),
    [(date(2026, 5, 20), True), (date(2026, 5, 21), False), (date(2025, 1, 1), True)],
)
def test_quiet_counts_whole_months_from_the_last_posted_conversation(months_ago, is_quiet):
    organisation = make_organisation()
    make_manager(organisation, today=date(2024, 1, 1))
    make_conversation(organisation, held_on=date(2023, 1, 1))
    make_conversation(organisation, held_on=months_ago)
    make_draft(organisation, held_on=date(2026, 11, 19))  # not said to anybody yet
    found = quiet(TODAY)
    assert [one.last_contact_on for one in found] == ([months_ago] if is_quiet else [])


def test_quiet_counts_from_the_day_somebody_began_when_nothing_was_ever_said():
    recent, long_ago = make_organisation("Recent"), make_organisation("Long ago")
    make_manager(recent, today=date(2026, 11, 1)), make_manager(long_ago, today=date(2026, 3, 1))
    assert [(one.name, one.last_contact_on, one.counted_from) for one in quiet(TODAY)] == [
        ("Long ago", None, date(2026, 3, 1))
    ]


def test_quiet_looks_past_a_new_manager_to_the_old_conversation():
    organisation = make_organisation()
    make_conversation(organisation, held_on=date(2025, 1, 1))
    make_manager(organisation, today=TODAY)
    assert [one.pk for one in quiet(TODAY)] == [organisation.pk]
