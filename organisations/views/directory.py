"""The public directory: as a list, as a map of the wards, and as CSV and JSON of the same question."""

from dataclasses import replace

from django.shortcuts import render
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import public
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import PLACE_KEYS, with_query

from .. import export, ward_map
from ..directory import ask_of, look_up, look_up_for_map
from ..directory_forms import DirectoryFilterForm
from ..permissions import can_add_organisation, can_see_officer_facts


@public
@require_safe
def directory(request):
    form = DirectoryFilterForm(request.GET)
    form.is_valid()
    ask = ask_of(request.user, form.cleaned_data)
    if (wanted := request.GET.get("format")) in ("csv", "json"):
        return _download(request, ask, wanted)
    found = look_up(ask, request.GET)
    form.count_choices(found.count.facets)
    return render(
        request,
        "organisations/directory.html",
        {
            "form": form,
            "found": found,
            "query": with_query(request.GET, drop=PLACE_KEYS | {"from"}),
            "may_add": can_add_organisation(request.user),
        },
    )


def _download(request, ask, wanted: str):
    """Everything the question finds; officers' has the private columns too."""
    with_private = can_see_officer_facts(request.user)
    chunks = export.ids_of(ask)
    if wanted == "json":
        return export.json_response("organisations.json", chunks, with_private=with_private)
    rows = export.rows(chunks, with_private=with_private)
    return csv_response("organisations.csv", export.header(with_private=with_private), rows)


@public
@require_safe
def map(request):  # noqa: A001 - the page's name
    form = DirectoryFilterForm(request.GET)
    form.is_valid()
    ask = ask_of(request.user, form.cleaned_data)
    form.fields.pop(ward_map.GROUP, None)
    ask = replace(ask, facets={g: c for g, c in ask.facets.items() if g != ward_map.GROUP})
    drawn = ward_map.map_of(ask, request.GET)
    if request.GET.get("format") == "csv":
        rows = [(row.code, row.name, row.number) for row in drawn.rows]
        return csv_response("organisations-by-ward.csv", ward_map.HEADER, rows)
    found = look_up_for_map(ask)
    form.count_choices(found.count.facets)
    context = {
        "form": form,
        "found": found,
        "map": drawn,
        "query": with_query(request.GET, drop=PLACE_KEYS | {"from"}),
    }
    return render(request, "organisations/map.html", context)
