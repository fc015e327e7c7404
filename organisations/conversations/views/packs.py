"""The handover pack of an organisation: a page, and the same as a paper."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from organisations.models import Organisation
from vcse_portal.accounts.access import require

from .. import handover as packs
from .. import paper
from .. import permissions as may


@require_safe
def handover(request, pk):
    organisation = _organisation(request, pk)
    sections = packs.pack(organisation, request.user)
    context = {"organisation": organisation, "sections": sections, "places": _places(sections)}
    return render(request, "conversations/handover.html", context)


@require_safe
def handover_paper(request, pk):
    """Made while one waits (about a second) and kept nowhere: it holds what is for officers only."""
    organisation = _organisation(request, pk)
    response = HttpResponse(paper.make(organisation, request.user), content_type="application/pdf")
    name = slugify(organisation.name)[:80] or "organisation"
    response["Content-Disposition"] = f'attachment; filename="handover-{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _organisation(request, pk) -> Organisation:
    seen = Organisation.objects.visible_to(request.user).for_page()
    organisation = get_object_or_404(seen, pk=pk)
    require(may.can_open_handover(request.user))
    return organisation


def _places(sections) -> list[tuple[str, str]]:
    return [(section.title, f"#{slugify(section.title)}") for section in sections]
