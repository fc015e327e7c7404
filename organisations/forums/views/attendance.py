"""Replies before a meeting, attendance at it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vcse_portal.accounts.access import require
from vcse_portal.ui.conflict import Conflict
from vcse_portal.ui.words import pounds

from .. import operations
from .. import permissions as may
from ..forms import AttendanceForm, GuestForm, ReplyForm
from ..models import Attendance, Meeting
from ..operations.attendance import terms_at
from ..standing import standing_of
from .fetching import FORM, attempt, meeting_or_404, sent


@require_http_methods(FORM)
def reply(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_reply(request.user, thing))
    terms = _terms_to_reply_for(request.user, thing)
    form = ReplyForm(sent(request), terms=terms, initial=_said(thing, terms))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        seat = form.cleaned_data["seat"]
        if form.perform(operations.reply_to_meeting, pk, seat, by=request.user, **form.facts):
            messages.success(request, _("Thank you. The chairs see your reply."))
            return redirect(thing)
    return render(request, "forums/reply.html", {"form": form, "meeting": thing, "has_seats": bool(terms)})


def _terms_to_reply_for(user, meeting: Meeting) -> list:
    """Seats held on the day: all for those who keep the forum, their own for others."""
    standing = standing_of(user, meeting.forum)
    own = {term.pk for term in standing.terms}
    return [t for t in terms_at(meeting) if standing.keeps or t.pk in own]


def _said(meeting: Meeting, terms: list) -> dict:
    """What was answered before, when there is one seat only."""
    if len(terms) != 1:
        return {}
    before = meeting.attendances.filter(seat=terms[0].seat_id).first()
    if before is None:
        return {"substitute_name": terms[0].substitute_name, "substitute_email": terms[0].substitute_email}
    known = {name: getattr(before, name) for name in ("substitute_name", "substitute_email")}
    return known | {"reply": "substitute" if before.substitute_name else before.reply}


@require_http_methods(FORM)
def attendance_record(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_record_attendance(request.user, thing))
    form = _attendance_form(request, thing)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            held = form.perform(
                operations.record_attendance, pk, seen=form.seen, version=version, by=request.user
            )
        except Conflict:
            messages.warning(request, _("Somebody else changed this meeting meanwhile. Look at it again."))
            return render(
                request, "forums/attendance_record.html", _context(form, _again(form, thing)), status=409
            )
        if held:
            messages.success(request, _("Attendance saved."))
            return redirect(held)
    return render(request, "forums/attendance_record.html", _context(form, thing))


def _attendance_form(request, meeting: Meeting) -> AttendanceForm:
    known = {one.seat_id: one for one in meeting.attendances.exclude(seat=None)}
    form = AttendanceForm(
        sent(request),
        terms=terms_at(meeting),
        known=known,
        pays=may.can_record_payment(request.user, meeting),
        initial={"version": meeting.version},
    )
    form.cancel_href = meeting.get_absolute_url()
    return form


def _again(form: AttendanceForm, meeting: Meeting) -> Meeting:
    """The form keeps what was filled in and carries the new version: sent again, it is a decision."""
    form.data = form.data.copy()
    form.data["version"] = meeting.version
    form._bound_fields_cache = {}
    return meeting


def _context(form: AttendanceForm, meeting: Meeting) -> dict:
    return {
        "form": form,
        "meeting": meeting,
        "usual": pounds(meeting.forum.payment) if form.pays and meeting.forum.payment else "",
    }


@require_http_methods(FORM)
def guest_add(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_write_minutes(request.user, thing))
    form = GuestForm(sent(request), user=request.user, pays=may.can_record_payment(request.user, thing))
    form.cancel_href = thing.get_absolute_url()
    said = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    if said and form.perform(operations.add_guest, pk, by=request.user, **said):
        messages.success(request, _("The guest has been added."))
        return redirect(thing)
    return render(request, "forums/guest_add.html", {"form": form, "meeting": thing})


@require_POST
def guest_remove(request, pk):
    meetings = Meeting.objects.visible_to(request.user)
    guests = Attendance.objects.filter(seat=None, meeting__in=meetings)
    guest = get_object_or_404(guests.select_related("meeting__forum"), pk=pk)
    require(may.can_record_attendance(request.user, guest.meeting))
    attempt(request, operations.remove_guest, pk, by=request.user)
    messages.success(request, _("The guest has been removed."))
    return redirect(guest.meeting)
