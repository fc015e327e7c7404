"""Gives every write made while answering a request its person, address and request id."""

import pghistory

from vcse_portal.logs import without_tokens

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class HistoryMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in UNSAFE:
            return self.get_response(request)
        user = request.user.pk if request.user.is_authenticated else None
        with pghistory.context(user=user, url=without_tokens(request.path), request=request.request_id):
            return self.get_response(request)
