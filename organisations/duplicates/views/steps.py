"""From two records to one: choose which stays, compare them, confirm what moves."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.models import Organisation
from vcse_portal.accounts.access import require
from vcse_portal.ui.conflict import Conflict

from .. import fields, moving, operations, relations, words
from ..finding import likely
from ..forms import ApartForm, ChooseForm, CompareForm, ConfirmForm
from ..models import Distinction, Merge, Pair
from ..permissions import can_merge_organisations


def _two(request, *ids) -> list[Organisation]:
    """Both records, in the order asked for; only a keeper of the register gets so far."""
    require(can_merge_organisations(request.user))
    seen = Organisation.objects.visible_to(request.user).select_related("ward")
    found = seen.prefetch_related("identifiers", "memberships").in_bulk(ids)
    if len(found) < 2:
        raise Http404
    return [found[pk] for pk in ids]


def _merged_already(request, *records):
    """The way on when one of the two has been merged meanwhile; None while both stand."""
    gone = next((record for record in records if record.merged_into_id), None)
    if gone is None:
        return None
    messages.warning(request, f"{gone} has been merged into another record already.")
    merge = Merge.objects.standing().filter(loser=gone).values_list("pk", flat=True).first()
    return redirect("duplicates:merge", merge) if merge else redirect("duplicates:pairs")


@require_safe
def start(request, pk):
    """Find the record that is the same organisation as this one."""
    require(can_merge_organisations(request.user))
    thing = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if away := _merged_already(request, thing):
        return away
    q = request.GET.get("q", "").strip()[:250]
    numbers = list(thing.identifiers.values_list("scheme", "number"))
    asked = (q, "", [q]) if q else (thing.name, thing.postcode, numbers)
    found = likely(*asked, exclude=pk, user=request.user)
    return render(request, "duplicates/start.html", {"organisation": thing, "q": q, "found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request, first, second):
    records = _two(request, first, second)
    if away := _merged_already(request, *records):
        return away
    hints = [words.telling_apart(record) for record in records]
    initial = {"stays": max(records, key=_worth).pk}
    form = ChooseForm(request.POST or None, records=records, hints=hints, initial=initial)
    if request.method == "POST" and form.is_valid():
        winner = form.cleaned_data["stays"]
        return redirect("duplicates:compare", winner, second if winner == first else first)
    pair = Pair.objects.filter(first=min(first, second), second=max(first, second)).first()
    apart_form = ApartForm()
    apart_form.action = reverse("duplicates:keep_apart", args=[first, second])
    context = {"form": form, "records": records, "pair": pair, "apart_form": apart_form}
    return render(request, "duplicates/choose.html", context | {"told_apart": _told_apart(first, second)})


def _worth(record: Organisation) -> tuple:
    """Which of two better keeps its address: the one people speak for, with numbers, published, older."""
    speakers = [m for m in record.memberships.all() if m.ends_on is None and m.confirmed_at]
    return len(speakers), len(record.identifiers.all()), record.is_published, -record.pk


def _told_apart(first, second) -> Distinction | None:
    pair = {"first": min(first, second), "second": max(first, second)}
    return Distinction.objects.standing().filter(**pair).select_related("decided_by").first()


@require_POST
def keep_apart(request, first, second):
    records = _two(request, first, second)
    form = ApartForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        operations.keep_apart(first, second, reason=reason, by=request.user)
        messages.success(request, f"{records[0]} and {records[1]} stay two records.")
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect("duplicates:pairs")


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request, winner, loser):
    records = _two(request, winner, loser)
    if away := _merged_already(request, *records):
        return away
    comparisons = fields.compare(*records)
    form = CompareForm(request.POST or None, comparisons=comparisons, initial=_versions(*records))
    if request.method == "POST" and form.is_valid():
        asked = urlencode(form.choices() | dict(zip(VERSIONS, form.versions(), strict=True)))
        return redirect(f"{reverse('duplicates:merge_organisations', args=[winner, loser])}?{asked}")
    return _compare_page(request, records, form)


VERSIONS = ("winner_version", "loser_version")


def _versions(winner, loser) -> dict[str, int]:
    return {"winner_version": winner.version, "loser_version": loser.version}


def _compare_page(request, records, form, *, status=200):
    winner, loser = records
    context = {"winner": winner, "loser": loser, "form": form, "is_stale": status == 409}
    context["differing"] = _differing_numbers(winner, loser)
    return render(request, "duplicates/compare.html", context, status=status)


def _differing_numbers(winner, loser) -> list[str]:
    """Where both have a number in one register, and not the same: two charities are usually two organisations."""
    theirs = {i.scheme: i for i in loser.identifiers.all()}
    return [
        f"{ours.get_scheme_display()}: {ours.number} and {theirs[ours.scheme].number}"
        for ours in winner.identifiers.all()
        if ours.scheme in theirs and ours.number != theirs[ours.scheme].number
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def merge_organisations(request, winner, loser):
    records = _two(request, winner, loser)
    if request.method == "POST" and (first := _first_click(request)):
        return redirect("duplicates:merge", first)
    if away := _merged_already(request, *records):
        return away
    comparisons = fields.compare(*records)
    if request.method == "POST":
        return _merge(request, records, ConfirmForm(request.POST, comparisons=comparisons))
    carried = {name: request.GET[name] for name in [*VERSIONS, *_codes(comparisons)] if name in request.GET}
    form = ConfirmForm(comparisons=comparisons, initial=_versions(*records) | carried)
    return _confirm_page(request, records, form, carried)


def _first_click(request) -> int | None:
    """The merge an earlier click on the same button has made."""
    form = ConfirmForm(request.POST, comparisons=[])
    form.is_valid()
    key = form.cleaned_data.get("key")
    return Merge.objects.filter(key=key).values_list("pk", flat=True).first() if key else None


def _codes(comparisons) -> list[str]:
    return [one.group.code for one in comparisons]


def _merge(request, records, form):
    winner, loser = records
    if not form.is_valid():
        if form.errors.keys() & {"key", *VERSIONS}:
            messages.warning(request, "Please compare the two records first.")
            return redirect("duplicates:compare", winner.pk, loser.pk)
        return _not_offered(request, records)
    key, versions, choices = form.cleaned_data["key"], form.versions(), form.choices()
    deed = {"key": key, "versions": versions, "choices": choices, "by": request.user}
    try:
        merge = form.perform(operations.merge_organisations, winner.pk, loser.pk, **deed)
    except Conflict:
        return _stale(request, records, choices)
    if merge:
        messages.success(request, f"{merge.loser_name} is now part of {winner}.")
        return redirect("duplicates:merge", merge.pk)
    return _confirm_page(request, records, form, choices)


def _not_offered(request, records):
    """An answer that is none of those offered: the questions again, with what is wrong said at each."""
    comparisons = fields.compare(*records)
    proposed = {one.group.code: one.proposed for one in comparisons}
    form = CompareForm(proposed | request.POST.dict(), comparisons=comparisons)
    form.action = reverse("duplicates:compare", args=[record.pk for record in records])
    return _compare_page(request, records, form)


def _stale(request, records, choices):
    """Somebody saved one of the two meanwhile: compare again, with what was chosen still chosen. 409."""
    now = _two(request, *(record.pk for record in records))
    if away := _merged_already(request, *now):
        return away
    form = CompareForm(comparisons=fields.compare(*now), initial=_versions(*now) | choices)
    return _compare_page(request, now, form, status=409)


def _confirm_page(request, records, form, choices):
    winner, loser = records
    counts = moving.counts(loser.pk, winner.pk)
    form.cancel_href = reverse("duplicates:compare", args=[winner.pk, loser.pk])
    context = {
        "winner": winner,
        "loser": loser,
        "form": form,
        "changes": _changes(winner, loser, choices),
        "moving": words.going(counts),
        "may_be_taken": words.may_be_taken(counts),
        "refusals": moving.refusals(loser.pk, winner.pk),
        "unknown": relations.unknown(),
    }
    return render(request, "duplicates/merge_organisations.html", context)


def _changes(winner, loser, choices) -> list[tuple[str, str, str]]:
    """(fact, as it is, as it will be) of the record that stays."""
    found = []
    for one in fields.compare(winner, loser):
        choice = choices.get(one.group.code, one.proposed)
        becomes = {fields.LOSER: one.loser_words, fields.BOTH: one.both_words if one.group.is_list else ""}
        if becomes.get(choice, one.winner_words) != one.winner_words:
            found.append((one.label, one.winner_words, becomes[choice]))
    return found
