"""The page of an organisation, adding one and changing it."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.borough import codes
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page

from .. import operations
from ..forms import OrganisationForm, ProfileForm
from ..identifiers import register_page
from ..permissions import (
    can_add_organisation,
    can_ask_for_membership,
    can_edit_organisation,
    can_see_officer_facts,
)
from .found import visible


@public
@require_safe
def organisation(request, pk):
    thing = visible(request, pk)
    user = request.user
    is_council = can_see_officer_facts(user)
    return render(
        request,
        "organisations/organisation.html",
        {
            "organisation": thing,
            "numbers": [(i, register_page(i)) for i in thing.identifiers.all()],
            "contacts": [c for c in thing.contacts.all() if c.is_public],
            "all_contacts": thing.contacts.all() if is_council else [],
            "themes": [codes.names("theme").get(c, c) for c in thing.themes],
            "communities": [codes.names("community").get(c, c) for c in thing.communities],
            "wards": [codes.names("ward").get(c, c) for c in thing.wards_worked],
            "people": thing.memberships.visible_to(user).current().select_related("user"),
            "may_see_officer_facts": is_council,
            "may_edit": can_edit_organisation(user, thing),
            "may_ask": can_ask_for_membership(user, thing),
            "asked_on": _asked_on(user, thing),
            "entries": timeline(thing) if is_council else [],
        },
    )


def _asked_on(user, thing):
    """The day the reader asked to speak for the organisation, while nobody has confirmed it."""
    if not user.is_authenticated or user.is_council:
        return None
    return thing.memberships.asked().filter(user=user).values_list("starts_on", flat=True).first()


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_add(request):
    require(can_add_organisation(request.user))
    form = OrganisationForm(request.POST or None, initial={"version": 1, "key": uuid4()})
    if request.method == "POST" and form.is_valid():
        facts, known = _facts(form), {"key": form.cleaned_data["key"], "numbers": form.numbers()}
        thing = form.perform(operations.add_organisation, by=request.user, **known, **facts)
        if thing:
            messages.success(request, f"{thing} is on the register.")
            return redirect(thing)
    return render(request, "organisations/organisation_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request, pk):
    thing = visible(request, pk)
    require(can_edit_organisation(request.user, thing))
    is_officer = can_add_organisation(request.user)
    kind = OrganisationForm if is_officer else ProfileForm
    form = kind(request.POST or None, initial=OrganisationForm.facts_of(thing))
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
