"""Service navigation: the rooms each kind of person comes for, in the order they need them."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Item:
    label: str
    href: str
    is_current: bool = False
    count: int = 0


ORGANISATIONS = (_("Organisations"), "organisations:directory")
FORUMS = (_("Forums"), "forums:forums")
EVENTS = (_("Events"), "events:events")
OPPORTUNITIES = (_("Opportunities"), "commissioning:intentions")
SPACES = (_("Spaces and buildings"), "assets:assets")
COMPACT = (_("Our Compact"), "compact:compact")
PLAN = (_("Action plan"), "actions:plans")
CIRCULAR = (_("Circular"), "commissioning:circulars")
MINE = (_("My organisation"), "organisations:mine")
NEEDS_ME = (_("What needs me"), "home:what_needs_me")
SETTINGS = ("Settings", "borough:settings")
PEOPLE = ("People", "accounts:people")

VISITOR = (ORGANISATIONS, FORUMS, EVENTS, OPPORTUNITIES, SPACES, COMPACT, PLAN, CIRCULAR)
MEMBER = (MINE, NEEDS_ME, *VISITOR)
OFFICER = (
    NEEDS_ME,
    ORGANISATIONS,
    FORUMS,
    EVENTS,
    ("Commissioning", "commissioning:intentions"),
    CIRCULAR,
    ("Assets", "assets:assets"),
    ("Compact", "compact:compact"),
    ("Plan and reports", "actions:plans"),
)
COUNCILLOR = (
    ("Plan and reports", "actions:plans"),
    ("Promises", "compact:compact"),
    ORGANISATIONS,
    FORUMS,
    EVENTS,
    OPPORTUNITIES,
)


def navigation(request) -> dict:
    """Lazy: pages that draw no navigation, such as fragments, pay nothing for it."""
    return {
        "navigation": SimpleLazyObject(lambda: _items(request, _rooms(request.user), _right(request.user))),
        "navigation_right": SimpleLazyObject(
            lambda: _items(request, _right(request.user), _rooms(request.user))
        ),
    }


def _rooms(user):
    if not user.is_authenticated:
        return VISITOR
    if user.is_officer:
        return (*OFFICER, PEOPLE, SETTINGS) if user.is_administrator else OFFICER
    return COUNCILLOR if user.is_councillor else MEMBER


def _right(user):
    if user.is_authenticated:
        return ((_("Your account"), "accounts:your_account"), (_("Sign out"), "account_logout"))
    return ((_("Subscribe"), "mail:subscribe"), (_("Sign in"), "account_login"))


_href = lru_cache(reverse)  # the same for everybody, always


def _items(request, rooms, other_rooms) -> list[Item]:
    """The current room is the one with the longest address that begins the page's, on either side."""
    hrefs = [_href(name) for _, name in (*rooms, *other_rooms)]
    current = max((h for h in hrefs if request.path.startswith(h)), key=len, default="")
    return [Item(label, href, href == current) for (label, _), href in zip(rooms, hrefs, strict=False)]
