"""The page of an organisation, adding one and changing it."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.ui.conflict import Conflict, conflict_page

from .. import adding, operations, page
from ..forms import OrganisationForm, ProfileForm
from ..permissions import can_add_organisation, can_edit_organisation
from .found import visible


@public
@require_safe
def organisation(request, pk):
    """The record as the reader may see it; the address of a merged one leads to what took its place."""
    thing = page.record(pk, request.user)
    if thing.merged_into_id:
        return redirect("organisations:organisation", thing.merged_into_id)  # not for ever: it can be undone
    return render(request, "organisations/organisation.html", page.context(thing, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_add(request):
    require(can_add_organisation(request.user))
    form = OrganisationForm(request.POST or None, initial={"version": 1, "key": uuid4()})
    found = []
    if request.method == "POST" and form.is_valid() and not (found := adding.asked_first(form, request.user)):
        facts, known = _facts(form), {"key": form.cleaned_data["key"], "numbers": form.numbers()}
        thing = form.perform(operations.add_organisation, by=request.user, **known, **facts)
        if thing:
            messages.success(request, f"{thing} is on the register.")
            return redirect(thing)
    return render(request, "organisations/organisation_form.html", {"form": form, "found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request, pk):
    thing = visible(request, pk)
    require(can_edit_organisation(request.user, thing))
    is_officer = can_add_organisation(request.user)
    kind = OrganisationForm if is_officer else ProfileForm
    form = kind(request.POST or None, initial=kind.facts_of(thing))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        numbers = {"numbers": form.numbers()} if is_officer else {}
        version = form.cleaned_data["version"]
        try:
            saved = form.perform(
                operations.edit_organisation, pk, version=version, by=request.user, **numbers, **_facts(form)
            )
        except Conflict:
            return conflict_page(request, form, thing)
        if saved:
            messages.success(request, _("Saved."))
            return redirect(saved)
    return render(request, "organisations/organisation_form.html", {"form": form, "organisation": thing})


def _facts(form) -> dict:
    left_out = {"version", "key", "charity_number", "company_number"}
    return {n: v for n, v in form.cleaned_data.items() if n not in left_out}
