"""The answer to too many attempts: what happened, and when to try again."""

from django.http import HttpRequest, HttpResponse

from vcse_portal.ui.errors import error_page

WAIT_SECONDS = 300  # the longest of the limits in ACCOUNT_RATE_LIMITS


def too_many_requests(request: HttpRequest, exception=None) -> HttpResponse:
    return error_page(request, 429, retry_after=WAIT_SECONDS)
