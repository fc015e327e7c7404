"""The handover pack as a paper: PDF/UA-1, with the same sections as the page."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from organisations.models import Organisation
from vcse_portal.borough.context import current_council
from vcse_portal.pdf.render import STYLESHEETS, render_pdf

from . import handover


def make(organisation: Organisation, user, *, now: datetime | None = None) -> bytes:
    """What this officer may see of the organisation today. Raises UnfitPaper when some could not read it."""
    now = now or timezone.now()
    return render_pdf(
        "conversations/paper.html",
        {
            "organisation": organisation,
            "sections": handover.pack(organisation, user),
            "council": current_council(),
            "made_for": user,
            "as_at": timezone.localdate(now),
        },
        title=f"Handover pack: {organisation.name}",
        now=now,
        base_url=settings.BASE_URL,
        stylesheets=STYLESHEETS,
    )
