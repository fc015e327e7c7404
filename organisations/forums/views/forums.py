"""The list of forums, and the page of one: what it is for, who sits in it, when it meets."""

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.ics import calendar_response
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response

from .. import operations
from .. import permissions as may
from ..emails import in_calendar
from ..forms import ConfirmForm, EditForumForm, ForumForm
from ..models import Forum, Meeting, Side
from ..seating import rows_of
from ..standing import standing_of
from .fetching import FORM, forum_or_404, sent

FACTS = ("name", "kind", "remit", "is_public", "payment")
PAST_SHOWN = 6
FEED_PAST = 12


@public
@require_safe
def forums(request):
    """Those that meet, then those wound up, each with its next meeting."""
    coming = Meeting.objects.filter(forum=OuterRef("pk")).coming().values("starts_at", "pk")
    found = Forum.objects.visible_to(request.user).annotate(
        next_at=Subquery(coming.values("starts_at")[:1]), next_pk=Subquery(coming.values("pk")[:1])
    )
    if request.GET.get("format") == "csv":
        rows = ((f.name, f.get_kind_display(), f.next_at, f.is_public, f.closed_at) for f in found)
        return csv_response("forums", ["Name", "Kind", "Next meeting", "Open to read", "Wound up"], rows)
    found = list(found)
    context = {
        "standing": [f for f in found if f.is_standing],
        "closed": [f for f in found if not f.is_standing],
        "may_set_up": may.can_set_up_forum(request.user),
    }
    return render(request, "forums/forums.html", context)


@public
@require_safe
def forum(request, pk):
    thing = forum_or_404(request, pk)
    user = request.user
    standing = standing_of(user, thing)
    with_names = may.can_read_names(user, thing)
    seats = rows_of(thing, user, with_names=with_names)
    context = {
        "forum": thing,
        "council_seats": [row for row in seats if row.side == Side.COUNCIL],
        "sector_seats": [row for row in seats if row.side == Side.SECTOR],
        "vacant": sum(row.is_vacant for row in seats),
        "with_names": with_names,
        "coming": list(thing.meetings.coming()),
        "past": list(thing.meetings.filter(starts_at__lt=timezone.now()).order_by("-starts_at")[:PAST_SHOWN]),
        "my_seats": [term.seat.title for term in standing.terms],
        "may_keep": may.can_keep_forum(user, thing),
        "may_set_up": thing.is_standing and may.can_set_up_forum(user),
        "may_see_missing": may.can_see_who_is_missing(user, thing),
    }
    return render(request, "forums/forum.html", context)


@public
@require_safe
def forum_calendar(request, pk):
    """A feed that calendars fetch by themselves: the latest meetings and those to come."""
    thing = forum_or_404(request, pk)
    found = thing.meetings.select_related("forum").defer("minutes").order_by("-starts_at")
    past = list(found.filter(starts_at__lt=timezone.now())[:FEED_PAST])
    ahead = list(found.filter(starts_at__gte=timezone.now()))
    entries = [in_calendar(meeting) for meeting in [*reversed(past), *reversed(ahead)]]
    return calendar_response(entries, name=thing.name, file_name=thing.name)


@require_http_methods(FORM)
def forum_set_up(request):
    require(may.can_set_up_forum(request.user))
    form = ForumForm(sent(request))
    form.cancel_href = reverse("forums:forums")
    if request.method == "POST" and form.is_valid():
        made = form.perform(operations.set_up_forum, by=request.user, **form.cleaned_data)
        if made:
            messages.success(request, _("The forum is set up. Now give it its seats."))
            return redirect("forums:seats", made.pk)
    return render(request, "forums/forum_set_up.html", {"form": form})


@require_http_methods(FORM)
def forum_edit(request, pk):
    thing = forum_or_404(request, pk)
    require(may.can_keep_forum(request.user, thing))
    initial = {name: getattr(thing, name) for name in (*FACTS, "version")}
    form = EditForumForm(sent(request), initial=initial)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.perform(operations.edit_forum, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, thing)
        if saved:
            messages.success(request, _("Saved."))
            return redirect(saved)
    context = {"form": form, "forum": thing, "entries": timeline(thing)}
    return render(request, "forums/forum_edit.html", context)


@require_http_methods(FORM)
def forum_close(request, pk):
    thing = forum_or_404(request, pk)
    require(may.can_set_up_forum(request.user))
    if not thing.is_standing:
        return redirect(thing)  # a second click
    form = ConfirmForm(sent(request), submit=_("Wind up this forum"), submit_style="warning")
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.perform(operations.close_forum, pk, by=request.user):
        messages.success(request, _("The forum has been wound up. Everything in it can still be read."))
        return redirect(thing)
    return render(request, "forums/forum_close.html", {"form": form, "forum": thing})
