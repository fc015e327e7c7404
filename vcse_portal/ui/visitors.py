"""Public pages for visitors, kept for as long as nothing in the database changes, and answered by 304.

A page is kept under the snapshot PostgreSQL would read it from (`pg_current_snapshot`): two equal snapshots see the
same rows, and any commit by anyone, be it a page, a task or a person at the database, makes another. So a kept page
is never older than the last edit. What changes by the clock, such as an intention that opens at nine, changes with
the minute, which is part of the key too.

A visitor is who carries no session, no message and no choice of language. The page is made without their other
cookies, so it cannot tell one visitor from the next.
"""

import time
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

MOST = 300  # pages
LARGEST = 128 * 1024  # bytes of one


@dataclass(frozen=True)
class Kept:
    state: tuple | None
    headers: dict[str, str]
    body: bytes


class VisitorPagesMiddleware:
    """Stands outside of sessions, tokens and people; inside of what adds a header to each answer."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.shelf: dict[tuple, Kept] = {}
        self.lock = Lock()

    def __call__(self, request):
        if not is_visitors(request):
            return self.get_response(request)
        request.COOKIES = {k: v for k, v in request.COOKIES.items() if k == settings.CSRF_COOKIE_NAME}
        place = request.scheme, request.get_host(), request.get_full_path(), get_language()
        page = self.shelf.get(place)
        state = _state() if page else None  # asked from the second time on: /healthz needs no database
        if state is None or page.state != state:
            response = self.get_response(request)
            if not may_be_kept(request, response):
                return response
            page = _page(response, state)
            self._keep(place, page)
        return get_conditional_response(
            request, etag=page.headers["ETag"], response=HttpResponse(page.body, headers=page.headers)
        )

    def _keep(self, place: tuple, page: Kept) -> None:
        """The one put there longest ago makes room."""
        with self.lock:
            self.shelf.pop(place, None)
            while len(self.shelf) >= MOST:
                del self.shelf[next(iter(self.shelf))]
            self.shelf[place] = page


def is_visitors(request) -> bool:
    """Whether it asks for a page, and says nothing of who asks."""
    told = {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages"}
    accepts = request.META.get("HTTP_ACCEPT", "*/*")
    return (
        request.method == "GET"
        and told.isdisjoint(request.COOKIES)
        and "HTTP_AUTHORIZATION" not in request.META
        and ("text/html" in accepts or accepts == "*/*")
        and not settings.DEBUG
    )


def may_be_kept(request, response) -> bool:
    """A whole page of ours that says nothing of its own about being kept, and that is the same for the next visitor.

    One that sets a cookie is not (a form's token, a session), nor one with a policy or a nonce of its own.
    """
    return (
        response.status_code == 200
        and not response.streaming
        and response.headers.get("Content-Type", "").startswith("text/html")
        and response.headers.get("Vary", "Cookie") == "Cookie"
        and not {"Cache-Control", "ETag", "Last-Modified", "Content-Disposition"} & response.headers.keys()
        and not response.cookies
        and not any(name.startswith("_csp") for name in vars(response))
        and getattr(request, "_csp_nonce", None) is None
        and len(response.content) <= LARGEST
    )


def _state() -> tuple | None:
    """What the page may depend on; None where it cannot be told: within a transaction, or without a database."""
    if connection.in_atomic_block:
        return None
    try:
        return _snapshot(), int(time.time() // 60)
    except DatabaseError:  # the page itself says that it is away
        return None


def _snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return cursor.fetchone()[0]


def _page(response, state: tuple | None) -> Kept:
    headers = dict(response.headers)
    headers["ETag"] = f'"{blake2b(response.content, digest_size=16).hexdigest()}"'
    headers["Cache-Control"] = "private, no-cache"  # may be held, but is asked for again each time
    headers["Vary"] = "Cookie"
    return Kept(state, headers, response.content)
