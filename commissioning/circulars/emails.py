"""Mails of the circular: to its editors, as a test, and to everyone who asked for it."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from vcse_portal.accounts.models import Role, User
from vcse_portal.mail.compose import bodies
from vcse_portal.mail.links import absolute
from vcse_portal.mail.models import Message, Priority
from vcse_portal.mail.outbox import queue_bulk, queue_mail
from vcse_portal.mail.subscriptions import confirmed
from vcse_portal.ui.markdown import to_text

from .contents import parts
from .models import Circular

LIST = "circular"


def circular_waiting(circular: Circular, today: date) -> None:
    """The draft is there and waits for an editor; again every second working day."""
    queue_mail(
        kind="circular_waiting",
        key=f"circular_waiting:{circular.period}:{today}",
        to=list(User.objects.with_role(Role.PARTNERSHIPS)),
        subject=f"{circular.title} waits for you",
        template="commissioning/circular_waiting",
        context={
            "circular": circular,
            "count": circular.entries.kept().count(),
            "url": absolute("commissioning:circular_edit", circular.period),
        },
        because="You are an officer for partnerships.",
        about=circular,
    )


def circular_test(circular: Circular, officer: User, now: datetime) -> Message:
    words = _words(circular)
    return queue_mail(
        kind="circular_test",
        key=f"circular_test:{circular.period}:{officer.pk}:{now:%Y-%m-%dT%H:%M}",
        to=officer,
        about=circular,
        because="You asked for this test. Nobody else has got it.",
        **(words | {"subject": f"Test: {words['subject']}"}),
    )


def circular_issue(circular: Circular) -> Message:
    """One message, one row for each confirmed subscriber, each with a link of their own to leave."""
    message = queue_mail(
        kind="circular",
        key=circular.message_key,
        to=[],
        list_code=LIST,
        about=circular,
        because=_because(),
        priority=Priority.BULK,
        **_words(circular),
    )
    queue_bulk(message, confirmed(LIST), priority=Priority.BULK)
    return message


def circular_preview(circular: Circular) -> Message:
    """The mail as it would be queued now; not saved."""
    words = _words(circular)
    text, html = bodies(
        words["template"], words["context"], subject=words["subject"], because=_because(), list_code=LIST
    )
    return Message(subject=words["subject"], text=text, html=html, list_code=LIST)


def _because() -> str:
    return _("You subscribed to our monthly circular.")


def _words(circular: Circular) -> dict:
    return {
        "subject": circular.title,
        "template": "commissioning/circular",
        "context": {
            "circular": circular,
            "foreword": to_text(circular.foreword),
            "parts": parts(circular),
            "base_url": settings.BASE_URL,
            "url": absolute("commissioning:circular", circular.period),
        },
    }
