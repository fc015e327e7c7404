"""Whom a form offers."""

from vcse_portal.accounts.models import User


def officers():
    return User.objects.officers().order_by("name", "email")
