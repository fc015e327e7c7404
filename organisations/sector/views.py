"""State of the sector: the page, its figures for a spreadsheet, and the paper."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.borough.context import current_council
from vcse_portal.ui.csv import csv_response

from ..models import Organisation
from ..permissions import can_see_officer_facts
from . import operations
from .figures import figures
from .models import Paper
from .paper import source_of
from .permissions import can_make_paper
from .state import State, state_of


@public
@require_safe
def state(request):
    is_council = can_see_officer_facts(request.user)
    return render(
        request,
        "sector/state.html",
        {
            "state": _state_today(),
            "paper": Paper.objects.ready().defer("content").first(),
            "may_make_paper": can_make_paper(request.user),
            "may_see_officer_facts": is_council,
            "unpublished": Organisation.objects.active().filter(is_published=False).count()
            if is_council
            else 0,
        },
    )


def _state_today() -> State:
    today = timezone.localdate()
    return state_of(
        figures(today),
        operations.figures_of_last_year(today),
        source=source_of(current_council()),
        next_freeze=operations.next_freeze(today),
    )


@public
@require_safe
def state_figures(request):
    """Every table of the page, one line a number."""
    shown = _state_today()
    header = (_("Table"), _("Code"), _("Label"), _("Organisations"), _("Yearly income together"), _("As at"))
    return csv_response("state-of-the-sector", header, ((*row, shown.as_at) for row in shown.rows))


@public
@require_safe
def state_paper(request):
    """The newest paper as a download."""
    paper = Paper.objects.ready().first()
    if paper is None:
        raise Http404
    response = HttpResponse(bytes(paper.content), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="state-of-the-sector-{paper.as_at}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-cache"
    return response


@require_POST
def state_paper_make(request):
    require(can_make_paper(request.user))
    operations.ask_for_paper()
    messages.success(
        request, "The PDF is being made from today’s figures. It will be here in about a minute."
    )
    return redirect("sector:state")
