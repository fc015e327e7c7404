"""The public directory."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import public
from vcse_portal.ui.csv import csv_response

from .. import export
from ..directory import ask_of, look_up
from ..forms import DirectoryFilterForm
from ..permissions import can_add_organisation, can_see_officer_facts


@public
@require_safe
def directory(request):
    form = DirectoryFilterForm(request.GET)
    form.is_valid()
    ask = ask_of(request.user, form.cleaned_data)
    if request.GET.get("format") == "csv":
        rows = export.rows(ask, with_private=can_see_officer_facts(request.user))
        return csv_response("organisations.csv", export.HEADER, rows)
    found = look_up(ask, request.GET)
    form.count_choices(found.count.facets)
    return render(
        request,
        "organisations/directory.html",
        {"form": form, "found": found, "may_add": can_add_organisation(request.user)},
    )
