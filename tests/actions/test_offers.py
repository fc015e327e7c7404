"""What this room offers the digest, the circular and search."""

from datetime import UTC, date, datetime, timedelta

import pytest

from actions import operations
from actions.circular import actions_completed, plans_adopted, reports_published
from actions.digest import actions_to_update, needing_update, reports_to_finish
from actions.models import Action, MonitoringReport
from actions.search import documents
from tests.factories import make_councillor, make_directorate, make_officer, make_user
from tests.organisations.factories import make_member, make_organisation

from .factories import TODAY, make_action, make_plan, make_report, make_update

pytestmark = pytest.mark.django_db


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def quiet_since(action: Action, number: int) -> None:
    at = datetime.combine(days(-number), datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
    make_update(action, now=at)


def needed(user) -> list[int]:
    return [action.number for action in needing_update(user, TODAY)]


def test_digest_boundaries_of_due_and_quiet():
    lead = make_user()
    plan = make_plan(starts_on=days(-30))
    facts = [
        (11, days(-1), 1),  # overdue
        (12, days(0), 1),  # due today
        (13, days(14), 1),  # due in fourteen days
        (14, days(15), 1),  # not yet
        (15, None, 89),  # updated 89 days ago
        (16, None, 90),  # quiet
    ]
    for number, due_on, quiet in facts:
        quiet_since(make_action(plan, number=number, due_on=due_on, lead=lead), quiet)
    assert sorted(needed(lead)) == [11, 12, 13, 16]


def test_digest_of_actions_never_updated_begins_ninety_days_after_adoption():
    lead = make_user()
    make_action(make_plan(starts_on=days(-89)), number=7, lead=lead)
    assert needed(lead) == []
    make_action(make_plan(starts_on=days(-90)), number=8, lead=lead)
    assert needed(lead) == [8]


def test_digest_puts_red_first_then_by_date():
    lead, plan = make_user(), make_plan(starts_on=days(-10))
    make_action(plan, number=11, due_on=days(3), lead=lead)
    make_action(plan, number=12, due_on=days(-1), lead=lead)
    make_action(plan, number=13, due_on=days(-9), lead=lead)
    red = make_action(plan, number=14, due_on=days(9), lead=lead)
    make_update(red, rag="red", by=lead)
    assert needed(lead) == [13, 12, 14, 11]
    assert [(due.due_on, due.urgency, due.verb) for due in actions_to_update(lead, TODAY)] == [
        (days(-9), 1, "Post an update"),
        (days(-1), 1, "Post an update"),
        (days(9), 1, "Post an update"),
        (days(3), None, "Post an update"),
    ]


def test_digest_leaves_out_what_is_ended_draft_closed_or_somebody_elses():
    lead = make_user()
    plan = make_plan(starts_on=days(-10))
    make_update(make_action(plan, number=11, due_on=days(-5), lead=lead), status="complete")
    make_update(make_action(plan, number=12, due_on=days(-5), lead=lead), status="dropped")
    make_action(plan, number=13, due_on=days(-5), lead=make_user())
    make_action(make_plan(is_adopted=False), due_on=days(-5), lead=lead)
    closed = make_plan()
    make_action(closed, due_on=days(-5), lead=lead)
    operations.close_plan(closed.pk, by=None)
    assert needed(lead) == []


def test_digest_is_for_the_directorate_of_an_officer_and_the_speakers_of_a_partner():
    directorate, partner = make_directorate(), make_organisation()
    plan = make_plan(starts_on=days(-10))
    make_action(plan, number=11, due_on=days(1), directorate=directorate)
    make_action(plan, number=12, due_on=days(1), lead_organisation=partner)
    assert needed(make_officer("commissioning", directorate=directorate)) == [11]
    assert needed(make_officer("commissioning")) == []
    assert needed(make_councillor(directorate=directorate)) == []
    assert needed(make_member(partner)) == [12]


@pytest.mark.parametrize("rows", [1, 4])
def test_digest_takes_one_query(rows, django_assert_num_queries):
    lead, plan = make_user(), make_plan()
    for number in range(rows):
        make_action(plan, number=20 + number, due_on=days(1), lead=lead)
    with django_assert_num_queries(1):
        assert len(list(actions_to_update(lead, TODAY))) == rows


def test_digest_of_reports_is_for_plan_keepers():
    report = make_report(is_frozen=True)
    MonitoringReport.objects.filter(pk=report.pk).update(state="failed", error="x")
    assert [due.verb for due in reports_to_finish(make_officer("performance"), TODAY)] == ["Try again"]
    assert list(reports_to_finish(make_officer("property"), TODAY)) == []


SINCE, UNTIL = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        (SINCE - timedelta(seconds=1), False),
        (SINCE, True),
        (UNTIL - timedelta(seconds=1), True),
        (UNTIL, False),
    ],
)
def test_circular_gathers_actions_completed_in_the_span(at, is_in):
    make_update(make_action(title="Hear every group"), status="complete", now=at)
    titles = [entry.title for entry in actions_completed(SINCE, UNTIL)]
    assert titles == (["Done: Hear every group"] if is_in else [])


def test_circular_gathers_plans_adopted_and_reports_published():
    make_plan(title="New plan", starts_on=date(2026, 6, 10))
    make_plan(title="Old plan", starts_on=date(2026, 5, 10))
    assert [entry.title for entry in plans_adopted(SINCE, UNTIL)] == ["Adopted: New plan"]
    report = make_report(is_frozen=True)
    assert list(reports_published(SINCE, UNTIL)) == []
    done = {"state": "ready", "file": "x", "page_count": 1, "rendered_at": SINCE, "published_at": SINCE}
    MonitoringReport.objects.filter(pk=report.pk).update(**done)
    assert [entry.title for entry in reports_published(SINCE, UNTIL)] == [report.title]


def test_search_documents_say_who_may_know():
    public = make_action(title="Hear every group")
    make_action(make_plan(is_adopted=False))
    found = {document.object_id: document for document in documents(None)}
    assert len(found) == Action.objects.count()
    assert (found[public.pk].title, int(found[public.pk].audience)) == ("Hear every group", 0)
    assert {int(d.audience) for d in found.values()} == {0, 2}
    assert [d.object_id for d in documents([public.pk])] == [public.pk]
