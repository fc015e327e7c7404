"""Bodies into letters. What all recipients share is made once a message; each letter is then put together in
microseconds, where Python's e-mail package takes a millisecond (P12 of the reliability goals).
"""

from binascii import b2a_qp
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr
from functools import cached_property
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from . import ics
from .compose import fill, fill_html
from .links import absolute, host
from .models import Delivery, Message
from .tokens import LEAVE


class Letter(EmailMultiAlternatives):
    """One recipient's mail, ready in bytes for mail servers; other back ends read its attributes as usual."""

    def __init__(self, written: "Written", **fields):
        super().__init__(**fields)
        self.written = written

    def message(self):
        return self.written

    def recipients(self) -> list[tuple[str, str]]:
        """As (name, address), which spares Django's back end the parsing of an address we have checked."""
        return [("", address) for address in self.to]


class Written:
    """Stands in for an `email.message.Message` that is written out already."""

    def __init__(self, data: bytes):
        self.data = data

    def as_bytes(self, unixfrom=False, linesep="\n") -> bytes:
        return self.data if linesep == "\r\n" else self.data.replace(b"\r\n", b"\n")

    def as_string(self, unixfrom=False, linesep="\n") -> str:
        return self.as_bytes(linesep=linesep).decode("ascii")

    def get_charset(self) -> None:
        return None


class Wording:
    """A message made ready for its recipients, once a run."""

    def __init__(self, message: Message):
        self.message = message
        self.boundary = uuid4().hex
        _, self.sender = parseaddr(settings.DEFAULT_FROM_EMAIL)  # for the envelope: the bare address
        self.leave_url = absolute("mail:leave", "TOKEN")

    @cached_property
    def shared(self) -> bytes:
        message = self.message
        shared = {
            "From": _address(settings.DEFAULT_FROM_EMAIL),
            "Subject": _encoded(message.subject),
            "MIME-Version": "1.0",
            "Auto-Submitted": "auto-generated",
        }
        if message.reply_to:
            shared["Reply-To"] = message.reply_to
        if message.list_code:
            shared["List-Id"] = f"<{message.list_code}.{host()}>"
        return _head(shared)

    def letter(self, delivery: Delivery) -> Letter:
        """The mail for one recipient. Raises ValueError when a header would hold a line break."""
        link = self._unsubscribe_url(delivery)
        values = {
            "name": delivery.name,
            "email": delivery.email,
            "unsubscribe_url": link,
            **delivery.personal,
        }
        own = {"Message-ID": delivery.message_id_header(host())}
        if link:
            own["List-Unsubscribe"] = f"<{link}>"
            own["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text = fill(self.message.text, values)
        html = fill_html(self.message.html, values) if self.message.html else ""
        calendar = ics.addressed(self.message.calendar, delivery.email) if self.message.calendar else ""
        to = {"To": mailbox(delivery.name, delivery.email), "Date": formatdate()}
        letter = Letter(
            Written(self.shared + _head(to | own) + self._body(text, html, calendar)),
            subject=self.message.subject,
            body=text,
            from_email=self.sender,
            to=[delivery.email],
            reply_to=[self.message.reply_to] if self.message.reply_to else None,
            headers=own,
        )
        if html:
            letter.attach_alternative(html, "text/html")
        if calendar:
            letter.attach_alternative(calendar, "text/calendar")
        return letter

    def _unsubscribe_url(self, delivery: Delivery) -> str:
        """RFC 8058: their own link out of the list; given by the sender, or made from the subscription."""
        if given := delivery.personal.get("unsubscribe_url"):
            return given
        if delivery.subscription_id:
            return self.leave_url.replace("TOKEN", LEAVE.token(s=delivery.subscription_id))
        return ""

    def _body(self, text: str, html: str, calendar: str) -> bytes:
        """All parts say the same, so they are alternatives; programs with a calendar take the last."""
        if not html and not calendar:
            return _part("plain", text)
        line = f"--{self.boundary}".encode()
        kind = f'Content-Type: multipart/alternative; boundary="{self.boundary}"'.encode()
        parts = [_part("plain", text)]
        if html:
            parts.append(_part("html", html))
        if calendar:
            parts.append(_part("calendar", calendar, method=ics.method_in(calendar)))
        parts = b"".join(line + b"\r\n" + part for part in parts)
        return kind + b"\r\n\r\n" + parts + line + b"--\r\n"


def _part(kind: str, words: str, *, method: str = "") -> bytes:
    """Quoted-printable: any server takes it, and no line is longer than 76 characters."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    more = f"; method={method}" if method else ""
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"{more}\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + b2a_qp(words, istext=True).replace(b"\n", b"\r\n") + b"\r\n"


def _head(headers: dict[str, str]) -> bytes:
    """Header lines. A value may not bring a line of its own (header injection)."""
    for value in headers.values():
        if "\n" in value or "\r" in value:
            raise ValueError("A header value holds a line break.")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


def _encoded(words: str) -> str:
    return words if words.isascii() else Header(words, "utf-8", maxlinelen=75).encode(linesep="")


def _address(sender: str) -> str:
    return sender if sender.isascii() else sanitize_address(sender, "utf-8")


def mailbox(name: str, email: str) -> str:
    """`Ann Example <ann@example.org>` for a header. The envelope gets the bare address."""
    if not email.isascii():
        email = sanitize_address(email, "utf-8")
    return formataddr((name, email)) if name.isascii() else f"{_encoded(name)} <{email}>"
