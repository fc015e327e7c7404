"""Seats and who holds them, for those who keep the forum."""

from datetime import timedelta
from types import SimpleNamespace

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response

from .. import operations
from .. import permissions as may
from ..forms import ConfirmForm, EditSeatForm, FillSeatForm, SeatForm, TermForm
from ..models import Seat, Term
from ..seating import rows_of
from .fetching import FORM, forum_or_404, seat_or_404, sent, term_or_404

HEADER = ["Seat", "Side", "Chair", "Organisation", "Person", "Email", "Job title", "Seniority", "From", "Until",
          "Substitute", "Has an account"]  # fmt: skip
PERSON = ("name", "email", "post", "seniority", "substitute_name", "substitute_email")


@require_safe
def seats(request, pk):
    """All seats with addresses and terms; where they are filled."""
    forum = forum_or_404(request, pk)
    require(may.can_read_addresses(request.user, forum))
    rows = rows_of(forum, request.user, with_names=True)
    if request.GET.get("format") == "csv":
        return csv_response(f"{forum.name} seats", HEADER, map(_cells, rows))
    former = Term.objects.filter(seat__forum=forum).exclude(pk__in=[r.term.pk for r in rows if r.term])
    context = {
        "forum": forum,
        "rows": rows,
        "vacant": sum(row.is_vacant for row in rows),
        "former": list(former.select_related("seat", "organisation").order_by("-starts_on")[:50]),
        "may_keep": may.can_keep_forum(request.user, forum),
    }
    return render(request, "forums/seats.html", context)


def _cells(row) -> list:
    term, seat = row.term, row.seat
    start = [seat.title, seat.get_side_display(), seat.is_chair]
    if term is None:
        return [*start, "Vacant", *[""] * 8]
    return [
        *start, row.organisation, term.name, term.email, term.post, term.get_seniority_display(), term.starts_on,
        term.ends_on, term.substitute_name, term.has_account,
    ]  # fmt: skip


@require_http_methods(FORM)
def seat_add(request, pk):
    forum = forum_or_404(request, pk)
    require(may.can_keep_forum(request.user, forum))
    form = SeatForm(sent(request))
    form.cancel_href = reverse("forums:seats", args=[pk])
    if request.method == "POST" and form.is_valid():
        seat = form.perform(operations.add_seat, pk, by=request.user, **form.cleaned_data)
        if seat:
            messages.success(request, _("The seat has been added. Say who holds it, or leave it vacant."))
            return redirect("forums:seat_fill", seat.pk)
    return render(request, "forums/seat_add.html", {"form": form, "forum": forum})


@require_http_methods(FORM)
def seat_edit(request, pk):
    seat = _kept_seat(request, pk)
    initial = {name: getattr(seat, name) for name in ("title", "is_chair", "version")}
    form = EditSeatForm(sent(request), initial=initial)
    form.cancel_href = reverse("forums:seats", args=[seat.forum_id])
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.perform(operations.edit_seat, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, seat)
        if saved:
            messages.success(request, _("Saved."))
            return redirect(form.cancel_href)
    context = {"form": form, "seat": seat, "forum": seat.forum, "entries": timeline(seat)}
    return render(request, "forums/seat_edit.html", context)


@require_http_methods(FORM)
def seat_fill(request, pk):
    seat = _kept_seat(request, pk)
    form = FillSeatForm(sent(request), seat=seat, user=request.user)
    form.cancel_href = reverse("forums:seats", args=[seat.forum_id])
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "ends_on": _day_after(form.cleaned_data["ends_on"])}
        term = form.perform(operations.fill_seat, pk, by=request.user, **facts)
        if term:
            messages.success(request, _("%(name)s has the seat.") % {"name": term.name})
            return redirect(form.cancel_href)
    context = {"form": form, "seat": seat, "forum": seat.forum}
    return render(request, "forums/seat_fill.html", context)


@require_http_methods(FORM)
def seat_take_away(request, pk):
    seat = _kept_seat(request, pk)
    back = reverse("forums:seats", args=[seat.forum_id])
    if seat.ended_at:
        return redirect(back)  # a second click
    form = ConfirmForm(sent(request), submit=_("Take this seat away"), submit_style="warning")
    form.cancel_href = back
    if request.method == "POST" and form.perform(operations.take_seat_away, pk, by=request.user):
        messages.success(request, _("The seat has been taken away."))
        return redirect(back)
    context = {"form": form, "seat": seat, "forum": seat.forum}
    return render(request, "forums/seat_take_away.html", context)


@require_http_methods(FORM)
def term_edit(request, pk):
    term = _kept_term(request, pk)
    last = term.ends_on - timedelta(days=1) if term.ends_on else None
    initial = {name: getattr(term, name) for name in (*PERSON, "version")} | {"ends_on": last}
    form = TermForm(sent(request), initial=initial)
    form.cancel_href = reverse("forums:seats", args=[term.seat.forum_id])
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "ends_on": _day_after(form.cleaned_data["ends_on"])}
        try:
            saved = form.perform(operations.edit_term, pk, by=request.user, **facts)
        except Conflict:
            return conflict_page(request, form, SimpleNamespace(**initial))
        if saved:
            messages.success(request, _("Saved."))
            return redirect(form.cancel_href)
    context = {"form": form, "term": term, "forum": term.seat.forum, "entries": timeline(term)}
    return render(request, "forums/term_edit.html", context)


@require_http_methods(FORM)
def term_end(request, pk):
    term = _kept_term(request, pk)
    back = reverse("forums:seats", args=[term.seat.forum_id])
    if not term.is_current() and term.ends_on:
        return redirect(back)  # a second click
    form = ConfirmForm(sent(request), submit=_("Make the seat vacant"), submit_style="warning")
    form.cancel_href = back
    if request.method == "POST" and form.perform(operations.end_term, pk, by=request.user):
        messages.success(request, _("%(name)s has left the seat.") % {"name": term.name})
        return redirect(back)
    context = {"form": form, "term": term, "forum": term.seat.forum}
    return render(request, "forums/term_end.html", context)


def _kept_seat(request, pk: int) -> Seat:
    seat = seat_or_404(request, pk)
    require(may.can_keep_forum(request.user, seat.forum))
    return seat


def _kept_term(request, pk: int) -> Term:
    term = term_or_404(request, pk)
    require(may.can_keep_forum(request.user, term.seat.forum))
    return term


def _day_after(last):
    """People say the last day of a term; we keep the first on which it no longer holds."""
    return last + timedelta(days=1) if last else None
