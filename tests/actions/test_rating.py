"""The rating everyone is shown: one rule, in Python and in SQL."""

from datetime import date, timedelta

import pytest

from actions.models import Action, Rag, Status
from actions.models.rating import rate

from .factories import TODAY, make_action, make_plan

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
RATED = date(2026, 5, 4)

CASES = [
    # status, the lead's rating, due, shown
    ("in_progress", "green", None, "green"),
    ("in_progress", "green", TOMORROW, "green"),
    ("in_progress", "green", TODAY, "green"),
    ("in_progress", "green", YESTERDAY, "red"),
    ("in_progress", "amber", YESTERDAY, "red"),
    ("in_progress", "red", TOMORROW, "red"),
    ("in_progress", "red", YESTERDAY, "red"),
    ("not_started", "none", TOMORROW, "none"),
    ("not_started", "none", YESTERDAY, "red"),
    ("paused", "amber", TOMORROW, "amber"),
    ("paused", "amber", YESTERDAY, "red"),
    ("dropped", "none", YESTERDAY, "none"),
    ("complete", "complete", YESTERDAY, "complete"),
    ("complete", "complete", TOMORROW, "complete"),
    ("complete", "complete", None, "complete"),
]


@pytest.mark.parametrize(("status", "rag", "due_on", "shown"), CASES)
def test_rating_in_python(status, rag, due_on, shown):
    assert rate(status=status, rag=rag, rated_on=RATED, due_on=due_on, today=TODAY).code == shown


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "rag", "due_on", "shown"), CASES)
def test_rating_in_sql_is_the_same_rule(status, rag, due_on, shown):
    action = make_action(due_on=due_on)
    done = "2026-05-04T10:00Z" if status == "complete" else None
    Action.objects.filter(pk=action.pk).update(status=status, rag=rag, completed_at=done)
    found = Action.objects.rated(TODAY).get(pk=action.pk)
    assert (found.shown_rag, found.is_late) == (shown, found.is_overdue(TODAY))
    assert found.rating(TODAY).code == shown


def test_rating_overdue_says_why_and_keeps_what_the_lead_said():
    rating = rate(status="in_progress", rag="amber", rated_on=RATED, due_on=YESTERDAY, today=TODAY)
    assert rating.reason == "Overdue: it was due on 30 June 2026. Last rated amber on 4 May 2026."
    assert rating.since == YESTERDAY


def test_rating_never_given_has_no_reason():
    rating = rate(status="not_started", rag="none", rated_on=None, due_on=None, today=TODAY)
    assert (rating.reason, rating.since, rating.label) == ("", None, "Not due")


def test_every_status_and_rating_has_a_word():
    assert [str(s.label) for s in Status] == ["Not started", "In progress", "Complete", "Paused", "Dropped"]
    assert [str(r.label) for r in Rag] == ["Red", "Amber", "Green", "Complete", "Not due"]


@pytest.mark.django_db
def test_board_puts_the_overdue_first_within_an_ambition():
    plan = make_plan()
    make_action(plan, number=2, due_on=TOMORROW)
    make_action(plan, number=3, due_on=YESTERDAY)
    assert [a.number for a in plan.actions.for_board(TODAY)] == [3, 1, 2]
