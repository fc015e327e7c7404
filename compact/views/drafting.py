"""Officers' pages: documents, drafts, clauses, adopting."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vcse_portal.accounts.access import require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page

from .. import operations
from .. import permissions as may
from ..forms import AdoptForm, ClauseForm, DocumentForm, IntroductionForm
from ..models import Clause, Document, Version

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def document_add(request):
    require(may.can_draft_version(request.user))
    form = DocumentForm(request.POST or None)
    form.cancel_href = reverse("compact:compact")
    if request.method == "POST" and form.is_valid():
        added = form.perform(operations.add_document, by=request.user, **form.cleaned_data)
        if added:
            messages.success(
                request, f"{added} can be drafted now. Only council staff see it until it is adopted."
            )
            return redirect("compact:version_edit", added.code, 1)
    return render(request, "compact/document_add.html", {"form": form})


@require_POST
def version_draft(request, code):
    """Start the next version; where one is being drafted already, go there."""
    thing = get_object_or_404(Document.objects.visible_to(request.user), code=code)
    require(may.can_draft_version(request.user))
    try:
        draft = operations.draft_version(thing.pk, by=request.user)
        messages.success(request, f"Version {draft.number} starts as a copy of version {draft.number - 1}.")
    except ValidationError as error:
        messages.info(request, error.messages[0])
        draft = thing.versions.drafts().get()
    return redirect("compact:version_edit", code, draft.number)


@require_safe
def version_edit(request, code, number):
    """All clauses of a draft, each with its link to edit."""
    draft = _draft(request, code, number)
    context = {"version": draft, "clauses": list(draft.clauses.all()), "entries": timeline(draft)}
    return render(request, "compact/version_edit.html", context)


def _draft(request, code, number) -> Version:
    found = Version.objects.visible_to(request.user).for_page()
    draft = get_object_or_404(found, document__code=code, number=number)
    require(may.can_edit_version(request.user, draft))
    return draft


def _edit_address(version: Version) -> str:
    return reverse("compact:version_edit", args=[version.document.code, version.number])


@require_http_methods(FORM)
def introduction_edit(request, code, number):
    draft = _draft(request, code, number)
    now = {"introduction": draft.introduction, "version": draft.revision}
    form = IntroductionForm(request.POST or None, initial=now)
    form.cancel_href = _edit_address(draft)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            saved = form.perform(
                operations.edit_introduction,
                draft.pk,
                introduction=said["introduction"],
                revision=said["version"],
                by=request.user,
            )
        except Conflict:
            return conflict_page(request, form, draft, counter="revision")
        if saved:
            messages.success(request, "The introduction has been saved.")
            return redirect(form.cancel_href)
    return render(request, "compact/introduction_edit.html", {"form": form, "version": draft})


@require_http_methods(FORM)
def clause_add(request, code, number):
    draft = _draft(request, code, number)
    form = ClauseForm(request.POST or None, initial={"version": draft.revision, "side": "both"})
    form.cancel_href = _edit_address(draft)
    if request.method == "POST" and form.is_valid():
        facts = {n: v for n, v in form.cleaned_data.items() if n != "version"}
        added = form.perform(operations.add_clause, draft.pk, by=request.user, **facts)
        if added:
            messages.success(request, f"Clause {added.number} has been added.")
            return redirect(form.cancel_href)
    return render(request, "compact/clause_form.html", {"form": form, "version": draft})


@require_http_methods(FORM)
def clause_edit(request, code, number, pk):
    draft = _draft(request, code, number)
    clause = get_object_or_404(draft.clauses, pk=pk)
    now = {name: getattr(clause, name) for name in ("number", "heading", "text", "side")}
    form = ClauseForm(request.POST or None, initial=now | {"version": clause.revision})
    form.cancel_href = _edit_address(draft)
    if request.method == "POST" and form.is_valid():
        facts = {n: v for n, v in form.cleaned_data.items() if n != "version"}
        try:
            revision = form.cleaned_data["version"]
            saved = form.perform(operations.edit_clause, pk, revision=revision, by=request.user, **facts)
        except Conflict:
            return conflict_page(request, form, clause, counter="revision")
        if saved:
            messages.success(request, f"Clause {saved.number} has been saved.")
            return redirect(form.cancel_href)
    context = {"form": form, "version": draft, "clause": clause, "entries": timeline(clause)}
    return render(request, "compact/clause_form.html", context)


@require_POST
def clause_remove(request, code, number, pk):
    draft = _draft(request, code, number)
    clause = Clause.objects.filter(version=draft, pk=pk).first()
    if clause:
        operations.remove_clause(pk, by=request.user)
        messages.success(request, f"Clause {clause.number} has been removed.")
    return redirect(_edit_address(draft))


@require_http_methods(FORM)
def version_adopt(request, code, number):
    """Say what adopting does, and adopt. A second click finds it adopted."""
    found = Version.objects.visible_to(request.user).for_page()
    version = get_object_or_404(found, document__code=code, number=number)
    if version.is_adopted and may.can_draft_version(request.user):
        messages.info(request, f"Version {number} has been adopted already.")
        return redirect(version.document)
    require(may.can_adopt_version(request.user, version))
    form = AdoptForm(request.POST or None, initial={"version": version.revision})
    form.cancel_href = version.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        adopted_on, revision = form.cleaned_data["adopted_on"], form.cleaned_data["version"]
        try:
            adopted = form.perform(
                operations.adopt_version,
                version.pk,
                adopted_on=adopted_on,
                revision=revision,
                by=request.user,
            )
        except Conflict:
            messages.warning(request, "The draft was changed while you were looking at it. Read it again.")
            return redirect(version)
        if adopted:
            messages.success(
                request, f"Version {number} is in force. Everyone can read and leads can sign it."
            )
            return redirect(version.document)
    former = version.document.versions.adopted().first()
    context = {
        "form": form,
        "version": version,
        "former": former,
        "clauses": version.clauses.exclude(text="").count(),
    }
    return render(request, "compact/version_adopt.html", context)
