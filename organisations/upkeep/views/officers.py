"""The officers' queue, whom nobody has heard of for a year, inviting a group, and the yearly switch."""

from dataclasses import dataclass
from datetime import date
from math import ceil

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from organisations.models import Contact, Membership, Organisation
from vcse_portal.accounts.access import require
from vcse_portal.borough.working_days import add_working_days
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.forms import sent
from vcse_portal.ui.paging import keyset_page
from vcse_portal.ui.words import count_of

from .. import operations
from .. import permissions as may
from ..forms import (
    ASKS,
    CHANGE,
    NEW_GROUP,
    AskForm,
    QueueFilterForm,
    UnconfirmedFilterForm,
    YearlyQuestionForm,
)
from ..models import ProposedEdit, RecordCheck, Registration, YearlyQuestion
from ..operations.leads import leaderless

FORM = ["GET", "HEAD", "POST"]
SHOWN = 200  # of each kind; a council that has more waiting has other worries
QUEUE_HEADER = ["kind", "organisation", "who", "since", "address"]
UNCONFIRMED_HEADER = ["id", "name", "ward", "confirmed_on", "asked_on", "has_lead", "has_email"]


@dataclass(frozen=True)
class Waiting:
    """One line of the queue."""

    kind: str
    what: str
    who: str
    since: date
    href: str


@require_safe
def queue(request):
    """What waits for a partnerships officer: registrations, requests, proposed changes, groups without a lead."""
    require(may.can_see_upkeep(request.user))
    form = QueueFilterForm(request.GET)
    form.is_valid()
    rows = [*_registrations(), *_requests(request.user), *_proposals(), *_leaderless()]
    rows = form.narrow(rows)
    if request.GET.get("format") == "csv":
        lines = ([r.kind, r.what, r.who, r.since.isoformat(), r.href] for r in rows)
        return csv_response("waiting.csv", QUEUE_HEADER, lines)
    context = {
        "rows": rows,
        "form": form,
        "question": YearlyQuestion.now(),
        "may_keep": may.can_keep_upkeep(request.user),
    }
    return render(request, "upkeep/queue.html", context)


def _registrations():
    for one in Registration.objects.waiting().for_list()[:SHOWN]:
        yield Waiting(
            NEW_GROUP,
            one.name,
            one.person.display_name,
            timezone.localdate(one.sent_at),
            one.get_absolute_url(),
        )


def _requests(user):
    asked = Membership.objects.asked().select_related("user", "organisation").order_by("starts_on", "pk")
    for one in asked[:SHOWN]:
        href = reverse("upkeep:membership_decide", args=[one.pk])
        if not may.can_keep_upkeep(user):
            href = reverse("organisations:people", args=[one.organisation_id])
        yield Waiting(ASKS, one.organisation.name, one.user.display_name, one.starts_on, href)


def _proposals():
    for one in ProposedEdit.objects.waiting().for_list()[:SHOWN]:
        since = timezone.localdate(one.created_at)
        yield Waiting(CHANGE, one.organisation.name, one.who, since, one.get_absolute_url())


def _leaderless():
    for one in leaderless(timezone.localdate())[:SHOWN]:
        href = reverse("organisations:people", args=[one.organisation_id])
        yield Waiting(
            "Has no lead", one.organisation.name, f"{one.user.display_name} left", one.ends_on, href
        )


@require_safe
def unconfirmed(request):
    """Records nobody has said are right within a year and a month, and whether there is anybody to ask."""
    require(may.can_see_upkeep(request.user))
    form = UnconfirmedFilterForm(request.GET)
    form.is_valid()
    found = _narrowed(operations.unconfirmed(timezone.localdate()), form.cleaned_data)
    if request.GET.get("format") == "csv":
        return csv_response("unconfirmed.csv", UNCONFIRMED_HEADER, _csv_rows(_with_facts(found)))
    page = keyset_page(request, _with_facts(found), keys=("name_sort", "pk"))
    context = {
        "form": form,
        "page": page,
        "count": _count(found),
        "question": YearlyQuestion.now(),
        "may_keep": may.can_keep_upkeep(request.user),
    }
    return render(request, "upkeep/unconfirmed.html", context)


def _narrowed(found, said: dict):
    if said.get("q"):
        found = found.filter(name__icontains=said["q"])
    if said.get("confirmed"):
        found = found.filter(confirmed_on__isnull=said["confirmed"] == "never")
    if said.get("reach"):
        found = operations.reachable(found, is_so=said["reach"] == "somebody")
    return found


def _with_facts(found):
    leads = Membership.objects.current().filter(organisation=OuterRef("pk"), role=Membership.Role.LEAD)
    emails = Contact.objects.filter(organisation=OuterRef("pk"), channel=Contact.Channel.EMAIL)
    asked = RecordCheck.objects.filter(organisation=OuterRef("pk")).order_by("-asked_at")
    return found.select_related("ward").annotate(
        has_lead=Exists(leads), has_email=Exists(emails), asked_at=asked.values("asked_at")[:1]
    )


def _count(found) -> str:
    """Counting stops at a thousand."""
    number = found.values("pk")[:1001].count()
    return "more than 1,000 organisations" if number > 1000 else count_of(number, "organisation")


def _csv_rows(found):
    for one in found.order_by("name_sort", "pk").iterator(chunk_size=1000):
        yield [
            one.pk,
            one.name,
            one.ward.name if one.ward else "",
            one.confirmed_on.isoformat() if one.confirmed_on else "",
            timezone.localdate(one.asked_at).isoformat() if one.asked_at else "",
            "yes" if one.has_lead else "no",
            "yes" if one.has_email else "no",
        ]


@require_http_methods(FORM)
def record_ask(request, pk):
    """Invite a group to look at its record: to one of its people, a contact, or another address."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(may.can_keep_upkeep(request.user))
    leads = dict(_leads(organisation))
    known = [(address, f"{person}, lead") for address, person in leads.items()]
    known += [(c.value, c.name or "contact") for c in _emails(organisation) if c.value.lower() not in leads]
    form = AskForm(*sent(request), known=known)
    form.cancel_href = organisation.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        email = form.address()
        check = form.perform(
            operations.ask_about_record,
            pk,
            email=email,
            person=leads.get(email.lower()),
            words=form.cleaned_data["words"],
            by=request.user,
        )
        if check:
            messages.success(request, f"A mail with the link is on its way to {check.email}.")
            return redirect(organisation)
    asked = organisation.record_checks.select_related("person", "asked_by").order_by("-asked_at")[:10]
    context = {"form": form, "organisation": organisation, "asked": asked}
    return render(request, "upkeep/record_ask.html", context)


def _leads(organisation):
    leads = organisation.memberships.current().filter(role=Membership.Role.LEAD).select_related("user")
    return [(m.user.email.lower(), m.user) for m in leads if m.user.is_active]


def _emails(organisation):
    return organisation.contacts.filter(channel=Contact.Channel.EMAIL)


@require_http_methods(FORM)
def yearly(request):
    """The switch, and what it would do."""
    require(may.can_keep_upkeep(request.user))
    question, today = YearlyQuestion.now(), timezone.localdate()
    initial = {
        "is_on": "yes" if question.is_on else "no",
        "a_day": question.a_day,
        "version": question.version,
    }
    form = YearlyQuestionForm(*sent(request), initial=initial)
    form.cancel_href = reverse("upkeep:queue")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            saved = form.perform(
                operations.set_yearly_question,
                is_on=said["is_on"] == "yes",
                a_day=said["a_day"] or question.a_day,
                version=said["version"],
                by=request.user,
            )
        except Conflict:
            return conflict_page(request, form, question)
        if saved:
            messages.success(request, f"The yearly question is {'on' if saved.is_on else 'off'}.")
            return redirect("upkeep:queue")
    due = operations.due(today)
    waiting, number = operations.reachable(due).count(), due.count()
    days = ceil(waiting / question.a_day)
    context = {
        "form": form,
        "question": question,
        "waiting": waiting,
        "nobody": number - waiting,
        "done_by": add_working_days(today, days) if days else None,
        "entries": timeline(question) if not question._state.adding else [],
    }
    return render(request, "upkeep/yearly.html", context)
