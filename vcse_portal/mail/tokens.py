"""Signed, single-purpose, expiring links. They carry row numbers, never addresses, and say when they were made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone


class LinkBroken(Exception):
    """Forged, truncated, or made for another purpose."""


class LinkExpired(Exception):
    """Real once, too old now."""


@dataclass(frozen=True)
class Purpose:
    salt: str
    lasts: timedelta

    def token(self, **facts) -> str:
        return signing.dumps({**facts, "at": int(timezone.now().timestamp())}, salt=self.salt)

    def read(self, token: str) -> dict:
        """The facts, with `at` as a datetime. Raises LinkBroken or LinkExpired."""
        try:
            facts = signing.loads(token, salt=self.salt)
            made_at = datetime.fromtimestamp(facts.pop("at"), tz=timezone.get_current_timezone())
        except (signing.BadSignature, ValueError, KeyError, TypeError):
            raise LinkBroken from None
        if made_at + self.lasts < timezone.now():
            raise LinkExpired
        return {**facts, "at": made_at}


CONFIRM = Purpose("mail.confirm", timedelta(days=7))
PREFERENCES = Purpose("mail.preferences", timedelta(days=1))
LEAVE = Purpose("mail.leave", timedelta(days=800))  # a link in an old circular must still work
