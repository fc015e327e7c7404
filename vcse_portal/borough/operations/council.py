"""The council's own details."""

from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.ui.conflict import check_version

from .. import memory
from ..brand import check_brand_colour, clean_logo
from ..models import Council


@transaction.atomic
def save_council(
    *, by=None, version: int | None = None, logo: bytes | None = None, remove_logo: bool = False, **details
) -> Council:
    """Change the council's name, contacts, colour and logo. `logo` is a picture file's bytes, re-encoded here.

    Raises ValidationError for a colour white text cannot be read on or a picture that is none, Conflict for a
    stale `version`.
    """
    with history.deed("council details saved", by=by):
        Council.objects.get_or_create(pk=1)
        council = Council.objects.select_for_update().get(pk=1)
        check_version(council, version)
        for name, value in details.items():
            council._meta.get_field(name)  # a misspelt name fails loudly
            setattr(council, name, value)
        if logo is not None or remove_logo:
            council.logo = clean_logo(logo) if logo is not None else None
            council.logo_type = "image/png" if logo is not None else ""
        council.full_clean()
        check_brand_colour(council.brand_colour)
        council.version += 1
        council.updated_at = timezone.now()
        council.save()
    memory.forget()
    return council
