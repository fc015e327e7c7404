"""Whether the portal is alive, and whether it is ready to serve: for load balancers and the person on call."""

from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import public
from vcse_portal.mail.models import Delivery

HEARTBEAT = "home.heartbeat"
BEATS = timedelta(minutes=2)  # the worker writes one every 30 seconds
OUTBOX = timedelta(minutes=15)  # mail due for longer than this means that nobody sends


@public
@never_cache
@require_safe
def healthz(request):
    """The process answers. Asks nothing of anybody else."""
    return HttpResponse("ok", content_type="text/plain")


@public
@never_cache
@require_safe
def readyz(request):
    """200 when database, Redis, worker and outbox are well; else 503 with the word for each that is not."""
    now = timezone.now()
    checks = {"database": _database(), "redis": _redis(), "worker": _worker(now)}
    checks["outbox"] = _outbox(now) if checks["database"] == "ok" else "unknown"
    well = all(word == "ok" for word in checks.values())
    return JsonResponse({"ready": well, **checks}, status=200 if well else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "away"
    return "ok"


def _redis() -> str:
    cache.set("home.readyz", 1, 10)
    return "ok" if cache.get("home.readyz") else "away"


def _worker(now) -> str:
    beat = cache.get(HEARTBEAT)
    return "ok" if beat and now - beat < BEATS else "no heartbeat"


def _outbox(now) -> str:
    late = Delivery.objects.due(now).filter(next_at__lt=now - OUTBOX)
    return "mail is waiting" if late.exists() else "ok"
