"""Service navigation: the rooms each kind of person comes for."""


def navigation(request) -> dict:
    return {"navigation": [], "navigation_right": []}
