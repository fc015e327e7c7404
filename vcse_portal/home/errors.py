"""One page for each thing that can go wrong, in our look."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError

from vcse_portal.ui.errors import error_page

RETRY_SECONDS = 30


def bad_request(request, exception):
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request, exception):
    return error_page(request, 403)


def not_found(request, exception):
    return error_page(request, 404)


def server_error(request):
    """500; or 503 when the database is away, or somebody else's long write kept us waiting too long."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return error_page(request, 503, retry_after=RETRY_SECONDS)
    return error_page(request, 500)


def csrf_failure(request, reason=""):
    return error_page(request, 403, template_name="403_csrf.html")
