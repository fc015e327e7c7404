"""Pages opened by a link from a mail, without an account. They show; only a button on them does anything."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vcse_portal.mail import ics
from vcse_portal.mail.linked import from_link

from .. import operations
from ..forms import FeedbackForm
from ..models import SignUp
from ..tokens import CONFIRM_PLACE, FEEDBACK, PLACE, own_page
from .found import sent

LINK_PROBLEM = "events/link_problem.html"


def _person(facts) -> SignUp:
    return get_object_or_404(SignUp.objects.select_related("event", "organisation"), pk=facts["s"])


@from_link(CONFIRM_PLACE, problem_template=LINK_PROBLEM)
def sign_up_confirm(request, token, facts):
    person, problem = _person(facts), ""
    if request.method == "POST":
        try:
            return redirect(own_page(operations.confirm_place(person.pk)))
        except ValidationError as error:
            problem = error.messages[0]
    elif person.is_live:
        return redirect(own_page(person))
    context = {"person": person, "event": person.event, "problem": problem}
    return render(request, "events/sign_up_confirm.html", context)


@from_link(PLACE, problem_template=LINK_PROBLEM)
def place(request, token, facts):
    person, problem = _person(facts), ""
    if request.method == "POST":
        try:
            operations.leave(person.pk, by=person.user)
            return redirect("events:place", token)
        except ValidationError as error:
            problem = error.messages[0]
    event, now = person.event, timezone.now()
    context = {
        "person": person,
        "event": event,
        "problem": problem,
        "token": token,
        "may_join": person.is_placed and event.is_published and event.is_online and not event.is_over(now),
        "may_leave": person.is_live and event.is_published and not event.has_started(now),
        "may_sign_up_again": not person.is_live and event.is_open_for_sign_up(now),
    }
    return render(request, "events/place.html", context)


@from_link(PLACE, problem_template=LINK_PROBLEM)
@require_safe
def place_calendar(request, token, facts):
    """The calendar entry with the link to join, for somebody who has a place."""
    person = _person(facts)
    if not person.is_placed:
        raise Http404
    event = person.event
    return ics.calendar_response([event.entry(with_link=True)], name=event.title, file_name=event.title)


@from_link(FEEDBACK, problem_template=LINK_PROBLEM)
def feedback(request, token, facts):
    person = _person(facts)
    form = FeedbackForm(sent(request))
    if request.method == "POST" and not person.feedback_given and form.is_valid():
        form.perform(operations.give_feedback, person.pk, **form.cleaned_data)
        if form.is_valid():
            return redirect("events:feedback", token)
    context = {"form": form, "event": person.event, "is_given": person.feedback_given}
    return render(request, "events/feedback.html", context)
