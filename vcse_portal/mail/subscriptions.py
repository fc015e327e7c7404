"""Joining and leaving mailing lists. Consent is confirmed from the person's own mailbox before anything is sent.

Privacy and Electronic Communications Regulations 2003, reg. 22: mail to individuals needs their consent, kept
with its evidence: the words agreed to, when and how. Answers never tell whether an address is known.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vcse_portal import history
from vcse_portal.borough.codes import check_codes

from . import emails
from .compose import one_line
from .models import Delivery, MailingList, State, Subscriber, Subscription, Suppression
from .models.subscriptions import address_digest

CONSENT_WORDS = gettext_lazy(
    "I agree that the council sends me this circular by email until I say stop. "
    "Every mail holds a link to leave the list."
)
UNCONFIRMED_KEPT = timedelta(days=30)


def confirmed(list_code: str, theme: str | None = None) -> models.QuerySet:
    """Subscriptions mail may go to; with `theme`, those that asked for it or for everything."""
    found = Subscription.objects.confirmed().filter(list_code=list_code)
    return found.filter(models.Q(themes=[]) | models.Q(themes__contains=[theme])) if theme else found


@transaction.atomic
def subscribe(
    *,
    email: str,
    name: str = "",
    list_code: str,
    themes: list[str] = (),
    words: str = "",
    how: str = "web form",
) -> None:
    """Ask the address to confirm. Who gets mail already is sent a link to their preferences instead.

    Returns nothing either way, so that nobody learns who subscribes. Raises ValidationError for an unknown
    list or theme.
    """
    _check_list(list_code)
    check_codes("theme", list(themes))
    now = timezone.now()
    with history.deed("asked to subscribe"):
        subscriber = _known_or_new(
            email.strip().lower(), one_line(name, 60), words or str(CONSENT_WORDS), how, now
        )
    if subscriber.is_confirmed and subscriber.subscriptions.current().filter(list_code=list_code).exists():
        emails.preferences_link(subscriber, asked_at=now)
    else:
        emails.confirm_subscription(subscriber, list_code, sorted(themes), asked_at=now)


def _known_or_new(email, name, words, how, now) -> Subscriber:
    fields = {"name": name, "consent_words": words, "consent_how": how, "asked_at": now}
    subscriber, is_new = Subscriber.objects.select_for_update().get_or_create(email=email, defaults=fields)
    if not is_new and not subscriber.is_confirmed:
        for field, value in fields.items():
            setattr(subscriber, field, value)
        subscriber.save(update_fields=list(fields))
    return subscriber


@transaction.atomic
def confirm(subscriber_id: int, *, list_code: str, themes: list[str], asked_at: datetime) -> Subscription:
    """Start the subscription the person asked for. A second click changes nothing.

    Raises ValidationError when the person left the list after the link was made: an old link brings nobody back.
    """
    _check_list(list_code)
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber_id)
    if subscriber.left_at and subscriber.left_at > asked_at:
        raise ValidationError(_("You left after this link was made. Subscribe again to get a new one."))
    now = timezone.now()
    with history.deed("confirmed a subscription"):
        if not subscriber.is_confirmed:  # who left has consented anew: the evidence is of this request
            subscriber.confirmed_at, subscriber.left_at = now, None
            subscriber.save(update_fields=["confirmed_at", "left_at"])
        Suppression.objects.of(subscriber.email).delete()
        return Subscription.objects.get_or_create(
            subscriber=subscriber,
            list_code=list_code,
            ended_at=None,
            defaults={"themes": themes, "started_at": now},
        )[0]


@transaction.atomic
def leave(subscription_id: int, *, reason: str = "left the list") -> Subscription:
    """End a subscription at once: what waits in the outbox for it is cancelled. Twice is the same as once."""
    subscription = (
        Subscription.objects.select_for_update().select_related("subscriber").get(pk=subscription_id)
    )
    if subscription.ended_at:
        return subscription
    with history.deed("left a mailing list"):
        subscription.ended_at = timezone.now()
        subscription.save(update_fields=["ended_at"])
        _leave_altogether(subscription.subscriber, reason, subscription.ended_at)
    Delivery.objects.filter(subscription=subscription, state__in=[State.PENDING, State.CLAIMED]).update(
        state=State.CANCELLED, lease_until=None, reply="Left the list."
    )
    return subscription


def _leave_altogether(subscriber: Subscriber, reason: str, now: datetime) -> None:
    """With the last list gone, the address is suppressed: an import may not bring it back."""
    if subscriber.subscriptions.current().exists():
        return
    subscriber.left_at = now
    subscriber.save(update_fields=["left_at"])
    if not Suppression.objects.of(subscriber.email).exists():
        Suppression.objects.get_or_create(
            digest=address_digest(subscriber.email), defaults={"reason": reason, "at": now}
        )


@transaction.atomic
def change_preferences(subscription_id: int, *, themes: list[str]) -> Subscription:
    """Choose which themes to hear of; none means all. Raises ValidationError for a list already left."""
    check_codes("theme", themes)
    subscription = Subscription.objects.select_for_update().get(pk=subscription_id)
    if subscription.ended_at:
        raise ValidationError(_("You have left this list. Subscribe again to get its mails."))
    with history.deed("changed mail preferences"):
        subscription.themes = sorted(themes)
        subscription.save(update_fields=["themes"])
    return subscription


@transaction.atomic
def ask_preferences(email: str) -> None:
    """Mail a link to the preferences, if the address has any. Returns nothing either way."""
    subscriber = Subscriber.objects.called(email).first()
    if subscriber and subscriber.is_confirmed:
        emails.preferences_link(subscriber, asked_at=timezone.now())


def forget_unconfirmed(now: datetime | None = None) -> int:
    """Addresses that never confirmed are nobody's consent: forgotten after thirty days."""
    old = (now or timezone.now()) - UNCONFIRMED_KEPT
    with history.deed("forgot an unconfirmed address"):
        return Subscriber.objects.filter(confirmed_at=None, asked_at__lt=old).delete()[0]


def _check_list(code: str) -> None:
    if code not in MailingList.values:
        raise ValidationError(_("There is no such mailing list."))
