"""Signing up, and for officers: who comes."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.mail.limits import HOUR, is_over_limit
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.errors import error_page

from .. import operations
from .. import permissions as may
from ..forms import AddPersonForm, AskForPlaceForm, SignUpForm
from ..models import SignUp, State
from .found import sent, visible

HEADER = ["Name", "Email", "Organisation", "State", "Signed up", "What they need", "Came"]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request, pk):
    thing, user = visible(request, pk), request.user
    if not thing.is_open_for_sign_up():
        messages.info(request, _("Sign-up for this event is not open."))
        return redirect(thing)
    if not user.is_authenticated:
        return _ask(request, thing) if thing.is_open_to_all else redirect_to_login(request.path)
    require(may.can_sign_up(user, thing))
    is_needed = not thing.is_open_to_all and not user.is_council
    form = SignUpForm(sent(request), user=user, is_needed=is_needed)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        place = form.perform(operations.sign_up, pk, by=user, **form.cleaned_data)
        if place:
            messages.success(request, _said(place))
            return redirect(thing)
    return render(request, "events/sign_up.html", {"form": form, "event": thing})


def _said(place: SignUp) -> str:
    if place.is_placed:
        return _("You have a place. We have sent you a calendar entry by email.")
    return _("You are on the waiting list. We will email you when a place comes free.")


def _ask(request, thing):
    form = AskForPlaceForm(sent(request))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        if is_over_limit(request, "event", form.cleaned_data["email"]):
            return error_page(request, 429, retry_after=HOUR)
        form.perform(operations.ask_for_place, thing.pk, **form.cleaned_data)
        if form.is_valid():
            return redirect("events:check_your_inbox", thing.pk)
    return render(request, "events/sign_up.html", {"form": form, "event": thing})


@public
@require_safe
def check_your_inbox(request, pk):
    return render(request, "events/check_your_inbox.html", {"event": visible(request, pk)})


@require_safe
def people(request, pk):
    thing = visible(request, pk)
    require(may.can_see_sign_ups(request.user, thing))
    found = thing.sign_ups.visible_to(request.user).for_list()
    if request.GET.get("format") == "csv":
        return csv_response(f"people-{thing.title}", HEADER, map(_line, found.live()))
    everyone = list(found)
    context = {
        "event": thing,
        "placed": [p for p in everyone if p.is_placed],
        "waiting": sorted((p for p in everyone if p.is_waiting), key=lambda p: (p.joined_at, p.pk)),
        "asked": sum(p.state == State.ASKED for p in everyone),
        "left": sum(p.state == State.LEFT for p in everyone),
        "may_change": may.can_change_places(request.user, thing) and not thing.has_started(),
        "may_add": may.can_change_places(request.user, thing),
    }
    return render(request, "events/people.html", context)


def _line(person: SignUp) -> list:
    return [
        person.display_name, person.email, person.comes_for, person.get_state_display(), person.joined_at,
        person.needs, person.has_come,
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request, pk):
    thing = visible(request, pk)
    require(may.can_change_places(request.user, thing))
    form = AddPersonForm(sent(request), initial={"key": uuid4()})
    form.cancel_href = thing.get_absolute_url() + "people/"
    if request.method == "POST" and form.is_valid():
        person = form.perform(operations.add_person, pk, by=request.user, **form.facts)
        if person:
            where = "has a place" if person.is_placed else "is on the waiting list"
            messages.success(request, f"{person.display_name} {where}.")
            return redirect("events:people", pk)
    return render(request, "events/person_add.html", {"form": form, "event": thing})


@require_POST
def person_leave(request, pk, person_pk):
    """Somebody rang to say that they cannot come."""
    thing = visible(request, pk)
    require(may.can_change_places(request.user, thing))
    person = get_object_or_404(thing.sign_ups.visible_to(request.user), pk=person_pk)
    try:
        operations.leave(person.pk, by=request.user)
        messages.success(request, f"{person.display_name} is no longer signed up.")
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect("events:people", pk)
