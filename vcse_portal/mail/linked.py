"""Pages that open by a link from a mail, without an account. They show; only a button on them does anything."""

from functools import wraps

from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from vcse_portal.accounts.access import public

from .tokens import LinkBroken, LinkExpired, Purpose

LINK_PROBLEM = "mail/pages/link_problem.html"


def from_link(purpose: Purpose, *, problem_template: str = LINK_PROBLEM):
    """Give the view the facts of a signed link, or show a page that says what is wrong with it."""

    def decorator(view):
        @wraps(view)
        def inner(request, token):
            try:
                response = view(request, token, purpose.read(token))
            except LinkBroken:
                response = render(request, problem_template, {"problem": "broken"}, status=400)
            except LinkExpired:
                response = render(request, problem_template, {"problem": "expired"}, status=410)
            response["Referrer-Policy"] = (
                "strict-origin"  # "no-referrer" would send "Origin: null" with the button
            )
            patch_cache_control(response, private=True, no_store=True)
            return response

        return public(require_http_methods(["GET", "HEAD", "POST"])(inner))

    return decorator
