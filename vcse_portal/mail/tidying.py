"""What beat does every night: nothing about people is kept longer than it is needed."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from .models import Delivery, Message, State
from .models.outbox import OPEN

STEP = 500  # messages a transaction: nobody who sends waits long
UNSETTLED = (*OPEN, State.IN_DOUBT)


def forget_old_messages(now=None) -> int:
    """Delete messages older than MAIL_KEEP_DAYS with their deliveries; those not settled stay. How many."""
    old = (now or timezone.now()) - timedelta(days=settings.MAIL_KEEP_DAYS)
    unsettled = Delivery.objects.filter(message=models.OuterRef("pk"), state__in=UNSETTLED)
    settled = Message.objects.filter(~models.Exists(unsettled), created_at__lt=old)
    ids = list(settled.order_by().values_list("pk", flat=True))
    steps = (ids[start : start + STEP] for start in range(0, len(ids), STEP))
    return sum(settled.filter(pk__in=step).delete()[1].get(Message._meta.label, 0) for step in steps)
