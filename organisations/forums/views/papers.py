"""Papers: attach one, take it back, open it."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.mail.linked import from_link
from vcse_portal.ui.forms import sent as answered

from .. import operations
from .. import permissions as may
from ..forms import PaperForm
from ..links import PAPER
from ..models import Paper
from .fetching import FORM, attempt, meeting_or_404, paper_or_404

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "png": "image/png",
    "jpeg": "image/jpeg",
}


@public
@require_safe
def paper(request, pk):
    """As a download, to whoever may read it."""
    return _download(paper_or_404(request, pk))


@from_link(PAPER)
def paper_by_link(request, token, facts):
    """As a download, to whoever was mailed the link: people with a seat and no account."""
    return _download(get_object_or_404(Paper.objects.kept(), pk=facts.get("paper")))


def _download(thing: Paper) -> FileResponse:
    try:
        opened = thing.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"{slugify(thing.title) or 'paper'}.{thing.kind}"
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=TYPES[thing.kind])
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_http_methods(FORM)
def paper_attach(request, pk):
    thing = meeting_or_404(request, pk)
    require(may.can_attach_paper(request.user, thing))
    form = PaperForm(*answered(request), meeting=thing)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "kind": form.cleaned_data["file"].kind}
        if form.perform(operations.attach_paper, pk, by=request.user, **facts):
            messages.success(request, _("The paper is attached."))
            return redirect(thing)
    return render(request, "forums/paper_attach.html", {"form": form, "meeting": thing})


@require_POST
def paper_remove(request, pk):
    thing = paper_or_404(request, pk)
    require(may.can_attach_paper(request.user, thing.meeting))
    if attempt(request, operations.remove_paper, pk, by=request.user):
        messages.success(request, _("The paper has been removed."))
    return redirect(thing.meeting)
