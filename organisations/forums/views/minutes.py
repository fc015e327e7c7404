"""Minutes and decisions, and publishing them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vcse_portal.accounts.access import require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page

from .. import operations
from .. import permissions as may
from ..forms import DecisionForm, EditDecisionForm, MinutesForm, PublishForm
from ..models import Decision
from .fetching import FORM, attempt, decision_or_404, meeting_or_404, sent


@require_http_methods(FORM)
def minutes_write(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_write_minutes(request.user, thing))
    form = MinutesForm(sent(request), initial={"minutes": thing.minutes, "version": thing.version})
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.perform(operations.write_minutes, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, thing)
        if saved:
            messages.success(request, _saved_words(saved))
            return redirect(saved)
    context = {"form": form, "meeting": thing, "entries": timeline(thing)}
    return render(request, "forums/minutes_write.html", context)


def _saved_words(meeting) -> str:
    if meeting.is_closed:
        return _("The published minutes have been corrected.")
    return _("The draft is saved. Only officers and the chairs see it until you publish it.")


@require_http_methods(FORM)
def decision_record(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_record_decision(request.user, thing))
    form = DecisionForm(sent(request), meeting=thing)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("text", "item", "key")}
        if form.perform(operations.record_decision, pk, by=request.user, **facts):
            messages.success(request, _("The decision has been recorded."))
            return redirect(thing)
    return render(request, "forums/decision_record.html", {"form": form, "meeting": thing})


@require_http_methods(FORM)
def decision_edit(request, pk):
    decision = _kept(request, pk)
    names = ("text", "item", "version")
    form = EditDecisionForm(
        sent(request), meeting=decision.meeting, initial={name: getattr(decision, name) for name in names}
    )
    form.cancel_href = decision.meeting.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in names}
        try:
            saved = form.perform(operations.edit_decision, pk, by=request.user, **facts)
        except Conflict:
            return conflict_page(request, form, decision)
        if saved:
            messages.success(request, _("The decision has been saved."))
            return redirect(decision.meeting)
    context = {"form": form, "decision": decision, "meeting": decision.meeting, "entries": timeline(decision)}
    return render(request, "forums/decision_edit.html", context)


@require_POST
def decision_remove(request, pk):
    decision = _kept(request, pk)
    attempt(request, operations.remove_decision, pk, by=request.user)
    return redirect(decision.meeting)


@require_http_methods(FORM)
def meeting_close(request, pk):
    thing = meeting_or_404(request, pk)
    if thing.is_closed and may.can_keep_forum(request.user, thing.forum):
        return redirect(thing)  # a second click
    require(may.can_close_meeting(request.user, thing))
    form = PublishForm(sent(request), initial={"version": thing.version})
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            closed = form.perform(operations.close_meeting, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            messages.warning(
                request, _("The minutes were changed while you were reading them. Read them again.")
            )
            return redirect("forums:meeting_close", pk)
        if closed:
            messages.success(
                request, _("The minutes are published and on their way to everybody with a seat.")
            )
            return redirect(closed)
    context = {"form": form, "meeting": thing, "decisions": list(thing.decisions.all())}
    return render(request, "forums/meeting_close.html", context)


def _kept(request, pk: int) -> Decision:
    decision = decision_or_404(request, pk)
    require(may.can_record_decision(request.user, decision.meeting))
    return decision
