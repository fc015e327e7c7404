"""Who keeps which relationship, which are quiet, who is champion, and handing over."""

from types import SimpleNamespace

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Directorate
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.forms import sent
from vcse_portal.ui.paging import page_of

from .. import keeping, operations
from .. import permissions as may
from ..forms import ChampionForm, HandOverForm, ManagerForm, QuietMonthsForm, RelationshipFilterForm
from ..models import Champion, FollowUp, QuietRule, RelationshipManager
from .found import visible_organisation

PAGES = ["GET", "HEAD", "POST"]


@require_safe
def relationships(request):
    """Organisations somebody should speak with from time to time: who does, and when they last did."""
    user, today = request.user, timezone.localdate()
    require(may.can_see_relationships(user))
    form = RelationshipFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    months = QuietRule.objects.months_on(today)
    rows = keeping.narrow(asked, today, months)
    if request.GET.get("format") == "csv":
        return csv_response("relationships", keeping.HEADER, keeping.csv_rows(rows, today, months))
    page = page_of(request, rows)
    context = {
        "form": form,
        "page": page,
        "rows": keeping.rows_of(page, today, months),
        "sentence": keeping.sentence(page.paginator.count, asked, months, dict(form.fields["kept"].choices)),
        "is_narrowed": any(asked.values()),
        "months": months,
        "may_set_months": may.can_set_quiet_months(user),
        "leaver": _leaver(user, asked.get("kept")),
    }
    return render(request, "conversations/relationships.html", context)


def _leaver(user, kept: str | None) -> User:
    """Whose relationships the button hands over: those of the officer the list shows, else the reader's own."""
    if kept and kept.isdecimal():
        officer = User.objects.visible_to(user).filter(pk=int(kept)).first()
        if officer and may.can_hand_over(user, officer):
            return officer
    return user


@require_http_methods(PAGES)
def manager(request, pk):
    """Who keeps the relationship with an organisation, who kept it before, and a form to name the next."""
    organisation = visible_organisation(request, pk)
    require(may.can_see_relationships(request.user))
    terms = list(organisation.relationship_managers.visible_to(request.user).select_related("officer"))
    current = next((term for term in terms if term.ends_on is None), None)
    may_name = may.can_name_manager(request.user, current)
    form = ManagerForm(*sent(request), initial=_seen(current)) if may_name else None
    if request.method == "POST":
        require(may_name)
        if form.is_valid():
            try:
                if _name(request, form, operations.name_manager, pk):
                    messages.success(request, "Saved. Those concerned get an email.")
                    return redirect("conversations:manager", pk)
            except Conflict:
                return _conflict(request, form, organisation.relationship_managers.open().first())
    context = {"form": form, "organisation": organisation, "terms": terms, "current": current}
    return render(request, "conversations/manager.html", context)


@public
@require_safe
def champions(request):
    """Who stands up for the sector in each directorate. Public: names and posts, and the council's own contact."""
    named = {one.directorate_id: one for one in Champion.objects.current().select_related("officer")}
    rows = [(directorate, named.get(directorate.pk)) for directorate in Directorate.objects.current()]
    may_name = may.can_name_champion(request.user)
    context = {
        "rows": rows if may_name else [row for row in rows if row[1]],
        "may_name": may_name,
    }
    return render(request, "conversations/champions.html", context)


@require_http_methods(PAGES)
def champion_name(request, code):
    require(may.can_name_champion(request.user))
    directorate = get_object_or_404(Directorate.objects.visible_to(request.user), code=code)
    terms = list(Champion.objects.filter(directorate=directorate).select_related("officer"))
    current = next((term for term in terms if term.ends_on is None), None)
    form = ChampionForm(*sent(request), initial=_seen(current))
    form.cancel_href = reverse("conversations:champions")
    if request.method == "POST" and form.is_valid():
        try:
            if _name(request, form, operations.name_champion, directorate.pk):
                messages.success(request, f"The champion of {directorate} is saved.")
                return redirect("conversations:champions")
        except Conflict:
            return _conflict(request, form, Champion.objects.open().filter(directorate=directorate).first())
    context = {"form": form, "directorate": directorate, "terms": terms}
    return render(request, "conversations/champion_name.html", context)


def _seen(current) -> dict:
    """The form's version is the open term it showed."""
    return {"officer": current.officer if current else None, "version": current.pk if current else 0}


def _name(request, form, operation, pk) -> bool:
    """Whether it was done; what the operation refuses stands in the form."""
    data = form.cleaned_data
    facts = {"officer": data["officer"], "starts_on": data["starts_on"], "seen": data["version"]}
    form.perform(operation, pk, by=request.user, **facts)
    return not form.errors


def _conflict(request, form, current):
    now = SimpleNamespace(
        officer=current.officer if current else None,
        starts_on=current.starts_on if current else None,
        version=current.pk if current else 0,
    )
    return conflict_page(request, form, now)


@require_http_methods(PAGES)
def hand_over(request, pk):
    """An officer moves on: another takes over all of their relationships."""
    before = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    require(may.can_hand_over(request.user, before))
    form = HandOverForm(*sent(request), before=before)
    form.cancel_href = reverse("conversations:relationships")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.perform(
            operations.hand_over,
            before.pk,
            data["officer"].pk,
            with_followups=data["with_followups"],
            by=request.user,
        )
        if done:
            messages.success(request, keeping.handed_over_words(done, data["officer"]))
            return redirect("conversations:relationships")
    kept = RelationshipManager.objects.open().filter(officer=before).select_related("organisation")
    context = {
        "form": form,
        "before": before,
        "is_self": before == request.user,
        "organisations": [term.organisation for term in kept.order_by("organisation__name_sort")],
        "followups": FollowUp.objects.open().filter(owner=before).count(),
    }
    return render(request, "conversations/hand_over.html", context)


@require_http_methods(PAGES)
def quiet_months(request):
    require(may.can_set_quiet_months(request.user))
    months = QuietRule.objects.months_on(timezone.localdate())
    form = QuietMonthsForm(*sent(request), initial={"months": months})
    form.cancel_href = reverse("conversations:relationships")
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and form.perform(operations.set_quiet_months, form.cleaned_data["months"], by=request.user):
        messages.success(request, "Saved.")
        return redirect("conversations:relationships")
    rules = QuietRule.objects.visible_to(request.user).select_related("set_by")
    return render(request, "conversations/quiet_months.html", {"form": form, "rules": rules})
