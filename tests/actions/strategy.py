"""The 28 actions of the demo's plan with a year of updates: a plan of true size for papers and pages."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta
from django.conf import settings

from actions import operations
from actions.models import Plan

from .factories import TODAY, make_update

CONTENT = Path(settings.BASE_DIR, "vcse_portal", "demo", "content", "plan_2010.json")
UPDATES = [
    (
        "in_progress",
        "green",
        "The group has met **twice** and agreed its terms. Next: a first paper in autumn.",
    ),
    (
        "in_progress",
        "amber",
        "The post is vacant. We expect to fill it by September.\n\n- advert out\n- panel agreed",
    ),
    ("complete", "complete", "Done and handed over to the forum."),
    (
        "in_progress",
        "red",
        "No money has been found. The forum asked for a [written answer](https://example.org/).",
    ),
    ("paused", "amber", "Waiting for the property review."),
    None,
]


def make_strategy(starts_on: date = date(2026, 4, 1), by=None) -> Plan:
    """Adopted on its first day; due dates counted from it; five of six actions have an update."""
    content = json.loads(CONTENT.read_text(encoding="utf-8"))
    facts = content["plan"] | {"starts_on": starts_on, "ends_on": starts_on + relativedelta(years=3, days=-1)}
    plan = operations.record_plan(by=by, **facts)
    ambitions = {a["number"]: operations.record_ambition(plan.pk, by=by, **a) for a in content["ambitions"]}
    for each in content["actions"]:
        due = starts_on + relativedelta(months=each["due_in_months"]) if each["due_in_months"] else None
        operations.record_action(
            ambitions[each["ambition"]].pk,
            by=by,
            number=each["number"],
            title=each["title"],
            lead_post=" / ".join(each["lead_posts"]),
            timeframe=each["timeframe"],
            resources=each["resources"],
            due_on=due,
        )
    plan = operations.adopt_plan(plan.pk, adopted_on=starts_on, by=by)
    for action in plan.actions.order_by("number"):
        said = UPDATES[action.number % len(UPDATES)]
        if said:
            status, rag, text = said
            now = datetime.combine(TODAY - timedelta(days=action.number), datetime.min.time(), tzinfo=UTC)
            make_update(action, status=status, rag=rag, text=text, by=by, now=now + timedelta(hours=9))
    return plan
