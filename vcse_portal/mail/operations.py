"""What officers do about the outbox. Each is one conditional update, so that a second click changes nothing."""

import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from .models import Delivery, Message, State
from .models.outbox import OPEN
from .wake import wake

logger = logging.getLogger(__name__)


@transaction.atomic
def pause_message(message_id: int, *, by) -> Message:
    """Hold back what has not been claimed yet. A worker finishes the hundred mails it holds at most."""
    return _set_paused(message_id, True, by)


@transaction.atomic
def resume_message(message_id: int, *, by) -> Message:
    """Let a paused message go on."""
    transaction.on_commit(wake)
    return _set_paused(message_id, False, by)


def _set_paused(message_id: int, is_paused: bool, by) -> Message:
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.is_paused == is_paused:
        raise ValidationError(
            "This message is paused already." if is_paused else "This message is not paused."
        )
    message.is_paused = is_paused
    message.save(update_fields=["is_paused"])
    logger.info("Message %s %s by user %s", message_id, "paused" if is_paused else "resumed", by.pk)
    return message


@transaction.atomic
def retry_failed(message_id: int, *, by) -> int:
    """Try once more to send what failed; return how many."""
    return _send_again(message_id, State.FAILED, by)


@transaction.atomic
def resend_in_doubt(message_id: int, *, by) -> int:
    """Send again to those of whom nobody knows whether they got it: some may get it twice."""
    return _send_again(message_id, State.IN_DOUBT, by)


def _send_again(message_id: int, state: str, by) -> int:
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.is_secret:
        raise ValidationError("A sign-in mail cannot be sent again: the person asks for a new one.")
    now = timezone.now()
    changed = message.deliveries.filter(state=state).update(
        state=State.PENDING, next_at=now, attempts=0, reply=f"Sent again by {by.display_name}."[:300]
    )
    _refuse_when_none(changed)
    transaction.on_commit(wake)
    return changed


@transaction.atomic
def mark_in_doubt_sent(message_id: int, *, by) -> int:
    """Settle what is in doubt as sent, for instance because the people said that they got it."""
    changed = Delivery.objects.filter(message=message_id, state=State.IN_DOUBT).update(
        state=State.SENT, sent_at=timezone.now(), reply=f"Marked as sent by {by.display_name}."[:300]
    )
    _refuse_when_none(changed)
    return changed


def doubt_waiting(reason: str) -> int:
    """Hold all that waits as in doubt, as after a restore: it may have left since. Return how many mails."""
    return Delivery.objects.filter(state__in=OPEN).update(state=State.IN_DOUBT, reply=reason[:300])


def _refuse_when_none(changed: int) -> None:
    if not changed:
        raise ValidationError("There is nothing left to do: somebody else may have done it just now.")
