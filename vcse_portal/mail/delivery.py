"""From the outbox to the mail server, safe against being killed at any moment.

Each mail costs one commit, which records how the last one went and marks the next as started. So at most one
row a worker is ever uncertain; what happens to it after a crash is the message's `on_crash`. Rows are claimed
in batches with SKIP LOCKED, under a lease; a lost lease is noticed before the mail server is spoken to.
"""

import logging
import os
import smtplib
import socket
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, models, transaction
from django.db.models.functions import Least, Power
from django.utils import timezone

from .compose import one_line
from .letters import Wording
from .models import Delivery, Message, OnCrash, State

logger = logging.getLogger(__name__)
BATCH = 100
BUDGET = 60  # seconds a run may take before it hands over
MAX_ATTEMPTS = 60  # some two days with the back-off below
LONGEST_WAIT = 3600  # seconds between two attempts
TROUBLES = 3  # lost connections in a row after which a run leaves the mail server in peace


@dataclass
class Outcome:
    """How one attempt went, to be written on its row."""

    state: str
    reply: str = ""
    sent_at: datetime | None = None
    next_at: datetime | None = None


@dataclass
class Run:
    sent: int = 0
    failed: int = 0
    postponed: int = 0
    has_more: bool = False
    trouble: str = ""


def deliver(*, budget: float = BUDGET) -> Run:
    """Send what is due until nothing is, the time is up, or the mail server is in trouble."""
    sender = Sender()
    try:
        return sender.run(time.monotonic() + budget)
    finally:
        sender.leave()


class Sender:
    """One run of one worker: its lease, its connection, and the result not yet written down."""

    def __init__(self):
        self.worker = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.server = get_connection()
        self.wordings: dict[int, Wording] = {}
        self.unwritten: tuple[int, Outcome] | None = None
        self.done = Run()
        self.troubles = 0

    def run(self, until: float) -> Run:
        while time.monotonic() < until and not self.done.trouble:
            batch = claim(self.worker)
            if not batch or not self._connect():
                return self.done
            self._know_wordings(batch)
            for row in batch:
                if time.monotonic() >= until or self.done.trouble:
                    break
                self._send(row)
            self._write_down()
        self.done.has_more = not self.done.trouble
        return self.done

    def leave(self) -> None:
        """Write down the last result, give back what was claimed, hang up. Secrets that are out are blanked."""
        self._write_down()
        Delivery.objects.filter(worker=self.worker, state=State.CLAIMED).update(
            state=State.PENDING, lease_until=None
        )
        blank_secrets(self.wordings)
        self._hang_up()

    def _connect(self) -> bool:
        try:
            self.server.open()
        except OSError as error:  # smtplib's errors are OSErrors
            self.done.trouble = reason(error)
            postpone_claimed(self.worker, self.done.trouble)
            logger.warning("The mail server cannot be used: %s", type(error).__name__)
        return not self.done.trouble

    def _hang_up(self) -> None:
        try:
            self.server.close()
        except OSError:
            self.server = get_connection()

    def _know_wordings(self, batch: list[Delivery]) -> None:
        wanted = {row.message_id for row in batch} - self.wordings.keys()
        if wanted:
            self.wordings |= {m.pk: Wording(m) for m in Message.objects.filter(pk__in=wanted)}

    def _send(self, row: Delivery) -> None:
        if not self._start(row):
            return
        outcome = self._attempt(row)
        self.unwritten = row.pk, outcome
        self.done.sent += outcome.state == State.SENT
        self.done.failed += outcome.state == State.FAILED
        self.done.postponed += outcome.state == State.PENDING

    def _attempt(self, row: Delivery) -> Outcome:
        wording = self.wordings[row.message_id]
        try:
            self.server.send_messages([wording.letter(row)])
        except OSError as error:
            if is_broken(error):
                self._hang_up()
                self.troubles += 1
                if self.troubles >= TROUBLES:
                    self.done.trouble = reason(error)
            return after_error(error, attempts=row.attempts + 1, on_crash=wording.message.on_crash)
        except Exception as error:
            logger.exception("Mail %s could not be written", row.pk)
            return Outcome(State.FAILED, f"The mail could not be written: {type(error).__name__}.")
        self.troubles = 0
        return Outcome(State.SENT, sent_at=timezone.now())

    def _start(self, row: Delivery) -> bool:
        """One commit: the last result and this row's start. False when the lease on this row was lost."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self._result_sql()} {START}", [*self._result_params(), _lease(), row.pk, self.worker]
            )
            self.unwritten = None
            return cursor.rowcount == 1

    def _write_down(self) -> None:
        if self.unwritten:
            with connection.cursor() as cursor:
                cursor.execute(RESULT, self._result_params())
            self.unwritten = None

    def _result_sql(self) -> str:
        return f"WITH last AS ({RESULT})" if self.unwritten else ""

    def _result_params(self) -> list:
        if not self.unwritten:
            return []
        pk, outcome = self.unwritten
        return [outcome.state, outcome.reply, outcome.sent_at, outcome.next_at, pk, self.worker]


RESULT = """UPDATE mail_delivery SET state = %s, reply = %s, sent_at = %s, next_at = coalesce(%s, next_at),
    lease_until = NULL WHERE id = %s AND worker = %s"""
START = """UPDATE mail_delivery SET state = 'started', attempts = attempts + 1, lease_until = %s
    WHERE id = %s AND worker = %s AND state = 'claimed'"""


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.MAIL_LEASE_SECONDS)


@transaction.atomic
def claim(worker: str) -> list[Delivery]:
    """Lease the next rows to a worker: urgent ones first, none another worker holds, none of a paused message."""
    due = Delivery.objects.due(timezone.now()).order_by("priority", "next_at", "pk")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.CLAIMED, worker=worker, lease_until=_lease()
    )
    return rows


def postpone_claimed(worker: str, why: str) -> None:
    """The mail server is away: everything claimed waits longer each time, up to an hour, then is given up."""
    claimed = Delivery.objects.filter(worker=worker, state=State.CLAIMED)
    claimed.filter(attempts__gte=MAX_ATTEMPTS - 1).update(state=State.FAILED, reply=why, lease_until=None)
    wait = Least(models.Value(float(LONGEST_WAIT)), Power(2.0, Least(models.F("attempts") + 1, 12)))
    claimed.update(
        state=State.PENDING,
        reply=why,
        lease_until=None,
        attempts=models.F("attempts") + 1,
        next_at=models.Value(timezone.now())
        + models.ExpressionWrapper(wait * timedelta(seconds=1), models.DurationField()),
    )


def after_error(error: OSError, *, attempts: int, on_crash: str) -> Outcome:
    """5xx is final; 4xx and lost connections are tried again later, unless nobody may get a mail twice."""
    why = reason(error)
    if isinstance(error, smtplib.SMTPNotSupportedError) or 500 <= _code(error) < 600:
        return Outcome(State.FAILED, why)
    if is_broken(error) and on_crash == OnCrash.HOLD:
        return Outcome(State.IN_DOUBT, why)
    if attempts >= MAX_ATTEMPTS:
        return Outcome(State.FAILED, f"Given up after {attempts} attempts. {why}"[:300])
    wait = min(LONGEST_WAIT, 2 ** min(attempts, 12))
    return Outcome(State.PENDING, why, next_at=timezone.now() + timedelta(seconds=wait))


def is_broken(error: OSError) -> bool:
    """Whether the connection is gone, so that nobody knows how far the mail came."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected) or _code(error) == 421
    return True


def _answer(error: OSError) -> tuple[int, bytes | str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPSenderRefused):
        return 450, error.smtp_error  # our own set-up is at fault, not this recipient: try again later
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return 0, str(error) or type(error).__name__


def _code(error: OSError) -> int:
    return _answer(error)[0]


def reason(error: OSError) -> str:
    """What the mail server said, as one line."""
    code, words = _answer(error)
    words = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code or ''} {words}", 300)


def blank_secrets(message_ids) -> None:
    """Sign-in codes and the like are forgotten as soon as no row waits for them."""
    Message.objects.filter(pk__in=list(message_ids), is_secret=True).exclude(text="").exclude(
        models.Exists(Delivery.objects.open().filter(message=models.OuterRef("pk")))
    ).update(text="", html="", calendar="")
