"""Plans: recorded, edited, adopted, measured, closed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from actions import operations
from actions.models import Indicator, IndicatorValue, Plan
from tests.factories import make_directorate, make_officer
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict

from .factories import make_action, make_ambition, make_plan

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "Strategy",
    "code": "strategy",
    "starts_on": date(2026, 4, 1),
    "ends_on": date(2029, 3, 31),
}


def refusal(error) -> str:
    return " ".join(error.value.messages)


def test_record_plan_begins_a_draft():
    officer = make_officer()
    plan = operations.record_plan(by=officer, owner=make_directorate(), **FACTS)
    assert (plan.status, plan.adopted_on, plan.version) == ("draft", None, 1)
    assert [(e.what, e.who) for e in timeline(plan)] == [("Recorded", officer.name)]


def test_record_plan_twice_under_one_code_is_refused():
    operations.record_plan(by=None, **FACTS)
    with pytest.raises(ValidationError) as error:
        operations.record_plan(by=None, **FACTS)
    assert refusal(error) == "Plan with this Code already exists."
    assert Plan.objects.count() == 1


def test_record_plan_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValidationError) as error:
        operations.record_plan(by=None, **FACTS | {"ends_on": date(2026, 3, 31)})
    assert refusal(error) == "The plan ends before it starts."


def test_record_plan_takes_no_facts_it_does_not_know():
    with pytest.raises(TypeError):
        operations.record_plan(by=None, status="current", **FACTS)


def test_edit_plan_changes_what_is_given_and_shows_who():
    officer, plan = make_officer(), operations.record_plan(by=None, **FACTS)
    edited = operations.edit_plan(plan.pk, by=officer, version=1, title="New title")
    assert (edited.title, edited.code, edited.version) == ("New title", "strategy", 2)
    newest = timeline(plan)[0]
    assert (newest.what, newest.who) == ("Edited", officer.name)
    assert [(c.label, c.old, c.new) for c in newest.changes] == [("Title", "Strategy", "New title")]


def test_edit_plan_with_a_stale_version_is_a_conflict():
    plan = operations.record_plan(by=None, **FACTS)
    operations.edit_plan(plan.pk, by=None, version=1, title="First")
    with pytest.raises(Conflict):
        operations.edit_plan(plan.pk, by=None, version=1, title="Second")
    plan.refresh_from_db()
    assert plan.title == "First"


def test_adopt_plan_puts_it_in_force():
    plan = make_plan(is_adopted=False)
    make_action(plan)
    adopted = operations.adopt_plan(plan.pk, adopted_on=date(2026, 4, 1), by=None)
    assert (adopted.status, adopted.adopted_on) == ("current", date(2026, 4, 1))
    assert timeline(plan)[0].what == "Adopted"


def test_adopt_plan_without_actions_or_twice_is_refused():
    plan = make_plan(is_adopted=False)
    with pytest.raises(ValidationError) as error:
        operations.adopt_plan(plan.pk, adopted_on=date(2026, 4, 1), by=None)
    assert refusal(error) == "Record at least one action before the plan is adopted."
    adopted = make_plan()
    with pytest.raises(ValidationError) as error:
        operations.adopt_plan(adopted.pk, adopted_on=date(2026, 4, 1), by=None)
    assert refusal(error) == "This plan has already been adopted."


def test_close_plan_stops_further_changes():
    plan = make_plan()
    closed = operations.close_plan(plan.pk, by=None)
    assert closed.status == "closed"
    assert timeline(plan)[0].what == "Closed"
    for deed in (
        lambda: operations.edit_plan(plan.pk, by=None, version=closed.version, title="x"),
        lambda: make_ambition(plan, number=9),
        lambda: make_action(plan),
    ):
        with pytest.raises(ValidationError) as error:
            deed()
        assert refusal(error) == "This plan is closed, so it can no longer be changed."
    with pytest.raises(ValidationError) as error:
        operations.close_plan(plan.pk, by=None)
    assert refusal(error) == "Only a plan in force can be closed."


def test_database_refuses_an_adopted_plan_without_a_date():
    plan = make_plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(adopted_on=None)


def test_record_ambition_number_once_a_plan():
    plan = make_plan()
    with pytest.raises(ValidationError) as error:
        make_ambition(plan, number=1)
    assert refusal(error) == "The plan already has an ambition with this number."
    assert make_ambition(make_plan(is_adopted=False), number=1).number == 1


def test_edit_ambition_changes_its_words():
    ambition = make_ambition(make_plan(is_adopted=False))
    edited = operations.edit_ambition(ambition.pk, by=None, version=1, title="Deeper trust")
    assert (edited.title, edited.version) == ("Deeper trust", 2)
    with pytest.raises(Conflict):
        operations.edit_ambition(ambition.pk, by=None, version=1, title="Other")


def test_measure_indicator_keeps_one_value_a_day():
    indicator = operations.record_indicator(make_plan().pk, by=None, name="Groups heard", unit="groups")
    operations.measure_indicator(indicator.pk, measured_on=date(2026, 6, 1), value=12, by=None)
    with pytest.raises(ValidationError):
        operations.measure_indicator(indicator.pk, measured_on=date(2026, 6, 1), value=13, by=None)
    assert (Indicator.objects.count(), IndicatorValue.objects.count()) == (1, 1)
