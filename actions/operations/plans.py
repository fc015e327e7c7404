"""Record a plan, group it by ambitions, adopt it, measure it, close it."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.search import registry
from vcse_portal.ui.conflict import check_version

from ..models import Ambition, Indicator, IndicatorValue, Plan
from .writing import change, create, refuse_unless, save

PLAN_FACTS = ("title", "code", "summary", "starts_on", "ends_on", "owner", "owner_id")
AMBITION_FACTS = ("number", "title", "description")
CLOSED = "This plan is closed, so it can no longer be changed."


@transaction.atomic
def record_plan(*, by: User | None, **facts) -> Plan:
    """Begin a plan as a draft that only council people see."""
    with history.deed("recorded", by=by):
        return create(Plan, PLAN_FACTS, facts)


@transaction.atomic
def edit_plan(plan_id: int, *, by: User | None, version: int, **facts) -> Plan:
    """Change the plan's title, dates, summary or owner. Raises Conflict when somebody else just did."""
    with history.deed("edited", by=by):
        plan = _open_plan(plan_id)
        check_version(plan, version)
        return change(plan, PLAN_FACTS, facts)


@transaction.atomic
def adopt_plan(plan_id: int, *, adopted_on: date, by: User | None) -> Plan:
    """Put a draft in force on the day council and sector agreed it; from now on everyone can read it."""
    with history.deed("adopted", by=by):
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        refuse_unless(plan.is_draft, "This plan has already been adopted.")
        refuse_unless(plan.actions.exists(), "Record at least one action before the plan is adopted.")
        plan.status, plan.adopted_on = Plan.Status.CURRENT, adopted_on
        save(plan, "status", "adopted_on")
        registry.index("action", plan.actions.values_list("pk", flat=True))
        return plan


@transaction.atomic
def close_plan(plan_id: int, *, by: User | None) -> Plan:
    """End a plan: it stays readable, but its actions take no more updates."""
    with history.deed("closed", by=by):
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        refuse_unless(plan.is_current, "Only a plan in force can be closed.")
        plan.status = Plan.Status.CLOSED
        return save(plan, "status")


@transaction.atomic
def record_ambition(plan_id: int, *, by: User | None, **facts) -> Ambition:
    with history.deed("recorded", by=by):
        return create(Ambition, AMBITION_FACTS, facts, plan=_open_plan(plan_id))


@transaction.atomic
def edit_ambition(ambition_id: int, *, by: User | None, version: int, **facts) -> Ambition:
    with history.deed("edited", by=by):
        ambition = Ambition.objects.select_for_update().get(pk=ambition_id)
        _open_plan(ambition.plan_id)
        check_version(ambition, version)
        return change(ambition, AMBITION_FACTS, facts)


@transaction.atomic
def record_indicator(plan_id: int, *, by: User | None, **facts) -> Indicator:
    """Name a figure the plan is measured by."""
    with history.deed("recorded", by=by):
        return create(Indicator, ("name", "unit", "target", "position"), facts, plan=_open_plan(plan_id))


@transaction.atomic
def measure_indicator(
    indicator_id: int, *, measured_on: date, value: Decimal, by: User | None, source: str = ""
) -> IndicatorValue:
    """Record the indicator's value on a day. A second value for the same day is refused."""
    with history.deed("measured", by=by):
        facts = {"measured_on": measured_on, "value": value, "source": source}
        return create(IndicatorValue, facts, facts, indicator_id=indicator_id)


def _open_plan(plan_id: int) -> Plan:
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    refuse_unless(plan.status != Plan.Status.CLOSED, CLOSED)
    return plan
