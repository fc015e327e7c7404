"""The state of the sector as a tagged PDF, made from one set of figures."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from vcse_portal.borough.models import Council
from vcse_portal.pdf.render import render_pdf

from .state import state_of


def source_of(council: Council) -> str:
    return _("the public directory of organisations kept by %(council)s") % {"council": council.name}


def make(figures: dict, earlier: dict | None, *, next_freeze: date, now: datetime) -> bytes:
    """The paper as PDF/UA-1. Raises UnfitPaper when it would be unreadable to some."""
    council = Council.objects.filter(pk=1).first() or Council(pk=1)
    return render_pdf(
        "sector/paper.html",
        {
            "council": council,
            "state": state_of(figures, earlier, source=source_of(council), next_freeze=next_freeze),
        },
        title=_("State of the voluntary and community sector"),
        now=now,
        base_url=settings.BASE_URL,
    )
