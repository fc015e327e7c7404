"""Putting mail into the outbox. Called inside an operation's transaction: only rows are written, they are the truth."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

from . import ics
from .compose import bodies, one_line
from .models import Delivery, Message, OnCrash, Priority, State, Subscription, Suppression
from .models.subscriptions import address_digests
from .wake import wake

SECRET_LASTS = timedelta(minutes=15)
BATCH = 1000


@dataclass(frozen=True)
class Recipient:
    """An address with what is put in place of [[placeholders]] for it (`unsubscribe_url` also makes headers)."""

    email: str
    name: str = ""
    personal: dict = field(default_factory=dict)


@transaction.atomic
def queue_mail(
    *,
    kind: str,
    key: str,
    to,
    subject: str,
    template: str = "",
    context: dict | None = None,
    text: str = "",
    html: str = "",
    because: str = "",
    about: models.Model | None = None,
    reply_to: str = "",
    list_code: str = "",
    on_crash: str = OnCrash.RESEND,
    priority: int | None = None,
    is_secret: bool = False,
    is_confidential: bool = False,
    expires_at: datetime | None = None,
    send_at: datetime | None = None,
    invitation: ics.Entry | None = None,
) -> Message:
    """Write one message and a row for each recipient. The same `key` again adds nothing and returns the first.

    `to` is an address, a person with `email` and `display_name`, a Recipient, or several of them.
    Give a `template` (see /mail/ templates) or whole bodies. An address that is none becomes a failed row,
    so that a deed is never refused for a misspelt address. An `invitation` is put into each recipient's
    calendar by their mail program, replaces the one with the same uid, or takes it out when cancelled.
    """
    found = Message.objects.filter(key=key).first()
    if found:
        return found
    subject = one_line(subject, 200)
    if template:
        text, html = bodies(template, context or {}, subject=subject, because=because, list_code=list_code)
    message = Message(
        kind=kind,
        key=key,
        subject=subject,
        text=text,
        html=html,
        calendar=ics.invitation(invitation, reply_to=reply_to) if invitation else "",
        reply_to=reply_to,
        list_code=list_code,
        on_crash=OnCrash.RESEND if is_secret else on_crash,
        is_secret=is_secret,
        is_confidential=is_confidential,
        expires_at=expires_at or (timezone.now() + SECRET_LASTS if is_secret else None),
        about_type=ContentType.objects.get_for_model(about) if about else None,
        about_id=about.pk if about else None,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    message = Message.objects.get(key=key)
    queue_bulk(message, _several(to), priority=priority or _usual_priority(message), send_at=send_at)
    return message


def _usual_priority(message: Message) -> int:
    if message.is_secret:
        return Priority.URGENT
    return Priority.BULK if message.list_code else Priority.NORMAL


def _several(to) -> list:
    return [to] if isinstance(to, str | Recipient) or hasattr(to, "email") else list(to)


@transaction.atomic
def queue_bulk(
    message: Message, recipients: Iterable, *, priority: int | None = None, send_at: datetime | None = None
) -> int:
    """Add a row for each recipient who has none yet; return how many were added. Again adds nothing.

    A queryset of subscriptions is one INSERT … SELECT however many they are. Other recipients of a message
    with a `list_code` are passed over when their address is suppressed.
    """
    priority = priority or _usual_priority(message)
    send_at = send_at or timezone.now()
    if isinstance(recipients, models.QuerySet) and recipients.model is Subscription:
        added = _from_subscriptions(message, recipients, priority, send_at)
    else:
        added = sum(_add(message, rows, priority, send_at) for rows in _batches(recipients))
    if added:
        transaction.on_commit(wake)
    return added


def _from_subscriptions(message, subscriptions, priority, send_at) -> int:
    constants = {
        "message": (message.pk, models.BigIntegerField()),
        "priority": (priority, models.SmallIntegerField()),
        "send_at": (send_at, models.DateTimeField()),
    }
    new = {f"new_{name}": Cast(models.Value(value), kind) for name, (value, kind) in constants.items()}
    columns = (*new, "subscriber__email", "subscriber__name", "pk")
    chosen = subscriptions.annotate(**new).values_list(*columns)
    select, params = chosen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(  # the part pasted in is Django's own SQL, its values stay parameters
            "INSERT INTO mail_delivery (message_id, priority, next_at, email, name, subscription_id,"  # noqa: S608
            " state, personal, attempts, worker, reply) "
            f"SELECT chosen.*, 'pending', '{{}}'::jsonb, 0, '', '' FROM ({select}) chosen "
            "ON CONFLICT DO NOTHING",
            params,
        )
        return cursor.rowcount


def _batches(recipients: Iterable):
    rest = iter(recipients)
    while batch := [_recipient(one) for one in islice(rest, BATCH)]:
        yield batch


def _recipient(one) -> Recipient:
    if isinstance(one, Recipient):
        return one
    if isinstance(one, str):
        return Recipient(one)
    return Recipient(one.email, getattr(one, "display_name", "") or getattr(one, "name", ""))


def _add(message: Message, recipients: list[Recipient], priority: int, send_at: datetime) -> int:
    if message.list_code:
        digests = [address_digests(one.email) for one in recipients]
        found = Suppression.objects.filter(digest__in={digest for keyed in digests for digest in keyed})
        left = set(found.values_list("digest", flat=True))
        recipients = [one for one, keyed in zip(recipients, digests, strict=True) if left.isdisjoint(keyed)]
    rows = [_row(message, one, priority, send_at) for one in recipients]
    before = message.deliveries.count()
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return message.deliveries.count() - before


def _row(message, recipient, priority, send_at) -> Delivery:
    row = Delivery(
        message=message,
        email=one_line(recipient.email, 254),
        name=one_line(recipient.name, 60),
        personal=json.loads(json.dumps(recipient.personal, default=str)),
        priority=priority,
        next_at=send_at,
    )
    try:
        validate_email(recipient.email)
    except ValidationError:
        row.state, row.reply = State.FAILED, "This is not an email address."
    return row
