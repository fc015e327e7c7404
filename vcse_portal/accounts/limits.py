"""The answer to too many attempts: what happened, and when to try again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

WAIT_SECONDS = 300  # the longest of the limits in ACCOUNT_RATE_LIMITS


def too_many_requests(request: HttpRequest, exception=None) -> HttpResponse:
    response = render(request, "accounts/too_many_requests.html", {"minutes": WAIT_SECONDS // 60}, status=429)
    response["Retry-After"] = str(WAIT_SECONDS)
    return response
