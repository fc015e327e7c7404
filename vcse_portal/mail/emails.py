"""The mails this kit itself writes: one function each."""

from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext as _

from .links import absolute
from .outbox import queue_mail
from .tokens import CONFIRM, PREFERENCES


def confirm_subscription(subscriber, list_code: str, themes: list[str], *, asked_at) -> None:
    token = CONFIRM.token(s=subscriber.pk, l=list_code, t=themes)
    queue_mail(
        kind="confirm_subscription",
        key=f"confirm_subscription:{subscriber.pk}:{asked_at.isoformat()}",
        to=subscriber,
        subject=_("Confirm that you want our mails"),
        template="confirm_subscription",
        context={"url": absolute("mail:confirm", token), "list_name": _list_name(list_code)},
        because=_("Somebody, most likely you, gave this address on our subscribe page."),
        is_secret=True,
        expires_at=asked_at + CONFIRM.lasts,
    )


def preferences_link(subscriber, *, asked_at) -> None:
    queue_mail(
        kind="preferences_link",
        key=f"preferences_link:{subscriber.pk}:{asked_at.isoformat()}",
        to=subscriber,
        subject=_("Your mail preferences"),
        template="preferences_link",
        context={"url": absolute("mail:preferences", PREFERENCES.token(s=subscriber.pk))},
        because=_("Somebody, most likely you, gave this address on our subscribe or preferences page."),
        is_secret=True,
        expires_at=asked_at + PREFERENCES.lasts,
    )


def weekly_digest(user, dues: list, *, due_on) -> None:
    """`dues` come sorted by urgency."""
    groups = [(urgency.label, list(rest)) for urgency, rest in groupby(dues, key=lambda due: due.urgency)]
    queue_mail(
        kind="weekly_digest",
        key=f"weekly_digest:{user.pk}:{due_on}",
        to=user,
        subject=f"What needs you this week: {len(dues)}",
        template="weekly_digest",
        context={"groups": groups, "count": len(dues), "base_url": settings.BASE_URL},
        because="You work on the portal as an officer. This digest comes on Mondays when something waits for you.",
    )


def _list_name(code: str) -> str:
    from .models import MailingList

    return MailingList(code).label
