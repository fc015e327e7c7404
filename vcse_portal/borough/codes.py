"""Reference lists as small cached dictionaries: code to name, for labels, choices and checks."""

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction

from .models import Community, Directorate, Outcome, Theme, Ward

LISTS = {
    "theme": Theme,
    "community": Community,
    "outcome": Outcome,
    "directorate": Directorate,
    "ward": Ward,
}
MINUTES = 60


def names(kind: str) -> dict[str, str]:
    """Code → name of a list, current and past, in its order. Cached; forgotten when the list is saved."""
    key = f"borough.names.{kind}"
    found = cache.get(key)
    if found is None:
        found = dict(LISTS[kind].objects.values_list("code", "name"))
        cache.set(key, found, 10 * MINUTES)
    return found


def choices(kind: str) -> list[tuple[str, str]]:
    """Current codes and names for a form."""
    return list(LISTS[kind].objects.current().values_list("code", "name"))


def forget(kind: str) -> None:
    """Have the list read afresh: now, and once what was written is committed."""
    cache.delete(f"borough.names.{kind}")
    transaction.on_commit(lambda: cache.delete(f"borough.names.{kind}"))


def check_codes(kind: str, codes: list[str]) -> None:
    """Raise ValidationError naming the codes that the list does not hold."""
    unknown = sorted(
        set(codes) - set(LISTS[kind].objects.filter(code__in=codes).values_list("code", flat=True))
    )
    if unknown:
        raise ValidationError(f"Not a known {kind}: {', '.join(unknown)}.")
