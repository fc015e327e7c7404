"""The page of an event, recording one, changing, publishing and cancelling it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.borough import codes
from vcse_portal.history.timeline import timeline
from vcse_portal.mail import ics
from vcse_portal.ui.conflict import Conflict, conflict_page

from .. import operations, reports
from .. import permissions as may
from ..about import about_of, from_token
from ..forms import CancelEventForm, EventForm, PublishEventForm
from ..listing import places_words
from ..models import Event, SignUp
from ..tokens import own_page
from .found import sent, visible


@public
@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    thing, user, now = visible(request, pk), request.user, timezone.now()
    is_council = user.is_authenticated and user.is_council
    may_hold = may.can_see_sign_ups(user, thing)
    mine = _own(user, thing)
    context = {
        "event": thing,
        "about": about_of(thing, user),
        "themes": _themes(thing),
        "places_words": places_words(thing, now),
        "is_over": thing.is_over(now),
        "opens_later": thing.opens_later(now),
        "is_open": thing.is_open_for_sign_up(now),
        "mine": mine,
        "mine_url": own_page(mine) if mine else "",
        "may_sign_up": not mine and may.can_sign_up(user, thing),
        "is_council": is_council,
        "may_hold": may_hold,
        "thoughts": reports.thoughts_about(thing) if may_hold and thing.is_held else None,
        "history": timeline(thing) if is_council else [],
        "may_edit": may.can_edit_event(user, thing),
        "may_publish": may.can_publish_event(user, thing),
        "may_cancel": may.can_cancel_event(user, thing),
        "may_take_attendance": may.can_take_attendance(user, thing),
        "came": thing.sign_ups.came().count() if is_council and thing.is_held else None,
    }
    return render(request, "events/event.html", context)


def _themes(thing: Event) -> list[str]:
    return [codes.names("theme").get(code, code) for code in thing.themes]


def _own(user, thing: Event) -> SignUp | None:
    if not user.is_authenticated:
        return None
    return thing.sign_ups.live().filter(user=user).first()


@public
@require_safe
def event_calendar(request, pk):
    """For one's calendar, without the link to join: that is with one's own place."""
    thing = visible(request, pk)
    return ics.calendar_response([thing.entry()], name=thing.title, file_name=thing.title)


@require_http_methods(["GET", "HEAD", "POST"])
def event_record(request):
    require(may.can_record_event(request.user))
    about = from_token(request.GET.get("about", ""), request.user)
    form = EventForm(sent(request), officer=request.user)
    form.cancel_href = about.get_absolute_url() if about else reverse("events:events")
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"] or form.initial["key"]
        recorded = form.perform(operations.record_event, key=key, about=about, by=request.user, **form.facts)
        if recorded:
            messages.success(request, "Draft saved. Only council staff see it until you publish it.")
            return redirect(recorded)
    return render(request, "events/event_record.html", {"form": form, "about": about})


@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request, pk):
    thing = visible(request, pk)
    require(may.can_edit_event(request.user, thing))
    form = EventForm(sent(request), event=thing)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            edited = form.perform(operations.edit_event, pk, version=version, by=request.user, **form.facts)
        except Conflict:
            return conflict_page(request, form, visible(request, pk))
        if edited:
            messages.success(request, "Your changes have been saved.")
            return redirect(edited)
    return render(request, "events/event_edit.html", {"form": form, "event": thing})


@require_http_methods(["GET", "HEAD", "POST"])
def event_publish(request, pk):
    thing = visible(request, pk)
    if thing.is_published and may.can_record_event(request.user):
        return redirect(thing)  # a second click
    require(may.can_publish_event(request.user, thing))
    form = PublishEventForm(sent(request))
    form.cancel_href = thing.get_absolute_url()
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and form.perform(operations.publish_event, pk, by=request.user):
        messages.success(request, "Event published. Everyone can read of it now.")
        return redirect(thing)
    context = {"form": form, "event": thing, "themes": _themes(thing)}
    return render(request, "events/event_publish.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def event_cancel(request, pk):
    thing = visible(request, pk)
    if thing.is_cancelled and may.can_record_event(request.user):
        return redirect(thing)  # a second click
    require(may.can_cancel_event(request.user, thing))
    form = CancelEventForm(sent(request))
    form.cancel_href = thing.get_absolute_url()
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and form.perform(operations.cancel_event, pk, by=request.user, **form.cleaned_data):
        messages.success(request, "The event has been cancelled.")
        return redirect(thing)
    return render(request, "events/event_cancel.html", {"form": form, "event": thing})
