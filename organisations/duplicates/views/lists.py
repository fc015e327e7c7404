"""Likely pairs, pairs kept apart, and merges: lists, one merge, and taking things back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from vcse_portal.accounts.access import require
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of
from vcse_portal.ui.words import count_of

from .. import operations, words
from ..forms import PairFilterForm
from ..models import Distinction, Merge, Pair
from ..permissions import can_merge_organisations
from ..warning import likely_of

PAIRS_HEADER = (
    "First record",
    "Its number here",
    "Second record",
    "Its number here",
    "Reasons",
    "Likelihood",
)
MERGES_HEADER = ("Record that stayed", "Record merged into it", "Merged on", "By", "Undone on")


@require_safe
def pairs(request):
    require(can_merge_organisations(request.user))
    form = PairFilterForm(request.GET)
    found = Pair.objects.visible_to(request.user).for_list()
    if form.is_valid() and (reason := form.cleaned_data["reason"]):
        found = found.filter(reasons__contains=[reason])
    if request.GET.get("format") == "csv":
        return csv_response("likely-duplicates.csv", PAIRS_HEADER, map(_pair_row, found.iterator()))
    page = page_of(request, found)
    sentence = f"{count_of(page.paginator.count, 'likely pair')}, the likeliest first"
    return render(request, "duplicates/pairs.html", {"form": form, "page": page, "sentence": sentence})


def _pair_row(pair: Pair) -> tuple:
    records = (pair.first.name, pair.first_id, pair.second.name, pair.second_id)
    return *records, "; ".join(pair.reason_words), f"{pair.score:.0%}"


@require_safe
def likely(request):
    """Records like what is being typed, as a part of a page: asked for by a script, by anyone signed in."""
    return render(request, "duplicates/_likely.html", {"found": likely_of(request.GET, request.user)})


@require_safe
def distinctions(request):
    require(can_merge_organisations(request.user))
    found = Distinction.objects.visible_to(request.user).standing().for_list()
    return render(request, "duplicates/distinctions.html", {"page": page_of(request, found)})


@require_POST
def distinction_withdraw(request, pk):
    distinction = get_object_or_404(Distinction.objects.visible_to(request.user).for_list(), pk=pk)
    require(can_merge_organisations(request.user))
    try:
        operations.withdraw_distinction(pk, by=request.user)
        messages.success(request, "The two may be offered as a likely pair again.")
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("duplicates:distinctions")
    return redirect("duplicates:choose", distinction.first_id, distinction.second_id)


@require_safe
def merges(request):
    require(can_merge_organisations(request.user))
    found = Merge.objects.visible_to(request.user).for_list()
    if request.GET.get("format") == "csv":
        return csv_response("merges.csv", MERGES_HEADER, map(_merge_row, found.iterator()))
    return render(request, "duplicates/merges.html", {"page": page_of(request, found)})


def _merge_row(merge: Merge) -> tuple:
    who = merge.done_by.display_name if merge.done_by else "The portal"
    return merge.winner.name, merge.loser_name, merge.done_at, who, merge.undone_at


@require_safe
def merge(request, pk):
    found = Merge.objects.visible_to(request.user).select_related("winner", "loser", "done_by", "undone_by")
    thing = get_object_or_404(found, pk=pk)
    context = {"merge": thing, "changes": words.changes(thing), "moved": words.moved(thing)}
    return render(request, "duplicates/merge.html", context | {"stayed": words.stayed(thing)})


@require_POST
def merge_undo(request, pk):
    thing = get_object_or_404(Merge.objects.visible_to(request.user), pk=pk)
    require(can_merge_organisations(request.user))
    try:
        operations.undo_merge(pk, by=request.user)
        messages.success(request, "The merge has been undone: each has its own record again.")
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect("duplicates:merge", thing.pk)
