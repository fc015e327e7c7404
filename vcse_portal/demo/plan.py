"""The action plan: 28 undertakings in three ambitions, a year and a half in, with updates from their leads."""

import random
from datetime import date, datetime, timedelta
from uuid import uuid5

from actions import operations
from actions.models import Action, Rag, Status
from organisations.models import Organisation
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Directorate

from .commissioning import NAMESPACE
from .content import read

CODE = "working-together"
START_IN_2010 = date(2010, 4, 1)
# what a lead might say, by state of the work
WORDS = {
    "complete": "Done and handed over. We will look at what came of it in a year.",
    "green": "On course: the people are named, and the first meeting has been held.",
    "amber": "Later than planned. A partner had to step back; a new date is agreed with the forum.",
    "red": "Stopped for want of money. We are asking the forum whether to change it or drop it.",
}


def make(rng: random.Random, people: dict[str, User], now: datetime) -> None:
    """Record, adopt and update the plan, as its officers would have."""
    content, today = read("plan_2010"), now.date()
    starts = date(today.year - (1 if today.month >= 4 else 2), 4, 1)
    officer = people["performance"]
    plan = operations.record_plan(
        by=officer,
        title="Working together: action plan",
        code=CODE,
        summary=content["plan"]["summary"],
        starts_on=starts,
        ends_on=date(starts.year + 3, 3, 31),
        owner=Directorate.objects.get(code="strategy"),
    )
    ambitions = {
        a["number"]: operations.record_ambition(plan.pk, by=officer, **a) for a in content["ambitions"]
    }
    for row in content["actions"]:
        operations.record_action(ambitions[row["ambition"]].pk, by=officer, **_facts(row, starts, people))
    operations.adopt_plan(plan.pk, adopted_on=starts, by=officer)
    for action in Action.objects.filter(plan=plan).order_by("number"):
        _update(rng, action, people, now)


def _facts(row: dict, starts: date, people: dict[str, User]) -> dict:
    leads = row["lead_posts"]
    partner = Organisation.objects.get(name="Alderbrook Voluntary Action") if row["partner"] else None
    property_lead = "Place" in leads[0]
    return {
        "number": row["number"],
        "title": row["title"],
        "lead_post": "; ".join(leads)[:200],
        "lead": people["property" if property_lead else "communities"],
        "lead_organisation": partner,
        "directorate": Directorate.objects.get(code="place" if property_lead else "communities"),
        "timeframe": row["timeframe"],
        "due_on": _due(row, starts),
        "resources": row["resources"],
    }


def _due(row: dict, starts: date) -> date | None:
    """Months from the start; a date of 2010 keeps its distance from that plan's start, never before ours."""
    if row["due_in_months"] is not None:
        return starts + timedelta(days=round(row["due_in_months"] * 30.4))
    if row["due_on"]:
        return starts + max(date.fromisoformat(row["due_on"]) - START_IN_2010, timedelta(days=60))
    return None


def _update(rng: random.Random, action: Action, people: dict[str, User], now: datetime) -> None:
    """None, or a last word of the lead between a week and ten months old; most of what is past its date is done."""
    is_past = action.due_on is not None and action.due_on < now.date()
    weights = [8, 0, 1, 1, 1] if is_past else [1, 6, 3, 1, 2]
    state = rng.choices(["complete", "green", "amber", "red", "none"], weights)[0]
    if state == "none":
        return
    operations.post_update(
        action.pk,
        text=WORDS[state],
        status=Status.COMPLETE if state == "complete" else Status.IN_PROGRESS,
        rag=Rag.GREEN if state == "complete" else Rag(state),
        progress=100 if state == "complete" else rng.randrange(10, 90, 10),
        by=action.lead or people["performance"],
        key=uuid5(NAMESPACE, f"update {action.number}"),
        now=now - timedelta(days=rng.randint(7, 300)),
    )
