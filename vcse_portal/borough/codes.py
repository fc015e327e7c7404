"""Reference lists as small cached dictionaries: code to name, for labels, choices and checks."""

from django.core.exceptions import ValidationError

from . import memory
from .models import Community, Directorate, Outcome, Support, Theme, Ward

LISTS = {
    "theme": Theme,
    "community": Community,
    "support": Support,
    "outcome": Outcome,
    "directorate": Directorate,
    "ward": Ward,
}


def names(kind: str) -> dict[str, str]:
    """Code → name of a list, current and past, in its order."""
    return memory.remember(f"names.{kind}", lambda: dict(LISTS[kind].objects.values_list("code", "name")))


def choices(kind: str) -> list[tuple[str, str]]:
    """Current codes and names for a form."""
    return list(LISTS[kind].objects.current().values_list("code", "name"))


def check_codes(kind: str, codes: list[str]) -> None:
    """Raise ValidationError naming the codes that the list does not hold."""
    unknown = sorted(
        set(codes) - set(LISTS[kind].objects.filter(code__in=codes).values_list("code", flat=True))
    )
    if unknown:
        raise ValidationError(f"Not a known {kind}: {', '.join(unknown)}.")
