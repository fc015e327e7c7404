"""How a page says who may open it. Pages are closed to visitors unless they are marked public."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

public = login_not_required  # this page is for everyone


def require(allowed: bool) -> None:
    """Stop with 403 unless `allowed`, the answer of a can_<verb>_<thing> function."""
    if allowed is not True:
        raise PermissionDenied
