"""Plans, actions and reports to test with, made by the operations a person would use."""

from datetime import date
from itertools import count

from django.utils import timezone

from actions import operations
from actions.models import Action, Ambition, MonitoringReport, Plan
from organisations.models import Membership

numbers = count(1)
TODAY = date(2026, 7, 1)


def make_plan(*, is_adopted: bool = True, **facts) -> Plan:
    """An adopted plan with one ambition and one action; give `is_adopted=False` for a draft with neither."""
    number = next(numbers)
    facts.setdefault("title", f"Strategy {number}")
    facts.setdefault("code", f"strategy-{number}")
    facts.setdefault("starts_on", date(2026, 4, 1))
    facts.setdefault("ends_on", date(2029, 3, 31))
    plan = operations.record_plan(by=None, **facts)
    if is_adopted:
        make_action(plan)
        plan = operations.adopt_plan(plan.pk, adopted_on=facts["starts_on"], by=None)
    return plan


def make_ambition(plan: Plan, **facts) -> Ambition:
    facts.setdefault("number", plan.ambitions.count() + 1)
    facts.setdefault("title", f"Ambition {facts['number']}")
    return operations.record_ambition(plan.pk, by=None, **facts)


def make_action(plan: Plan | None = None, *, ambition: Ambition | None = None, **facts) -> Action:
    """An action of the plan's first ambition, numbered after the last."""
    plan = plan or (ambition.plan if ambition else make_plan())
    ambition = ambition or plan.ambitions.first() or make_ambition(plan)
    facts.setdefault("number", plan.actions.count() + 1)
    facts.setdefault("title", f"Do thing {facts['number']}")
    facts.setdefault("lead_post", "Head of Libraries")
    return operations.record_action(ambition.pk, by=None, **facts)


def make_update(action: Action, **facts):
    facts = {"text": "Going well.", "status": "in_progress", "rag": "green", "by": None} | facts
    return operations.post_update(action.pk, **facts)


def make_report(plan: Plan | None = None, *, is_frozen: bool = False, by=None, **facts) -> MonitoringReport:
    plan = plan or make_plan()
    facts = {"year": 2026, "audience": "cabinet"} | facts
    report = operations.start_report(plan.pk, by=by, **facts)
    return operations.freeze_report(report.pk, by=by) if is_frozen else report


def speak_for(user, organisation, **facts) -> Membership:
    """A confirmed membership from the start of 2020 on."""
    facts = {"starts_on": date(2020, 1, 1), "confirmed_at": timezone.now(), "confirmed_by": user} | facts
    return Membership.objects.create(user=user, organisation=organisation, **facts)
