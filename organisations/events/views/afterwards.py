"""Officers, once it has begun: who came, and the notes."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vcse_portal.accounts.access import require
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.forms import Label

from .. import operations
from .. import permissions as may
from ..forms import AttendanceForm, NotesForm
from ..models import Event
from .found import sent, visible


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request, pk):
    thing = visible(request, pk)
    require(may.can_take_attendance(request.user, thing))
    form = _attendance_form(request, thing)
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.perform(operations.take_attendance, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, visible(request, pk))
        if saved:
            messages.success(request, "Saved. Whoever came is asked by email how it was.")
            return redirect(thing)
    return render(request, "events/attendance.html", {"form": form, "event": thing})


def _attendance_form(request, thing: Event) -> AttendanceForm:
    people = list(thing.sign_ups.placed().visible_to(request.user).for_list())
    initial = {"came": [p.pk for p in people if p.has_come], "version": thing.version}
    labels = [(p.pk, Label(p.display_name, p.comes_for)) for p in people]
    form = AttendanceForm(sent(request), people=labels, initial=initial)
    form.cancel_href = thing.get_absolute_url()
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def notes_edit(request, pk):
    thing = visible(request, pk)
    require(may.can_publish_notes(request.user, thing))
    form = NotesForm(sent(request), event=thing)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"is_published": "publish" in request.POST}
        try:
            saved = form.perform(operations.publish_notes, pk, by=request.user, **said)
        except Conflict:
            return conflict_page(request, form, visible(request, pk))
        if saved:
            is_out = saved.notes_published_at is not None
            messages.success(
                request, "Notes published." if is_out else "Notes saved. Only council staff see them."
            )
            return redirect(saved)
    return render(request, "events/notes_edit.html", {"form": form, "event": thing})
