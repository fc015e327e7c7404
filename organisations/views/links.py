"""Ties between organisations, and the page of who supports, represents and convenes whom."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.search.listing import ask_of, look_up
from vcse_portal.ui.csv import csv_response

from .. import operations, ties
from ..forms import EndLinkForm, FindOrganisationForm, LinkForm
from ..models import Link, Organisation
from ..permissions import can_add_link, can_end_link
from .found import visible

OFFERED = 20


@public
@require_safe
def links(request, pk):
    """Every tie of an organisation, standing and past."""
    thing = visible(request, pk)
    found = ties.ties_of(thing, request.user)
    if request.GET.get("format") == "csv":
        return csv_response(f"ties-of-{pk}.csv", ties.HEADER, ties.as_rows(found))
    context = {
        "organisation": thing,
        "standing": ties.grouped(tie for tie in found if not tie.is_past),
        "past": [tie for tie in found if tie.is_past],
        "may_add": can_add_link(request.user, thing),
    }
    return render(request, "organisations/links.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def link_add(request, pk):
    """First find the other organisation, then say how they belong together."""
    thing = visible(request, pk)
    require(can_add_link(request.user, thing))
    there = _chosen(request, thing)
    return _say_how(request, thing, there) if there else _find(request, thing)


def _chosen(request, thing) -> Organisation | None:
    text = request.GET.get("to", "")
    if not (text.isdecimal() and len(text) < 10):
        return None
    seen = Organisation.objects.visible_to(request.user).filter(merged_into=None).exclude(pk=thing.pk)
    return get_object_or_404(seen, pk=text)


def _find(request, thing):
    form = FindOrganisationForm(request.GET)
    form.is_valid()
    found = None
    if form.cleaned_data.get("q"):
        ask = ask_of(request.user, "organisation", (), form.cleaned_data)
        found = look_up(ask, request.GET, groups=(), size=OFFERED, rows_of=ties.candidates)
    rows = [row for row in found.rows if row["pk"] != thing.pk] if found else []
    context = {"organisation": thing, "form": form, "found": found, "rows": rows}
    return render(request, "organisations/link_find.html", context)


def _say_how(request, thing, there):
    form = LinkForm(request.POST or None, here=thing, there=there)
    form.cancel_href = thing.get_absolute_url()
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and form.perform(operations.add_link, by=request.user, **form.facts()):
        messages.success(request, _("%(one)s and %(other)s are now tied.") % {"one": thing, "other": there})
        return redirect("organisations:links", thing.pk)
    return render(
        request, "organisations/link_form.html", {"organisation": thing, "there": there, "form": form}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def link_end(request, pk, link_pk):
    thing = visible(request, pk)
    seen = Link.objects.visible_to(request.user).of(thing).for_page()
    link = get_object_or_404(seen, pk=link_pk)
    require(can_end_link(request.user, link))
    form = EndLinkForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    form.cancel_href = thing.get_absolute_url()
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and form.perform(operations.end_link, link.pk, by=request.user, **form.cleaned_data):
        messages.success(request, _("The tie has ended."))
        return redirect("organisations:links", pk)
    context = {"organisation": thing, "tie": ties.tie_from(thing, link), "form": form}
    return render(request, "organisations/link_end.html", context)


@public
@require_safe
def infrastructure(request):
    """The borough's infrastructure bodies: whom each supports, represents and convenes, for a newcomer."""
    bodies = ties.infrastructure(request.user)
    context = {"bodies": bodies, "offers": ties.offers(bodies)}
    return render(request, "organisations/infrastructure.html", context)
