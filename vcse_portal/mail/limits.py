"""How often one address or one source may ask for mail. Counted in the cache; with the cache away nobody is refused."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR = 3600
PER_ADDRESS, PER_SOURCE = 5, 40  # an hour; a whole office may share one source


def is_over_limit(request, action: str, email: str) -> bool:
    """Count this request and say whether its address or its source asked too often in the last hour."""
    source = get_adapter().get_client_ip(request)
    counts = [_count(f"{action}:source", source), _count(f"{action}:address", email.strip().lower())]
    return counts[0] > PER_SOURCE or counts[1] > PER_ADDRESS


def _count(kind: str, value: str) -> int:
    key = f"mail.limit.{kind}.{salted_hmac('mail.limit', value).hexdigest()}"
    if cache.add(key, 1, HOUR):
        return 1
    try:
        return cache.incr(key) or 0
    except ValueError:
        return 0
