"""Pages for what can go wrong. The plain ones need neither database, nor session, nor the static files' list."""

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import get_template

PLAIN = frozenset({400, 405, 413, 500, 503})
METHODS = ("GET", "HEAD", "POST")  # what any page of ours answers
DRAIN_LIMIT = 64 * 1024 * 1024  # bytes read and thrown away before saying that it was too much


def error_page(
    request, status: int, *, template_name: str = "", retry_after: int | None = None, **context
) -> HttpResponse:
    """The page of a status, with the request id people can quote. `retry_after` is in seconds."""
    context |= {
        "request_id": getattr(request, "request_id", ""),
        "retry_after": retry_after,
        "retry_minutes": -(-(retry_after or 0) // 60),
    }
    name = template_name or f"{status}.html"
    if status in PLAIN:
        response = HttpResponse(get_template(name).render(context), status=status)
    else:
        response = render(request, name, context, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


class RefusedInputMiddleware:
    """Answers a method no page takes, and a form that is larger than we take, before anything else looks at it.

    What was sent is read to its end first: a browser shows an answer only when it could send everything.
    The bare 405 of a page that takes only the other method gets its words here too: people meet it after
    signing in at the address of a button.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in METHODS:
            drain(request)
            return _not_allowed(request, HttpResponseNotAllowed(METHODS))
        if request.method == "POST" and request.content_type in (
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ):
            try:
                _ = request.POST
            except RequestDataTooBig:
                drain(request)
                return error_page(request, 413)
            except SuspiciousOperation:
                drain(request)
                return error_page(request, 400)
        response = self.get_response(request)
        return _not_allowed(request, response) if response.status_code == 405 else response


def _not_allowed(request, response: HttpResponse) -> HttpResponse:
    page = error_page(request, 405)
    page["Allow"] = response.get("Allow", "")
    return page


def drain(request) -> None:
    """Read what is left of the body, up to DRAIN_LIMIT."""
    stream, left = getattr(request, "_stream", None), DRAIN_LIMIT
    try:
        while stream is not None and left > 0 and (chunk := stream.read(64 * 1024)):
            left -= len(chunk)
    except (OSError, ValueError):
        return
