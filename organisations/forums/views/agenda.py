"""The agenda: open it, propose, reword, order, leave off, agree."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vcse_portal.accounts.access import require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page

from .. import operations
from .. import permissions as may
from ..emails import agenda_lines
from ..forms import AgreeForm, EditItemForm, ItemForm, LeaveOffForm, OpenAgendaForm
from ..models import Item, Meeting, Side
from ..standing import standing_of
from .fetching import FORM, attempt, item_or_404, meeting_or_404, sent

COUNCIL = "council"


@require_http_methods(FORM)
def agenda_open(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_move_meeting(request.user, thing))
    form = OpenAgendaForm(sent(request), initial={"items_until": thing.items_until, "version": thing.version})
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            done = form.perform(operations.open_agenda, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, thing)
        if done:
            messages.success(request, _("The agenda is open. Everybody with a seat is asked for items."))
            return redirect(done)
    return render(request, "forums/agenda_open.html", {"form": form, "meeting": thing})


@require_http_methods(FORM)
def item_propose(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_propose_item(request.user, thing))
    form = ItemForm(sent(request), parties=_parties(request.user, thing))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("title", "about", "minutes_needed", "key")}
        party = _organisation(request.user, thing, form.cleaned_data["party"])
        made = form.perform(operations.propose_item, pk, organisation=party, by=request.user, **facts)
        if made:
            messages.success(request, _("Your item is on the draft agenda. The chairs settle the order."))
            return redirect(thing)
    return render(request, "forums/item_propose.html", {"form": form, "meeting": thing})


def _parties(user, meeting: Meeting) -> list[tuple[str, str]]:
    """Who the person can propose for: organisations of theirs with a seat, and the council."""
    standing = standing_of(user, meeting.forum)
    found = {str(t.organisation_id): t.organisation.name for t in standing.terms if t.organisation_id}
    parties = list(found.items())
    return [(COUNCIL, _("The council")), *parties] if user.is_council or not parties else parties


def _organisation(user, meeting: Meeting, party: str):
    terms = standing_of(user, meeting.forum).terms
    return next((t.organisation for t in terms if str(t.organisation_id) == party), None)


@require_http_methods(FORM)
def item_edit(request, pk):
    item = item_or_404(request, pk)
    require(may.can_edit_item(request.user, item))
    names = ("title", "about", "minutes_needed", "version")
    form = EditItemForm(sent(request), initial={name: getattr(item, name) for name in names})
    form.cancel_href = item.meeting.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in names}
        try:
            saved = form.perform(operations.edit_item, pk, by=request.user, **facts)
        except Conflict:
            return conflict_page(request, form, item)
        if saved:
            messages.success(request, _("The item has been saved."))
            return redirect(item.meeting)
    context = {"form": form, "item": item, "meeting": item.meeting, "entries": timeline(item)}
    return render(request, "forums/item_edit.html", context)


@require_POST
def item_move(request, pk):
    item = _kept(request, pk)
    direction, _between, seen = request.POST.get("move", "").partition("-from-")
    if direction in ("up", "down") and seen.isdecimal() and len(seen) < 6:
        attempt(
            request, operations.move_item, pk, up=direction == "up", seen_position=int(seen), by=request.user
        )
    return redirect(f"{item.meeting.get_absolute_url()}#item-{pk}")


@require_http_methods(FORM)
def item_leave_off(request, pk):
    item = _kept(request, pk)
    if item.is_left_off:
        return redirect(item.meeting)  # a second click
    form = LeaveOffForm(sent(request))
    form.cancel_href = item.meeting.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        done = form.perform(operations.leave_item_off, pk, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("The item is not on this agenda. Whoever proposed it is told."))
            return redirect(item.meeting)
    return render(request, "forums/item_leave_off.html", {"form": form, "item": item})


@require_POST
def item_put_back(request, pk):
    item = _kept(request, pk)
    attempt(request, operations.put_item_back, pk, by=request.user)
    return redirect(item.meeting)


@require_http_methods(FORM)
def agenda_agree(request, pk):
    """The agenda once more as it would go out, and the chair's word to it."""
    thing = meeting_or_404(request, pk)
    sides = may.sides_to_agree(request.user, thing)
    if not sides and any(may.can_agree_agenda(request.user, thing, side) for side in Side.values):
        return redirect(thing)  # a second click
    require(bool(sides))
    form = AgreeForm(sent(request), sides=sides, initial={"version": thing.version})
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            agreed = form.perform(operations.agree_agenda, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            messages.warning(request, _("The agenda was changed while you were reading it. Read it again."))
            return redirect("forums:agenda_agree", pk)
        if agreed:
            messages.success(request, _agreed_words(agreed))
            return redirect(agreed)
    context = {
        "form": form,
        "meeting": thing,
        "items": agenda_lines(thing),
        "is_early": thing.takes_items(timezone.localdate()),
    }
    return render(request, "forums/agenda_agree.html", context)


def _agreed_words(meeting: Meeting) -> str:
    if meeting.status == Meeting.Status.AGREED:
        return _("Both chairs have agreed. The agenda is on its way to everybody with a seat.")
    return _("Agreed. It goes out when the other chair agrees too.")


def _kept(request, pk: int) -> Item:
    """An item, for those who keep the forum."""
    item = item_or_404(request, pk)
    require(may.can_move_meeting(request.user, item.meeting))
    return item
