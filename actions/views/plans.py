"""Plans: the list, the board of a plan's actions, and the officers' forms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal.accounts.access import public, require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from .. import listing, operations
from .. import permissions as may
from ..forms import (
    ActionFilterForm,
    AdoptPlanForm,
    AmbitionForm,
    ConfirmForm,
    EditAmbitionForm,
    EditPlanForm,
    PlanForm,
)
from ..models import Ambition, Plan, Rag


@public
def plans(request: HttpRequest) -> HttpResponse:
    rows = Plan.objects.visible_to(request.user).for_list(timezone.localdate())
    context = {"page": page_of(request, rows), "may_record": may.can_record_plan(request.user)}
    return render(request, "actions/plans.html", context)


@public
def plan(request, code):
    """The plan's actions by ambition, overdue first; narrowed by the filters of the address."""
    plan, today, user = plan_or_404(request, code), timezone.localdate(), request.user
    columns = listing.columns(plan, today)
    form = ActionFilterForm(
        request.GET,
        ambitions=[(c.ambition.number, str(c.ambition)) for c in columns],
        leads=listing.lead_choices(plan),
        may_lead=user.is_authenticated,
    )
    asked = form.cleaned_data if form.is_valid() else {}
    rows = listing.narrow(plan.actions.for_board(today), asked, user, today)
    if request.GET.get("format") == "csv":
        return csv_response(f"{plan.code}-actions", listing.HEADER, listing.csv_rows(rows))
    page = page_of(request, rows, listing.PER_PAGE)
    is_narrowed = any(asked.values())
    context = {
        "plan": plan,
        "form": form,
        "page": page,
        "columns": _filled(columns, page, is_narrowed),
        "is_narrowed": is_narrowed,
        "root": reverse("actions:plans"),
        "sentence": listing.sentence(page.paginator.count, sum(c.total for c in columns)),
        "figures": _figures(columns),
        **_deeds(user, plan),
    }
    return render(request, "actions/plan.html", context)


def _filled(columns: list[listing.Column], actions, is_narrowed: bool) -> list[listing.Column]:
    """Each ambition with its actions; when narrowed, only the ambitions that have one to show."""
    by_number = {column.ambition.number: column for column in columns}
    for action in actions:
        by_number[action.ambition.number].actions.append(listing.card(action))
    for column in columns:
        column.is_narrowed = is_narrowed
    return [column for column in columns if column.actions] if is_narrowed else columns


def _figures(columns: list[listing.Column]) -> list[tuple[str, int, str]]:
    """How many actions at each rating, and overdue, each with the address that shows them."""
    totals = [(Rag(code).label, sum(c.counts[code] for c in columns), f"?rag={code}") for code in Rag.values]
    overdue = (_("Overdue"), sum(column.late for column in columns), "?due=overdue")
    return [figure for figure in (overdue, *totals) if figure[1]]


def _deeds(user, plan: Plan) -> dict:
    keeps = may.can_edit_plan(user, plan)
    is_open = plan.status != Plan.Status.CLOSED
    return {
        "may_record_action": is_open and may.can_record_action(user, plan),
        "may_edit": is_open and keeps,
        "may_adopt": plan.is_draft and keeps,
        "may_close": plan.is_current and keeps,
        "may_start_report": not plan.is_draft and may.can_start_report(user, plan),
        "history": timeline(plan) if user.is_authenticated and user.is_council else [],
    }


def plan_record(request):
    require(may.can_record_plan(request.user))
    form = PlanForm(request.POST or None)
    form.cancel_href = reverse("actions:plans")
    if request.method == "POST" and form.is_valid():
        recorded = form.perform(operations.record_plan, by=request.user, **form.cleaned_data)
        if recorded:
            messages.success(request, "Draft plan saved. Add its ambitions next, then its actions.")
            return redirect(recorded)
    return render(request, "actions/plan_record.html", {"form": form})


def plan_edit(request, code):
    plan = plan_or_404(request, code)
    require(may.can_edit_plan(request.user, plan))
    names = ("title", "code", "summary", "starts_on", "ends_on", "owner", "version")
    form = EditPlanForm(request.POST or None, initial={name: getattr(plan, name) for name in names})
    form.cancel_href = plan.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            edited = form.perform(operations.edit_plan, plan.pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, plan_or_404(request, code))
        if edited:
            messages.success(request, "Your changes have been saved.")
            return redirect(edited)
    return render(request, "actions/plan_edit.html", {"form": form, "plan": plan})


def plan_adopt(request, code):
    plan = plan_or_404(request, code)
    require(may.can_edit_plan(request.user, plan))
    form = AdoptPlanForm(request.POST or None, initial={"adopted_on": timezone.localdate()})
    form.cancel_href = plan.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        adopted = form.perform(operations.adopt_plan, plan.pk, by=request.user, **form.cleaned_data)
        if adopted:
            messages.success(request, "Plan adopted. Everyone can read it now.")
            return redirect(adopted)
    return render(request, "actions/plan_adopt.html", {"form": form, "plan": plan})


def plan_close(request, code):
    plan = plan_or_404(request, code)
    require(may.can_edit_plan(request.user, plan))
    form = ConfirmForm.of(request, submit="Close plan", submit_style="warning")
    form.cancel_href = plan.get_absolute_url()
    if form.is_valid() and form.perform(operations.close_plan, plan.pk, by=request.user):
        messages.success(request, "The plan is closed. It stays readable.")
        return redirect(plan)
    return render(request, "actions/plan_close.html", {"form": form, "plan": plan})


def ambition_record(request, code):
    plan = plan_or_404(request, code)
    require(may.can_edit_plan(request.user, plan))
    form = AmbitionForm(request.POST or None, initial={"number": plan.ambitions.count() + 1})
    form.cancel_href = plan.get_absolute_url()
    facts = form.cleaned_data if form.is_valid() else None
    if facts and form.perform(operations.record_ambition, plan.pk, by=request.user, **facts):
        messages.success(request, "Ambition saved.")
        return redirect(plan)
    return render(request, "actions/ambition_record.html", {"form": form, "plan": plan})


def ambition_edit(request, pk):
    ambition = get_object_or_404(
        Ambition.objects.filter(plan__in=Plan.objects.visible_to(request.user)).select_related("plan"), pk=pk
    )
    require(may.can_edit_plan(request.user, ambition.plan))
    names = ("number", "title", "description", "version")
    form = EditAmbitionForm(request.POST or None, initial={name: getattr(ambition, name) for name in names})
    form.cancel_href = ambition.plan.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            edited = form.perform(operations.edit_ambition, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, Ambition.objects.get(pk=pk))
        if edited:
            messages.success(request, "Your changes have been saved.")
            return redirect(ambition.plan)
    return render(request, "actions/ambition_edit.html", {"form": form, "plan": ambition.plan})


def plan_or_404(request, code: str) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related("owner"), code=code)
