"""The list of meetings, one meeting, and when and where it is."""

from types import SimpleNamespace

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.ics import calendar_response
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from .. import listing, operations
from .. import permissions as may
from ..emails import in_calendar
from ..forms import CancelForm, EditMeetingForm, MeetingFilterForm, MeetingForm
from ..meeting_page import contents_of
from ..models import Forum
from .fetching import FORM, forum_or_404, meeting_or_404, sent


@public
@require_safe
def meetings(request):
    forums = {str(pk): name for pk, name in Forum.objects.visible_to(request.user).values_list("pk", "name")}
    form = MeetingFilterForm(request.GET, forums=forums)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = listing.narrow(request.user, asked)
    if request.GET.get("format") == "csv":
        return csv_response("meetings", listing.MEETINGS_HEADER, listing.meeting_rows(rows))
    page = page_of(request, rows)
    context = {
        "form": form,
        "page": page,
        "sentence": listing.sentence(page.paginator.count, asked, forums),
        "is_narrowed": any(asked.values()),
    }
    return render(request, "forums/meetings.html", context)


@public
@require_safe
def meeting(request, pk):
    thing = meeting_or_404(request, pk)
    return render(request, "forums/meeting.html", contents_of(thing, request.user))


@public
@require_safe
def meeting_calendar(request, pk):
    """One meeting for the reader's calendar, with the address to join for those with a seat."""
    thing = meeting_or_404(request, pk)
    entry = in_calendar(thing, with_join_url=may.can_read_names(request.user, thing.forum))
    return calendar_response([entry], name=str(thing.forum), file_name=str(thing))


@require_http_methods(FORM)
def meeting_plan(request, pk):
    forum = forum_or_404(request, pk)
    require(may.can_keep_forum(request.user, forum))
    form = MeetingForm(sent(request))
    form.cancel_href = forum.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        planned = form.perform(operations.plan_meeting, pk, key=key, by=request.user, **form.facts)
        if planned:
            messages.success(request, _("The meeting is planned, and everybody with a seat is invited."))
            return redirect(planned)
    return render(request, "forums/meeting_plan.html", {"form": form, "forum": forum})


@require_http_methods(FORM)
def meeting_edit(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_move_meeting(request.user, thing))
    form = EditMeetingForm(sent(request), initial=EditMeetingForm.of(thing))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            saved = form.perform(operations.edit_meeting, pk, version=version, by=request.user, **form.facts)
        except Conflict:
            return conflict_page(request, form, SimpleNamespace(**EditMeetingForm.of(thing)))
        if saved:
            messages.success(request, _("Saved. Where it changed, everybody has the new invitation."))
            return redirect(saved)
    context = {"form": form, "meeting": thing, "entries": timeline(thing)}
    return render(request, "forums/meeting_edit.html", context)


@require_http_methods(FORM)
def meeting_cancel(request, pk):
    thing = meeting_or_404(request, pk)
    if thing.is_cancelled and may.can_keep_forum(request.user, thing.forum):
        return redirect(thing)  # a second click
    require(may.can_move_meeting(request.user, thing))
    form = CancelForm(sent(request))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        done = form.perform(operations.cancel_meeting, pk, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("The meeting is cancelled. Everybody with a seat is told."))
            return redirect(done)
    return render(request, "forums/meeting_cancel.html", {"form": form, "meeting": thing})
