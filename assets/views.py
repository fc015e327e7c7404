"""The list of land and buildings, and one of them: one function a page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.borough.models import Council
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response

from . import export, operations
from .forms import AssetFilterForm, AssetForm
from .listing import ask_of, look_up
from .models import Asset
from .permissions import can_add_asset, can_edit_asset, can_see_officer_facts

MOST_SHARING = 20


@public
@require_safe
def assets(request):
    form = AssetFilterForm(request.GET, for_council=can_see_officer_facts(request.user))
    form.is_valid()
    ask = ask_of(request.user, form.cleaned_data)
    if request.GET.get("format") == "csv":
        return csv_response("land-and-buildings.csv", export.HEADER, export.rows(ask))
    found = look_up(ask, request.GET)
    form.count_choices(found.count.facets)
    may_add = can_add_asset(request.user)
    return render(request, "assets/assets.html", {"form": form, "found": found, "may_add": may_add})


@public
@require_safe
def asset(request, pk):
    thing = _visible(request, pk)
    is_council = can_see_officer_facts(request.user)
    sharing = Asset.objects.exclude(pk=pk).filter(uprn=thing.uprn) if is_council and thing.uprn else ()
    owner = thing.owner if thing.owner and (is_council or thing.owner.is_published) else None
    context = {
        "asset": thing,
        "owner": owner,
        "map_href": _map_href(thing),
        "sizes": {"building": _figure(thing.building_size), "land": _figure(thing.land_area)},
        "is_council": is_council,
        "sharing": list(sharing[:MOST_SHARING]),
        "may_edit": can_edit_asset(request.user, thing),
        "entries": timeline(thing) if is_council else [],
    }
    return render(request, "assets/asset.html", context)


def _visible(request, pk) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(request.user).for_page(), pk=pk)


def _figure(size) -> str:
    """1,299.3 rather than 1299.30."""
    return f"{size.normalize():,f}" if size is not None else ""


def _map_href(thing: Asset) -> str:
    """Where the position can be seen on a map."""
    if not thing.has_position:
        return ""
    place = f"{thing.latitude}/{thing.longitude}"
    return f"https://www.openstreetmap.org/?mlat={thing.latitude}&mlon={thing.longitude}#map=18/{place}"


@require_http_methods(["GET", "HEAD", "POST"])
def asset_add(request):
    require(can_add_asset(request.user))
    owner = Council.objects.values_list("name", flat=True).first() or ""
    form = AssetForm(request.POST or None, initial={"version": 1, "owner_name": owner})
    form.cancel_href = reverse("assets:assets")
    if request.method == "POST" and form.is_valid():
        facts = {n: v for n, v in form.cleaned_data.items() if n != "version"}
        added = form.perform(operations.add_asset, by=request.user, source="Council officer", **facts)
        if added:
            messages.success(request, f"{added} is on the list.")
            return redirect(added)
    return render(request, "assets/asset_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def asset_edit(request, pk):
    thing = _visible(request, pk)
    require(can_edit_asset(request.user, thing))
    form = AssetForm(request.POST or None, initial=AssetForm.facts_of(thing))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = {n: v for n, v in form.cleaned_data.items() if n != "version"}
        try:
            version = form.cleaned_data["version"]
            saved = form.perform(operations.edit_asset, pk, version=version, by=request.user, **facts)
        except Conflict:
            return conflict_page(request, form, _visible(request, pk))
        if saved:
            messages.success(request, "Saved.")
            return redirect(saved)
    return render(request, "assets/asset_form.html", {"form": form, "asset": thing})
