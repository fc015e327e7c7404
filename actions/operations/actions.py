"""Record and edit an action, post an update to it, keep its milestones."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forums.models import Decision
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.search import registry
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Action, Ambition, Milestone, Plan, Rag, Status, Update
from ..permissions import speaks_for_lead
from .plans import CLOSED
from .writing import change, create, refuse_unless, save

ACTION_FACTS = (
    *("number", "title", "description", "ambition", "ambition_id", "lead_post", "lead", "lead_id"),
    *("lead_organisation", "lead_organisation_id", "directorate", "directorate_id"),
    *("timeframe", "due_on", "resources", "resources_note"),
)


@transaction.atomic
def record_action(ambition_id: int, *, by: User | None, decision: Decision | None = None, **facts) -> Action:
    """Add an undertaking to a plan, under one of its ambitions. Tells the person named as its lead.

    With the `decision` of a forum's meeting it was raised by, both lead to each other.
    """
    with history.deed("raised at a meeting" if decision else "recorded", by=by):
        ambition = Ambition.objects.select_related("plan").get(pk=ambition_id)
        refuse_unless(ambition.plan.status != Plan.Status.CLOSED, CLOSED)
        known = {"plan": ambition.plan, "ambition": ambition, "decision": decision}
        action = create(Action, ACTION_FACTS, facts, **known)
        _tell_new_lead(action, by)
        registry.index("action", [action.pk])
        return action


@transaction.atomic
def edit_action(action_id: int, *, by: User | None, version: int, **facts) -> Action:
    """Change what was undertaken, by whom and by when. Raises Conflict when somebody else just did."""
    with history.deed("edited", by=by):
        action = _locked(action_id)
        refuse_unless(action.plan.status != Plan.Status.CLOSED, CLOSED)
        check_version(action, version)
        lead_before = action.lead_id
        change(action, ACTION_FACTS, facts)
        refuse_unless(action.ambition.plan_id == action.plan_id, "Choose an ambition of the same plan.")
        if action.lead_id != lead_before:
            _tell_new_lead(action, by)
        registry.index("action", [action.pk])
        return action


@transaction.atomic
def post_update(
    action_id: int,
    *,
    text: str,
    status: str,
    rag: str,
    by: User | None,
    progress: int | None = None,
    key: UUID | None = None,
    now: datetime | None = None,
) -> Update:
    """Say how an action goes: its status, the lead's rating and, if known, per cent done.

    A completed action is rated complete, a dropped one not due. The same `key` again posts nothing and
    returns the first update, so a second click does no harm. Tells the lead when somebody else posted.
    """
    key, now = key or uuid4(), now or timezone.now()
    with history.deed("posted an update", by=by):
        action = _locked(action_id)
        posted = action.updates.filter(key=key).first()
        if posted:
            return posted
        refuse_unless(not action.plan.is_draft, _("This plan has not been adopted yet."))
        refuse_unless(action.plan.is_current, _("This plan is closed, so its actions take no more updates."))
        refuse_unless(bool(text.strip()), _("Say in a sentence or two how the action goes."))
        rag = {Status.COMPLETE: Rag.COMPLETE, Status.DROPPED: Rag.NONE}.get(status, rag)
        refuse_unless(
            status == Status.COMPLETE or rag != Rag.COMPLETE, _("Only a completed action is rated complete.")
        )
        facts = {"text": text.strip(), "status": status, "rag": rag, "progress": progress, "key": key}
        party = _party(by, action)
        update = create(Update, facts, facts, action=action, author=by, organisation=party, posted_at=now)
        _follow(action, update)
        emails.update_posted(update)
        registry.index("action", [action.pk])
        return update


@transaction.atomic
def record_milestone(action_id: int, *, title: str, by: User | None, due_on: date | None = None) -> Milestone:
    with history.deed("recorded", by=by):
        action = _locked(action_id)
        refuse_unless(action.plan.status != Plan.Status.CLOSED, CLOSED)
        facts = {"title": title, "due_on": due_on}
        return create(Milestone, facts, facts, action=action)


@transaction.atomic
def reach_milestone(milestone_id: int, *, reached_on: date, by: User | None) -> Milestone:
    with history.deed("reached", by=by):
        milestone = Milestone.objects.select_for_update().get(pk=milestone_id)
        refuse_unless(milestone.reached_on is None, "This milestone has already been reached.")
        milestone.reached_on = reached_on
        return save(milestone, "reached_on")


def _locked(action_id: int) -> Action:
    """The action locked, its plan read: an update waits while a report's figures are being frozen."""
    return Action.objects.select_for_update(of=("self",)).select_related("plan").get(pk=action_id)


def _follow(action: Action, update: Update) -> None:
    """The action takes over what its newest update says."""
    done = update.status == Status.COMPLETE
    if not done:
        action.completed_at = None
    elif action.status != Status.COMPLETE:
        action.completed_at = update.posted_at
    action.status, action.rag, action.progress = update.status, update.rag, 100 if done else update.progress
    action.rated_on, action.updated_at = timezone.localdate(update.posted_at), update.posted_at
    save(action, "status", "rag", "progress", "completed_at", "rated_on", "updated_at")


def _party(by: User | None, action: Action):
    """The organisation a member speaks for; nobody's when an officer posts."""
    if by is None or by.is_council or not action.lead_organisation_id:
        return None
    return action.lead_organisation if speaks_for_lead(by, action) else None


def _tell_new_lead(action: Action, by: User | None) -> None:
    if action.lead_id and (by is None or action.lead_id != by.pk):
        emails.lead_named(action)
