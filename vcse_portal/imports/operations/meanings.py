"""What other people's words mean here."""

from django.core.exceptions import ValidationError
from django.db import transaction

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.codes import check_codes
from vcse_portal.ui.conflict import check_version

from ..models import Meaning
from ..vocabularies import LISTS, vocabularies


@transaction.atomic
def save_meaning(
    vocabulary: str,
    code: str,
    *,
    themes: list[str],
    communities: list[str],
    version: int | None = None,
    by: User,
) -> Meaning:
    """Decide which themes and communities a word stands for. Imports use it from now on.

    `version` 0 says that nobody had decided yet. Raises Conflict when somebody else did since.
    """
    if code not in vocabularies[vocabulary].words:
        raise ValidationError("There is no such word in this list.")
    chosen = {"themes": themes, "communities": communities}
    for name, kind in LISTS.items():
        check_codes(kind, chosen[name])
    with history.deed("meaning decided", by=by):
        meaning, is_new = Meaning.objects.select_for_update().get_or_create(
            vocabulary=vocabulary, code=code, defaults=chosen
        )
        if is_new or version == 0 and (meaning.themes, meaning.communities) == (themes, communities):
            return meaning
        check_version(meaning, version)
        meaning.themes, meaning.communities, meaning.version = themes, communities, meaning.version + 1
        meaning.save(update_fields=["themes", "communities", "version"])
    return meaning
