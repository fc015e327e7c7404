"""The text pages officers keep."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.ui.conflict import check_version

from ..models import PublicText
from ..texts import STARTERS, starter


@transaction.atomic
def save_public_text(
    slug: str, *, title: str, body: str, reviewed_on: date | None = None, version: int | None = None, by=None
) -> PublicText:
    """Add or change a text page. `body` is Markdown. Raises Conflict for a stale `version` (0: not saved before)."""
    if reviewed_on and reviewed_on > timezone.localdate():
        raise ValidationError({"reviewed_on": "The date of the last review cannot be in the future."})
    with history.deed("saved", by=by):
        text = PublicText.objects.select_for_update().filter(slug=slug).first() or PublicText(
            slug=slug, version=0
        )
        check_version(text, version)
        text.title, text.body, text.reviewed_on = title, body, reviewed_on
        text.version += 1
        text.updated_at = timezone.now()
        text.full_clean()
        text.save()
    return text


@transaction.atomic
def starter_texts(*, by=None) -> list[PublicText]:
    """Save the starter texts as the council's own where it has none yet."""
    held = set(PublicText.objects.values_list("slug", flat=True))
    made = []
    for slug in STARTERS:
        if slug not in held:
            text = starter(slug)
            made.append(save_public_text(slug, title=text.title, body=text.body, by=by))
    return made
