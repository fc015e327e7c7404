"""Verified facts that a lead proposes and an officer decides."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations.models import Organisation
from vcse_portal.accounts.access import require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict
from vcse_portal.ui.forms import sent

from .. import facts, operations
from .. import permissions as may
from ..forms import DecideProposalForm, FactsForm
from ..forms.officers import DECLINE
from ..models import ProposedEdit

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def facts_propose(request, pk):
    """A lead says what the verified facts should be; one proposal of the leads waits at a time, and can be changed."""
    found = Organisation.objects.visible_to(request.user).prefetch_related("identifiers")
    organisation = get_object_or_404(found, pk=pk)
    require(may.can_propose_facts(request.user, organisation))
    waiting = organisation.proposed_edits.waiting().filter(source=ProposedEdit.Source.LEAD).first()
    form = FactsForm(*sent(request), initial=_initial(organisation, waiting))
    form.cancel_href = organisation.get_absolute_url()
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if proposal := _propose(request, organisation, form):
                said = _("An officer of the council will check what you proposed. You will be told by email.")
                messages.success(request, said)
                return redirect(proposal)
        except Conflict:
            form, status = _with_version(form, waiting), 409
    context = {"form": form, "organisation": organisation, "waiting": waiting, "is_conflict": status == 409}
    context["rows"] = _rows(waiting, organisation) if waiting else []
    return render(request, "upkeep/facts_propose.html", context, status=status)


def _initial(organisation: Organisation, waiting: ProposedEdit | None) -> dict:
    now = facts.stands(organisation, facts.VERIFIED)
    if waiting is None:
        return now | {"version": 0, "key": uuid4()}
    return now | waiting.facts | {"version": waiting.version, "note": waiting.note}


def _propose(request, organisation, form) -> ProposedEdit | None:
    return form.perform(
        operations.propose_facts,
        organisation.pk,
        said=form.said(),
        note=form.cleaned_data["note"],
        version=form.cleaned_data["version"],
        key=form.cleaned_data["key"],
        by=request.user,
    )


def _with_version(form, waiting):
    """The form again with everything written in it, knowing what waits now."""
    data = form.data.copy()
    data["version"], data["key"] = waiting.version if waiting else 0, uuid4()
    fresh = FactsForm(data)
    fresh.cancel_href = form.cancel_href
    return fresh


def _rows(proposal: ProposedEdit, organisation: Organisation) -> list[facts.Row]:
    return facts.rows(proposal, now=facts.stands(organisation, proposal.facts))


def _found(request, pk) -> ProposedEdit:
    found = ProposedEdit.objects.visible_to(request.user).for_list()
    return get_object_or_404(found.prefetch_related("organisation__identifiers"), pk=pk)


@require_http_methods(FORM)
def proposal(request, pk):
    """Old beside new. A lead sees it waiting and may withdraw it; an officer accepts or declines."""
    thing = _found(request, pk)
    if request.method != "POST":
        return _page(request, thing)
    require(may.can_keep_upkeep(request.user) and thing.proposed_by_id != request.user.pk)
    if not thing.is_waiting:  # another officer was first: say who, and what
        return _page(request, thing, status=409)
    form = DecideProposalForm(*sent(request))
    if not form.is_valid():
        return _page(request, thing, form)
    try:
        if done := _decide(request, thing, form):
            words = "The register says so now." if form.cleaned_data["decision"] != DECLINE else "Declined."
            messages.success(request, f"{words} {done.who[:1].upper()}{done.who[1:]} is told.")
            return redirect("upkeep:queue")
    except Conflict:
        return _page(request, _found(request, pk), _shown_again(form), status=409)
    thing = _found(request, pk)
    return _page(request, thing, form if thing.is_waiting else None, status=200 if thing.is_waiting else 409)


def _decide(request, thing, form) -> ProposedEdit | None:
    said = form.cleaned_data
    if said["decision"] == DECLINE:
        return form.perform(
            operations.decline_proposal,
            thing.pk,
            version=said["version"],
            reason=said["reason"],
            by=request.user,
        )
    return form.perform(
        operations.accept_proposal, thing.pk, version=said["version"], seen=said["seen"], by=request.user
    )


def _shown_again(form):
    """The decision as it was made, to be made again about what the page shows now."""
    return {"decision": form.data.get("decision"), "reason": form.data.get("reason")}


def _page(request, thing, form=None, *, status=200):
    now = facts.stands(thing.organisation, thing.facts)
    may_decide = may.can_decide_proposal(request.user, thing)
    kept = form if isinstance(form, dict) else {}
    if may_decide and not isinstance(form, DecideProposalForm):
        initial = {"version": thing.version, "seen": facts.fingerprint(now)} | kept
        form = DecideProposalForm(initial=initial)
    rows = facts.rows(thing, now=now)
    context = {
        "proposal": thing,
        "rows": rows,
        "has_moved": thing.is_waiting and any(row.has_moved for row in rows),
        "is_conflict": status == 409,
        "form": form if may_decide else None,
        "may_withdraw": may.can_withdraw_proposal(request.user, thing),
        "may_change": thing.is_waiting and may.can_propose_facts(request.user, thing.organisation),
        "is_council": may.can_see_upkeep(request.user),
        "entries": timeline(thing) if may.can_see_upkeep(request.user) else [],
    }
    return render(request, "upkeep/proposal.html", context, status=status)


@require_POST
def proposal_withdraw(request, pk):
    thing = _found(request, pk)
    is_theirs = thing.source == ProposedEdit.Source.LEAD
    require(
        is_theirs and may.can_propose_facts(request.user, thing.organisation)
    )  # that it waits, the operation asks
    try:
        operations.withdraw_proposal(pk, by=request.user)
        messages.success(request, _("You have taken your proposal back. The register stays as it is."))
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect(thing.organisation)
