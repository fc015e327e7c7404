"""The sector in figures: plain values, counted from the public directory, from which pages and papers are made.

Counted are the active and dormant organisations that are published, so that nobody can learn of an unpublished one
by comparing these figures with the directory. Incomes are yearly, in pounds, as last known.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Count, F, Func, Min, Q, Sum
from django.utils import timezone

from vcse_portal.search import registry as search

from ..models import Contact, Organisation
from ..search import CONFIRMED_FOR

FORM = 1  # of the kept values; a new shape gets a new number
YEAR = timedelta(days=365)
KEEP = 600  # seconds


def counted():
    """The organisations these figures are about."""
    return Organisation.objects.published().filter(status__in=["active", "dormant"])


def figures(today: date | None = None) -> dict:
    """The figures as the register stands, kept until it changes: JSON values only. Nine statements."""
    today = today or timezone.localdate()
    key = f"sector.figures.{FORM}.{search.version('organisation')}.{today}"
    found = cache.get(key)
    if found is None:
        found = count(today)
        cache.set(key, found, KEEP)
    return found


def count(today: date) -> dict:
    whole = counted().aggregate(total=Count("pk"), known=Count("income"), income=Sum("income"))
    return {
        "form": FORM,
        "as_at": today.isoformat(),
        "total": whole["total"],
        "known_income": whole["known"],
        "income": _money(whole["income"]),
        "band": _by(counted(), F("band")),
        "structure": _by(counted(), F("legal_structure")),
        "ward": _by(counted(), F("ward__code")),
        "theme": _by(counted(), Func(F("themes"), function="unnest")),
        "missing": _missing(today),
        "movement": _movement(today),
    }


def _by(found, what) -> dict[str, list]:
    """Code → [organisations, those with a known income, their income together]."""
    rows = (
        found.annotate(code=what)
        .values("code")
        .annotate(n=Count("pk"), known=Count("income"), sum=Sum("income"))
    )
    return {r["code"] or "": [r["n"], r["known"], _money(r["sum"])] for r in rows.order_by("code")}


def _money(amount: Decimal | None) -> str:
    return str(amount or 0)


def _missing(today: date) -> dict[str, int]:
    """How many records lack what; those without income, ward or structure are in the tables."""
    reachable = Contact.objects.filter(consent=Contact.Consent.YES).values("organisation")
    return counted().aggregate(
        theme=Count("pk", filter=Q(themes=[])),
        community=Count("pk", filter=Q(communities=[])),
        summary=Count("pk", filter=Q(summary="")),
        contact=Count("pk", filter=~Q(pk__in=reachable) & Q(website="")),
        unconfirmed=Count("pk", filter=Q(confirmed_on=None) | Q(confirmed_on__lt=today - CONFIRMED_FOR)),
    )


def _movement(today: date) -> dict[str, int]:
    """What the register itself remembers of the last twelve months."""
    since = today - YEAR
    closed = (
        Organisation.objects.published()
        .filter(status=Organisation.Status.CLOSED, events__status=Organisation.Status.CLOSED)
        .annotate(closed_at=Min("events__pgh_created_at"))
        .filter(closed_at__date__gte=since)
    )
    return {"added": counted().filter(created_at__date__gte=since).count(), "closed": closed.count()}


def seal(found: dict) -> str:
    """SHA-256 of the figures without their date, in one agreed spelling: equal when nothing changed."""
    same = {name: value for name, value in found.items() if name != "as_at"}
    return sha256(json.dumps(same, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
