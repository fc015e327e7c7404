"""P12: a circular to 10,000 with a durable record a person, against raw smtplib on one connection.

The base sends one ready-made mail over and over: no record, no personal link, no building. Ours queues the
rows, claims them, builds each mail with its own one-click link and commits once a mail. The server is a sink
in a process of its own. P12's other half, killing the sender, is `kill()`.
"""

import os
import smtplib
import statistics
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager

from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.letters import Wording
from vcse_portal.mail.models import Delivery, Message, Priority, Subscriber, Subscription
from vcse_portal.mail.outbox import queue_bulk, queue_mail

from .load import Server, free_port

GOAL = 0.40
PARAGRAPH = "The council plans to buy support for young people in three neighbourhoods. "


def run(mails: int = 10_000, rounds: int = 5) -> dict:
    """Ratios of mails a second, ours to the base, as {"time": (median, min, max), "cpu": …}; in all `mails` each."""
    each = mails // rounds
    with sink() as port, people(each) as subscriptions:
        settings = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}
        with override_settings(EMAIL_PORT=port, **settings):
            _ours(subscriptions[:50])  # imports, templates and connections are made once
            measured = [_round(port, subscriptions, each) for _ in range(rounds)]
    return {
        "id": "P12",
        "name": f"circular to {each * rounds:,}, a durable record a person, against raw smtplib",
        "goals": {"circular": GOAL},
        "base_rate": statistics.median(each / base[0] for base, _ in measured),
        "ours_rate": statistics.median(each / ours[0] for _, ours in measured),
        "ratios": {
            "circular": {
                kind: _spread([base[n] / ours[n] for base, ours in measured])
                for n, kind in enumerate(("time", "cpu"))
            }
        },
    }


def kill(mails: int = 10_000, kills: int = 8) -> dict:
    """F7 at full size: kill -9 the worker `kills` times. Gives what was missing, doubled and left over."""
    from tests.mail.killing import kill_while_sending

    return kill_while_sending(mails, kills, pause=0, patience=60 + mails // 50).__dict__


@contextmanager
def sink():
    """A mail server that throws everything away."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "aiosmtpd",
        "-n",
        "-l",
        f"127.0.0.1:{port}",
        "-c",
        "aiosmtpd.handlers.Sink",
    ]
    server = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The mail server did not start.")


@contextmanager
def people(number: int):
    """Confirmed subscribers for the time of the measurement."""
    run_id, now = uuid.uuid4().hex[:8], timezone.now()
    with transaction.atomic():
        subscribers = Subscriber.objects.bulk_create(
            Subscriber(email=f"{run_id}-{n}@example.org", name=f"Person {n}", confirmed_at=now)
            for n in range(number)
        )
        Subscription.objects.bulk_create(
            Subscription(subscriber=one, list_code="circular") for one in subscribers
        )
    mine = Subscriber.objects.filter(email__startswith=f"{run_id}-")
    try:
        yield Subscription.objects.filter(subscriber__in=mine).order_by("pk")
    finally:
        Message.objects.filter(kind="bench").delete()
        mine.delete()


def _round(port: int, subscriptions, each: int) -> tuple:
    everything = Server(port, os.getpid())  # this process, the mail server it started, PostgreSQL and Redis
    return _measured(everything, lambda: _base(port, each)), _measured(
        everything, lambda: _ours(subscriptions)
    )


def _measured(everything: Server, way) -> tuple[float, float]:
    """Seconds by the clock and of processor."""
    began, cpu = time.perf_counter(), everything.cpu()
    way()
    return time.perf_counter() - began, everything.cpu() - cpu


def _base(port: int, number: int) -> None:
    letter = Wording(_message()).letter(Delivery(message_id=0, email="ann@example.org", subscription_id=1))
    ready = letter.message().as_bytes(linesep="\r\n")
    with smtplib.SMTP("127.0.0.1", port) as server:
        for n in range(number):
            server.sendmail("portal@localhost", [f"{n}@example.org"], ready)


def _ours(subscriptions) -> None:
    message = _message(key=f"bench:{uuid.uuid4().hex}", save=True)
    number = queue_bulk(message, subscriptions)
    run = deliver(budget=600)
    if run.sent != number:
        raise RuntimeError(f"{number} mails were queued and {run.sent} sent: {run.trouble}")


def _message(key: str = "bench", *, save: bool = False) -> Message:
    """A circular of some 5 KB in text and HTML."""
    fields = {
        "kind": "bench",
        "key": key,
        "subject": "What the council plans to buy or fund",
        "text": "\n\n".join([PARAGRAPH * 3] * 8) + "\n\nLeave this list: [[unsubscribe_url]]\n",
        "html": "".join(f"<p>{PARAGRAPH * 3}</p>\n" for _ in range(10))
        + '<a href="[[unsubscribe_url]]">Leave</a>',
        "list_code": "circular",
    }
    return queue_mail(to=[], priority=Priority.BULK, **fields) if save else Message(pk=0, **fields)


def _spread(values: list[float]) -> tuple[float, float, float]:
    return statistics.median(values), min(values), max(values)
