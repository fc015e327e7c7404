"""What the words of other people's lists mean in the borough's own."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import require
from vcse_portal.borough import codes
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.forms import sent

from . import operations
from .forms import MeaningForm
from .permissions import can_decide_meanings
from .vocabularies import LISTS, Vocabulary, vocabularies


def _vocabulary(request, code: str) -> Vocabulary:
    found = vocabularies.get(code)
    if found is None or not (request.user.is_authenticated and request.user.is_officer):
        raise Http404
    require(can_decide_meanings(request.user, found))
    return found


@require_safe
def meanings(request, vocabulary):
    """Every word with what it means here."""
    found = _vocabulary(request, vocabulary)
    names = {name: codes.names(kind) for name, kind in LISTS.items()}
    rows = [
        {
            "code": code,
            "words": found.words[code],
            "is_guess": meaning.pk is None,
            **{n: ", ".join(names[n].get(c, c) for c in getattr(meaning, n)) for n in LISTS},
        }
        for code, meaning in found.meanings().items()
    ]
    if request.GET.get("format") == "csv":
        heading = ("Code", "Their words", "Themes", "Communities", "Guessed")
        cells = ([r["code"], r["words"], r["themes"], r["communities"], r["is_guess"]] for r in rows)
        return csv_response(found.code, heading, cells)
    return render(request, "imports/meanings.html", {"vocabulary": found, "rows": rows})


def meaning_edit(request, vocabulary, code):
    """Decide what one word means here."""
    found = _vocabulary(request, vocabulary)
    if code not in found.words:
        raise Http404
    meaning = found.meaning(code)
    initial = {name: getattr(meaning, name) for name in (*LISTS, "version")}
    form = MeaningForm(*sent(request), initial=initial)
    form.cancel_href = reverse("imports:meanings", args=[vocabulary])
    if request.method == "POST" and form.is_valid():
        try:
            if form.perform(operations.save_meaning, vocabulary, code, **form.cleaned_data, by=request.user):
                messages.success(request, f"“{found.words[code]}” is saved.")
                return redirect("imports:meanings", vocabulary)
        except Conflict:
            return conflict_page(request, form, found.meaning(code))
    context = {"vocabulary": found, "form": form, "words": found.words[code], "is_guess": meaning.pk is None}
    entries = timeline(meaning) if meaning.pk else []
    return render(request, "imports/meaning_edit.html", context | {"entries": entries})
