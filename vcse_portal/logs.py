"""Request ids: one on every answer, on every log line, and on the error page a person can quote."""

import logging
import re
import time
import uuid
from contextvars import ContextVar

from django.conf import settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
TOKEN = re.compile(r"(?<=/)[\w:.=-]{32,}(?=/|$|\s)")
log = logging.getLogger("vcse_portal.requests")
ACCEPTABLE = re.compile(r"^[A-Za-z0-9-]{8,64}$")


def without_tokens(text: str) -> str:
    """An address in which the signed part of a mailed link is not readable: it opens what it was made for."""
    return TOKEN.sub("…", text)


class RequestIdMiddleware:
    """Gives each request its id, the proxy's own when there is one, and each answer its line in the log."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-Id", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
        began = time.monotonic()
        request.request_id = given if ACCEPTABLE.match(given) else uuid.uuid4().hex
        token = request_id.set(request.request_id)
        try:
            response = self.get_response(request)
            milliseconds = round((time.monotonic() - began) * 1000)
            log.info(
                "%s %s %s %s ms",
                request.method,
                without_tokens(request.path),
                response.status_code,
                milliseconds,
            )
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = request.request_id
        return response


class RequestIdFilter(logging.Filter):
    """Puts the request id on every record, empty outside a request, and takes mailed links' tokens out of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        if isinstance(record.args, tuple):
            record.args = tuple(without_tokens(a) if isinstance(a, str) else a for a in record.args)
        return True
