"""Development's mail server: each mail becomes a file, read at /mailbox/."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class MailboxBackend(BaseEmailBackend):
    """Writes mails as .eml files to MAILBOX_DIR, the newest last in the order of names."""

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}"
            unfinished = folder / f".{name}"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Letter:
    name: str
    subject: str
    sender: str
    to: str
    at: datetime
    text: str = ""
    html: str = ""
    source: str = ""


def newest(limit: int = 200) -> list[Letter]:
    """The latest mails, newest first, without their bodies."""
    paths = sorted(Path(settings.MAILBOX_DIR).glob("*.eml"), reverse=True)[:limit]
    return [_read(path, with_bodies=False) for path in paths]


def read(name: str) -> Letter | None:
    """One mail by the name of its file, which the address has checked to be no path."""
    path = Path(settings.MAILBOX_DIR) / f"{name}.eml"
    return _read(path, with_bodies=True) if path.is_file() else None


def _read(path: Path, *, with_bodies: bool) -> Letter:
    source = path.read_bytes()
    mail = message_from_bytes(source, policy=policy.default)
    letter = {
        "name": path.stem,
        "subject": str(mail["Subject"] or "").strip(),
        "sender": str(mail["From"] or ""),
        "to": str(mail["To"] or ""),
        "at": datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone()),
    }
    if with_bodies:
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        letter |= {
            "text": text.get_content() if text else "",
            "html": html.get_content() if html else "",
            "source": source.decode("utf-8", "replace"),
        }
    return Letter(**letter)
