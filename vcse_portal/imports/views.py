"""Bringing a file in: upload, look at what it would do, apply, undo."""

from pathlib import Path

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from vcse_portal.accounts.access import require
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.forms import sent
from vcse_portal.ui.paging import page_of
from vcse_portal.ui.words import count_of

from . import operations, progress, registry, tasks
from .forms import UploadForm
from .importer import Outcome
from .models import ImportRun
from .pages import INTRODUCTIONS, download, outcome_shown, shown
from .permissions import can_apply_import, can_see_imports, can_start_import, can_undo_import
from .readers.archives import is_archive
from .refusal import Refused
from .vocabularies import vocabularies_of

AT_ONCE = 1_000_000  # bytes: smaller files are read while the person waits, unless they are packed
COLOURS = {"previewed": "blue", "applied": "green", "refused": "red", "undone": "grey"}
FINISHED = {"previewed", "applied", "undone", "refused"}


@require_safe
def index(request):
    """Every import of the kinds this person may bring in, newest first."""
    require(can_see_imports(request.user))
    page = page_of(request, ImportRun.objects.visible_to(request.user).for_list())
    for one in page:
        one.href, one.colour = f"{one.pk}/", COLOURS.get(one.status, "yellow")
    return render(
        request, "imports/index.html", {"page": page, "vocabularies": vocabularies_of(request.user)}
    )


def upload(request):
    """Choose a file; its kind is found from its columns, or chosen."""
    require(can_see_imports(request.user))
    importers = registry.importable_by(request.user)
    form = UploadForm(
        *sent(request),
        importers=importers,
        initial={"kind": request.GET.get("kind", "")},
    )
    form.cancel_href = reverse("imports:index")
    if request.method == "POST" and form.is_valid():
        started = _start(request, form)
        if started:
            return redirect("imports:run", started.pk)
    return render(request, "imports/upload.html", {"form": form})


def _start(request, form) -> ImportRun | None:
    files, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
    facts = {"kind": kind, "by": request.user}
    try:
        if kind:
            require(can_start_import(request.user, registry.importer_for(kind)))
        if len(files) == 1:
            started = operations.start_import(files[0], file_name=files[0].name, **facts)
        else:
            name = f"{files[0].name} and {count_of(len(files) - 1, 'other')}"
            started = operations.start_bundle([(one.name, one) for one in files], file_name=name, **facts)
    except Refused as refused:
        form.add_error("file", refused)
        return None
    return _read(started)


def _read(run: ImportRun) -> ImportRun:
    """Small files while the person waits, others by a worker; one whose questions are open waits for answers."""
    if run.status == ImportRun.Status.ASKING:
        return run
    if run.size <= AT_ONCE and not run.importer.gathers and not is_archive(Path(run.file.path)):
        return operations.preview_import(run.pk)
    tasks.wake(run)
    return run


def answer(request, pk):
    """The questions of a file before it is read: what its columns mean, which part of it is wanted."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    require(can_start_import(request.user, found.importer))
    if not found.may_be_answered:
        return redirect("imports:run", pk)
    form = found.importer.form(found, *sent(request))
    form.cancel_href = reverse("imports:index")
    if request.method == "POST" and form.is_valid():
        answered = form.perform(operations.answer_questions, pk, form.options(), by=request.user)
        if answered:
            _read(answered)
            return redirect("imports:run", pk)
    return render(request, "imports/answer.html", {"run": found, "form": form})


@require_safe
def run(request, pk):
    """One import: how far it is, what it would do or did, and the one next deed."""
    found = get_object_or_404(
        ImportRun.objects.visible_to(request.user).select_related("by", "applied_by"), pk=pk
    )
    outcome = outcome_shown(found, request.GET.get("show", ""))
    if request.GET.get("format") == "csv":
        return csv_response(f"import-{pk}-{outcome}", *download(found, outcome))
    if found.status == ImportRun.Status.ASKING:
        return redirect("imports:answer", pk)
    context = {"run": found, "colour": COLOURS.get(found.status, "yellow")}
    if found.is_at_work:
        return render(request, "imports/run_at_work.html", context | _how_far(found))
    if found.status == ImportRun.Status.REFUSED:
        return render(request, "imports/run_refused.html", context)
    return render(request, "imports/run.html", context | _result(request, found, outcome))


def _result(request, found: ImportRun, outcome: Outcome) -> dict:
    page = page_of(request, found.rows.filter(outcome=outcome).for_list(), per_page=50)
    rows = shown(found, page)
    may_apply = can_apply_import(request.user, found)
    earlier = ImportRun.objects.filter(
        sha256=found.sha256, kind=found.kind, applied_at__isnull=False, undone_at=None
    )
    return {
        "outcome": outcome,
        "introduction": INTRODUCTIONS[outcome],
        "outcomes": [(one, found.counts.get(one.value, 0), f"?show={one.value}#rows") for one in Outcome],
        "page": page,
        "rows": rows,
        "earlier": earlier.exclude(pk=found.pk).first() if may_apply else None,
        "may_apply": may_apply,
        "may_answer": may_apply and found.may_be_answered,
        "may_undo": can_undo_import(request.user, found),
        "may_tick": may_apply and outcome == Outcome.SUSPICIOUS and any(one.row.then for one in rows),
        "keeps_rows": found.importer.keeps_rows,
        "will_write": count_of(found.will_write, *_nouns(found)),
        "nouns": found.importer.nouns(),
        "ticked": found.rows.filter(is_accepted=True, outcome=Outcome.SUSPICIOUS).count() if may_apply else 0,
        "kept": found.rows.exclude(kept="").order_by("row_number")[:200] if found.kept else [],
    }


def _nouns(found: ImportRun) -> tuple[str, str]:
    return found.importer.noun, found.importer.nouns()


@require_safe
def progress_of(request, pk):
    """How far the work has come, for the progress bar."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    how_far = _how_far(found)
    return JsonResponse(
        {
            "done": how_far["done"],
            "total": how_far["total"],
            "label": found.get_status_display(),
            "words": how_far["words"],
            "finished": found.status in FINISHED,
            "href": reverse("imports:run", args=[pk]),
        }
    )


def _how_far(found: ImportRun) -> dict:
    known = progress.of(found)
    words = f"{known['done']:,} of about {known['total']:,} rows" if known["total"] else "Waiting to begin"
    left = known["seconds_left"]
    if left is not None:
        words += (
            f", {count_of(round(left / 60), 'minute')} left" if left >= 90 else ", less than two minutes left"
        )
    return {**known, "words": words}


@require_POST
def tick(request, pk):
    """Keep which suspicious rows are to be written."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    require(can_apply_import(request.user, found))
    ticked = operations.accept_rows(
        pk, _numbers(request, "row"), among=_numbers(request, "shown"), by=request.user
    )
    messages.success(request, f"{count_of(ticked, 'suspicious row').capitalize()} will be written too.")
    return redirect(f"{reverse('imports:run', args=[pk])}?show=suspicious")


def _numbers(request, name: str) -> list[int]:
    return [
        int(text)
        for text in request.POST.getlist(name)
        if text.isascii() and text.isdigit() and len(text) < 9
    ]


@require_POST
def apply(request, pk):
    """Decide that what the preview shows is to be written."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    require(can_start_import(request.user, found.importer))
    try:
        tasks.wake(operations.ask_to_apply(pk, by=request.user))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("imports:run", pk)


def undo(request, pk):
    """Ask once more, then put back what the import wrote."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    require(can_start_import(request.user, found.importer) and found.importer.can_undo)
    if request.method == "POST":
        try:
            tasks.wake(operations.ask_to_undo(pk, by=request.user))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("imports:run", pk)
    require(can_undo_import(request.user, found))
    return render(
        request, "imports/undo.html", {"run": found, "will_write": count_of(found.will_write, *_nouns(found))}
    )
