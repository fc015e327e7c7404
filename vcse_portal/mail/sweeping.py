"""What beat does every minute: rows a dead worker left, mail nobody should get any more, work nobody started."""

from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from .delivery import blank_secrets
from .models import Delivery, Message, OnCrash, State
from .models.outbox import LEASED

MAX_CRASHES = 5  # a mail that was being sent when its worker died so often is left to an officer


@dataclass(frozen=True)
class Sweep:
    released: int
    resent: int
    in_doubt: int
    cancelled: int
    work_waits: bool


def sweep_outbox(now=None) -> Sweep:
    """Put right what a crash left. Every step is one conditional update: running twice does no harm."""
    now = now or timezone.now()
    overdue = Delivery.objects.filter(lease_until__lt=now)
    started = overdue.filter(state=State.STARTED)
    doubtful = started.filter(models.Q(message__on_crash=OnCrash.HOLD) | models.Q(attempts__gte=MAX_CRASHES))
    sweep = Sweep(
        released=overdue.filter(state=State.CLAIMED).update(state=State.PENDING, lease_until=None),
        in_doubt=doubtful.update(
            state=State.IN_DOUBT, lease_until=None, reply="The sender stopped before it knew the answer."
        ),
        resent=started.update(state=State.PENDING, lease_until=None, next_at=now),
        cancelled=Delivery.objects.filter(state=State.PENDING, message__expires_at__lt=now).update(
            state=State.CANCELLED, reply="Too late to be of use."
        ),
        work_waits=_work_waits(now),
    )
    blank_secrets(Message.objects.filter(is_secret=True).exclude(text="").values_list("pk", flat=True))
    return sweep


def _work_waits(now) -> bool:
    """Rows are due and no worker is at it (one that is goes on until nothing is due)."""
    at_work = Delivery.objects.filter(state__in=LEASED, lease_until__gte=now).exists()
    return not at_work and Delivery.objects.due(now).exists()
