"""How a page says who may open it. Pages are closed to visitors unless they are marked public."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

public = login_not_required  # this page is for everyone


def require(allowed: bool) -> None:
    """Stop with 403 unless `allowed`, the answer of a can_<verb>_<thing> function."""
    if allowed is not True:
        raise PermissionDenied


def council_only(view):
    """For pages that officers and councillors read."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        require(request.user.is_authenticated and request.user.is_council)
        return view(request, *args, **kwargs)

    return inner


def officers_only(view):
    """For pages that officers of any role work on."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        require(request.user.is_authenticated and request.user.is_officer)
        return view(request, *args, **kwargs)

    return inner
