"""Mail rows tests start from."""

from itertools import count

from django.utils import timezone

from vcse_portal.mail.models import Message, Subscriber, Subscription
from vcse_portal.mail.outbox import queue_mail

numbers = count(1)


def make_message(to="ann@example.org", **fields) -> Message:
    number = next(numbers)
    fields.setdefault("key", f"test:{number}")
    fields.setdefault("subject", f"Subject {number}")
    fields.setdefault("text", "Dear [[name]], this is the text.\n")
    fields.setdefault("html", "<p>Dear [[name]], this is the <b>HTML</b>.</p>")
    return queue_mail(kind=fields.pop("kind", "test"), to=to, **fields)


def make_subscription(
    email: str = "", *, list_code="circular", themes=(), is_confirmed=True, **fields
) -> Subscription:
    subscriber = Subscriber.objects.create(
        email=email or f"subscriber{next(numbers)}@example.org",
        consent_words="I agree.",
        consent_how="web form",
        confirmed_at=timezone.now() if is_confirmed else None,
        **fields,
    )
    return Subscription.objects.create(subscriber=subscriber, list_code=list_code, themes=list(themes))
