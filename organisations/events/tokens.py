"""Links in mails: each for one purpose, one person and a limited time."""

from datetime import timedelta

from django.urls import reverse

from vcse_portal.mail.tokens import Purpose

CONFIRM_PLACE = Purpose("events.confirm_place", timedelta(days=7))
PLACE = Purpose("events.place", timedelta(days=400))  # from signing up until well after the event
FEEDBACK = Purpose("events.feedback", timedelta(days=60))
ABOUT = Purpose("events.about", timedelta(days=1))  # which thing an event is recorded about


def own_page(sign_up) -> str:
    """The path of the page that shows one person their place."""
    return reverse("events:place", args=[PLACE.token(s=sign_up.pk)])
