"""Mailing lists: who asked for what, and who must never be written to again."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from vcse_portal import history
from vcse_portal.borough.models import code_list_field


class MailingList(models.TextChoices):
    """Lists people can join. Stored codes."""

    CIRCULAR = "circular", _("Monthly circular of what the council plans to buy and fund")


def _may_see_subscribers(user) -> bool:
    return user.is_authenticated and user.has_role("partnerships", "administrator")


class SubscriberQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Officers for partnerships and administrators."""
        return self if _may_see_subscribers(user) else self.none()

    def called(self, email: str):
        return self.filter(email=email.strip().lower())


@history.track(exclude=("email", "name"))
class Subscriber(models.Model):
    """An address that asked for mail, with the evidence of consent: the words agreed to, when and how."""

    email = models.EmailField("email address", unique=True, help_text="Lower case.")
    name = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    consent_words = models.TextField(max_length=1000)
    consent_how = models.CharField(max_length=100)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="subscriber_email_lower", condition=models.Q(email=Lower("email")))
        ]

    def __str__(self):
        return f"Subscriber {self.pk}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None and self.left_at is None


class SubscriptionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if _may_see_subscribers(user) else self.none()

    def current(self):
        return self.filter(ended_at=None)

    def confirmed(self):
        """Those mail may go to: asked for, confirmed from their own mailbox, not left."""
        return self.current().filter(subscriber__confirmed_at__isnull=False, subscriber__left_at=None)


@history.track()
class Subscription(models.Model):
    """One list a subscriber gets. No themes chosen means all of them."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    list_code = models.CharField(max_length=40, choices=MailingList.choices)
    themes = code_list_field("themes", of="theme")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "list_code"],
                condition=models.Q(ended_at=None),
                name="one_current_subscription_a_list",
            )
        ]

    def __str__(self):
        return f"{self.list_code} to subscriber {self.subscriber_id}"


class SuppressionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if _may_see_subscribers(user) else self.none()

    def of(self, email: str):
        return self.filter(digest__in=address_digests(email))


class Suppression(models.Model):
    """An address no list may write to, kept as a keyed hash so that the address itself can be forgotten."""

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    objects = SuppressionQuerySet.as_manager()

    def __str__(self):
        return f"Suppression {self.pk}"


def address_digest(email: str) -> str:
    """HMAC-SHA256 of the address in lower case, keyed with the installation's present secret."""
    return address_digests(email)[0]


def address_digests(email: str) -> list[str]:
    """By the present key, and by each earlier one: a new key forgets nobody who left."""
    address = email.strip().lower()
    return [
        salted_hmac("mail.suppression", address, secret=key, algorithm="sha256").hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
