"""An action: its facts and updates, and the forms to record, edit and update it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.forums.models import Decision, Meeting
from vcse_portal.accounts.access import public, require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.paging import page_of

from .. import operations
from .. import permissions as may
from ..forms import ActionForm, EditActionForm, UpdateForm
from ..models import Action, Plan
from ..operations.actions import ACTION_FACTS
from .plans import plan_or_404


@public
def action(request, pk):
    return _page(request, _action(request, pk))


@require_POST
def update_post(request, pk):
    """Takes the form of the action's page."""
    thing = _action(request, pk)
    require(may.can_post_update(request.user, thing))
    form = UpdateForm(request.POST, action=thing)
    if form.is_valid() and form.perform(operations.post_update, pk, by=request.user, **form.cleaned_data):
        messages.success(request, _("Your update has been posted."))
        return redirect(thing)
    return _page(request, thing, form)


def _page(request, action: Action, form: UpdateForm | None = None) -> HttpResponse:
    user = request.user
    may_update = action.plan.is_current and may.can_post_update(user, action)
    if form is None and may_update:
        form = UpdateForm(action=action)
    is_council = user.is_authenticated and user.is_council
    context = {
        "action": action,
        "rating": action.rating(),
        "is_open": not action.is_ended,
        "updates": page_of(request, action.updates.select_related("author", "organisation"), 20),
        "milestones": action.milestones.all(),
        "form": form if may_update else None,
        "may_edit": action.plan.status != Plan.Status.CLOSED and may.can_edit_action(user, action),
        "meeting": _raised_at(action, user),
        "is_council": is_council,
        "history": timeline(action) if is_council else [],
    }
    return render(request, "actions/action.html", context)


def _raised_at(action: Action, user) -> Meeting | None:
    """The meeting that decided on it, if the reader may know of that meeting."""
    if action.decision_id is None:
        return None
    return Meeting.objects.visible_to(user).for_list().filter(decisions=action.decision_id).first()


def action_record(request, code):
    plan = plan_or_404(request, code)
    require(may.can_record_action(request.user, plan))
    form = ActionForm(request.POST or None, plan=plan, initial=_next(plan))
    form.cancel_href = plan.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = form.facts
        recorded = form.perform(operations.record_action, facts.pop("ambition").pk, by=request.user, **facts)
        if recorded:
            messages.success(request, f"Action {recorded.number} saved.")
            return redirect(recorded)
    return render(request, "actions/action_record.html", {"form": form, "plan": plan})


def action_raise(request, pk):
    """Record an action that a meeting of a forum decided on; first the plan, where there are several."""
    decision = get_object_or_404(
        Decision.objects.visible_to(request.user).select_related("meeting__forum"), pk=pk
    )
    plans = list(Plan.objects.visible_to(request.user).exclude(status=Plan.Status.CLOSED))
    require(may.can_record_action(request.user, None))
    chosen = [plan for plan in plans if plan.code == request.GET.get("plan")] or plans
    if len(chosen) != 1:
        return render(request, "actions/action_raise_plan.html", {"decision": decision, "plans": plans})
    plan = chosen[0]
    initial = _next(plan) | {"title": decision.text[:300]}
    form = ActionForm(request.POST or None, plan=plan, initial=initial)
    form.cancel_href = decision.meeting.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = form.facts
        ambition = facts.pop("ambition").pk
        raised = form.perform(operations.record_action, ambition, decision=decision, by=request.user, **facts)
        if raised:
            messages.success(request, f"Action {raised.number} raised.")
            return redirect(decision.meeting)
    context = {"form": form, "plan": plan, "decision": decision}
    return render(request, "actions/action_raise.html", context)


def action_edit(request, pk):
    thing = _action(request, pk)
    require(may.can_edit_action(request.user, thing))
    initial = {name: getattr(thing, name) for name in ACTION_FACTS if not name.endswith("_id")}
    initial |= {"partner": thing.lead_organisation or "", "version": thing.version}
    form = EditActionForm(request.POST or None, plan=thing.plan, action=thing, initial=initial)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            edited = form.perform(operations.edit_action, pk, by=request.user, version=version, **form.facts)
        except Conflict:
            return conflict_page(request, form, _action(request, pk))
        if edited:
            messages.success(request, "Your changes have been saved.")
            return redirect(edited)
    return render(request, "actions/action_edit.html", {"form": form, "action": thing})


def _next(plan: Plan) -> dict:
    """The number after the last, and the only ambition when there is but one."""
    last = plan.actions.order_by("-number").values_list("number", flat=True).first() or 0
    ambitions = list(plan.ambitions.all()[:2])
    return {"number": last + 1, "ambition": ambitions[0] if len(ambitions) == 1 else None}


def _action(request, pk: int) -> Action:
    return get_object_or_404(Action.objects.visible_to(request.user).for_page(), pk=pk)
