"""Records that are the same organisation: likely pairs, and a merge that can be undone."""


def likely(name="", postcode="", numbers=(), exclude=None, *, user) -> list:
    """Records that may already be the organisation described, likeliest first; see `finding.likely`."""
    from . import finding  # the app registry is not ready when this package is imported

    return finding.likely(name, postcode, numbers, exclude, user=user)
