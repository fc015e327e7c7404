"""One page for each thing that can go wrong, in our look."""

from django.core.exceptions import RequestDataTooBig

from vcse_portal.ui.errors import error_page


def bad_request(request, exception):
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request, exception):
    return error_page(request, 403)


def not_found(request, exception):
    return error_page(request, 404)


def server_error(request):
    return error_page(request, 500)


def csrf_failure(request, reason=""):
    return error_page(request, 403, template_name="403_csrf.html")
