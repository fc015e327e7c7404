"""The outbox: what is to be sent, and one row for each recipient. The rows are the truth."""

import uuid
from dataclasses import dataclass

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

MESSAGE_ID_NAMESPACE = uuid.UUID("1b1a9a52-5f0c-5f55-9a0e-6f3a6c1f6d2a")


class OnCrash(models.TextChoices):
    """What to do with a mail whose sender died between the server's answer and our record of it."""

    RESEND = "resend", "Send again"
    HOLD = "hold", "Wait for an officer"


class Priority(models.IntegerChoices):
    URGENT = 1, "Urgent"
    NORMAL = 5, "Normal"
    BULK = 9, "Mailing"


class State(models.TextChoices):
    PENDING = "pending", "Waiting"
    CLAIMED = "claimed", "Next to be sent"
    STARTED = "started", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    IN_DOUBT = "in_doubt", "In doubt"
    CANCELLED = "cancelled", "Cancelled"


LEASED = (State.CLAIMED, State.STARTED)
OPEN = (State.PENDING, *LEASED)


@dataclass(frozen=True)
class Progress:
    """How far a sending has come, in recipients."""

    queued: int = 0
    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        return self.queued + self.sent + self.failed + self.in_doubt + self.cancelled

    @property
    def is_finished(self) -> bool:
        return not self.queued


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Officers for partnerships and administrators keep an eye on the outbox."""
        allowed = user.is_authenticated and user.has_role("partnerships", "administrator")
        return self if allowed else self.none()

    def for_list(self):
        """Newest first; bodies stay in the database. Counts come from `progress_of` the page's messages."""
        return self.defer("text", "html", "calendar").order_by("-created_at", "-pk")

    def needing_attention(self):
        troubled = Delivery.objects.needing_attention().filter(message=models.OuterRef("pk"))
        return self.filter(models.Exists(troubled))


class Message(models.Model):
    """The content one sending shares. `key` is unique: the same deed never mails twice."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True, help_text="An invitation that mail programs offer to keep.")
    reply_to = models.EmailField(blank=True)
    list_code = models.CharField(max_length=40, blank=True)
    on_crash = models.CharField(max_length=6, choices=OnCrash.choices, default=OnCrash.RESEND)
    is_secret = models.BooleanField(default=False, help_text="The body is blanked once sent.")
    is_confidential = models.BooleanField(default=False, help_text="Subject and addresses are not shown.")
    is_paused = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Not sent after this moment.")
    about_type = models.ForeignKey(ContentType, models.SET_NULL, null=True, blank=True, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
            models.Index(
                fields=["id"], name="message_secret", condition=models.Q(is_secret=True) & ~models.Q(text="")
            ),
        ]

    def __str__(self):
        return self.shown_subject

    @property
    def shown_subject(self) -> str:
        """The subject as an officer may read it in the outbox."""
        return "Confidential" if self.is_confidential else self.subject

    def progress(self) -> Progress:
        """Counts by state. One query."""
        return progress_of([self])[self.pk]


class DeliveryQuerySet(models.QuerySet):
    def due(self, now):
        """What may go out now: not of a paused message, and not too late to be of use."""
        in_time = models.Q(message__expires_at=None) | models.Q(message__expires_at__gt=now)
        return self.filter(in_time, state=State.PENDING, next_at__lte=now, message__is_paused=False)

    def open(self):
        return self.filter(state__in=OPEN)

    def needing_attention(self):
        return self.filter(state__in=[State.FAILED, State.IN_DOUBT])


class Delivery(models.Model):
    """One mail to one person: pending, claimed by a worker, started, then sent, failed or in doubt."""

    message = models.ForeignKey(  # the unique constraint's index begins with it
        Message, models.CASCADE, related_name="deliveries", db_index=False
    )
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=100, blank=True)
    personal = models.JSONField(
        default=dict, blank=True, help_text="Values put in place of [[placeholders]]."
    )
    subscription = models.ForeignKey(
        "mail.Subscription", models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    reply = models.CharField("the mail server's answer", max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()
    visible_through = "message"

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint("message", Lower("email"), name="one_delivery_an_address"),
            models.CheckConstraint(name="delivery_state_known", condition=models.Q(state__in=State.values)),
            models.CheckConstraint(
                name="delivery_sent_pair",
                condition=models.Q(state=State.SENT, sent_at__isnull=False)
                | (~models.Q(state=State.SENT) & models.Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "next_at", "id"],
                name="delivery_pending",
                condition=models.Q(state=State.PENDING),
            ),
            models.Index(
                fields=["lease_until"], name="delivery_leased", condition=models.Q(state__in=LEASED)
            ),
            models.Index(
                fields=["message", "id"],
                name="delivery_attention",
                condition=models.Q(state__in=[State.FAILED, State.IN_DOUBT]),
            ),
        ]

    def __str__(self):
        return f"{self.message_id} to {self.pk}"

    def shown_email_of(self, message: Message) -> str:
        """The address as an officer may read it in the outbox."""
        return "Confidential" if message.is_confidential else self.email

    def message_id_header(self, host: str) -> str:
        """The same for every attempt, so that a mail program can drop a second copy."""
        return f"<{uuid.uuid5(MESSAGE_ID_NAMESPACE, f'{self.message_id}:{self.email.lower()}')}@{host}>"


def progress_of(messages) -> dict[int, Progress]:
    """How far each message has come, in one query for all of them."""
    counts: dict[int, dict[str, int]] = {message.pk: {} for message in messages}
    rows = Delivery.objects.filter(message__in=counts).order_by().values_list("message", "state")
    for pk, state, number in rows.annotate(models.Count("pk")):
        counts[pk][state] = number
    return {pk: _progress(found) for pk, found in counts.items()}


def _progress(counts: dict[str, int]) -> Progress:
    return Progress(
        queued=sum(counts.get(state, 0) for state in OPEN),
        sent=counts.get(State.SENT, 0),
        failed=counts.get(State.FAILED, 0),
        in_doubt=counts.get(State.IN_DOUBT, 0),
        cancelled=counts.get(State.CANCELLED, 0),
    )
