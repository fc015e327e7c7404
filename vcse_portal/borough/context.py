"""Gives every page the council's name, colours and contact."""

from . import memory
from .models import Council


def current_council() -> Council:
    """The one council, without its logo's bytes."""
    return memory.remember(
        "council", lambda: Council.objects.defer("logo").filter(pk=1).first() or Council(pk=1)
    )


def council(request) -> dict:
    return {"council": current_council()}
