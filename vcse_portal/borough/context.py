"""Gives every page the council's name, colours and contact."""

from django.core.cache import cache
from django.db import transaction

from .models import Council

KEY = "borough.council"


def current_council() -> Council:
    """The one council, without its logo's bytes. Cached; forgotten when it is saved."""
    found = cache.get(KEY)
    if found is None:
        found = Council.objects.defer("logo").filter(pk=1).first() or Council(pk=1)
        cache.set(KEY, found, 600)
    return found


def forget_council() -> None:
    """Have the council read afresh: now, and once what was written is committed."""
    cache.delete(KEY)
    transaction.on_commit(lambda: cache.delete(KEY))


def council(request) -> dict:
    return {"council": current_council()}
