"""Addresses written into mails: always on the configured host, whatever a request's Host header said."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse


def absolute(view: str, *args, **kwargs) -> str:
    """The full address of a page of ours by its URL name."""
    return settings.BASE_URL + reverse(view, args=args or None, kwargs=kwargs or None)


def host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
