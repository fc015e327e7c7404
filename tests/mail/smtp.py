"""A real SMTP server on loopback that keeps what it gets and can be told to misbehave."""

import asyncio
import email
import email.policy
import socket
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from django.test import override_settings


@dataclass
class Inbox:
    """`refuse` maps an address to the answer it gets; `after_data` is called with each mail before the answer."""

    letters: list = field(default_factory=list)
    envelopes: list = field(default_factory=list)
    refuse: dict = field(default_factory=dict)
    after_data: object = None
    pause: float = 0.0  # seconds the server takes over each mail
    sessions: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.pause:
            await asyncio.sleep(self.pause)
        self.envelopes.append(list(envelope.rcpt_tos))
        self.letters.append(envelope.content)
        return (self.after_data and self.after_data(server, envelope)) or "250 OK"

    def parsed(self) -> list:
        return [email.message_from_bytes(letter, policy=email.policy.default) for letter in self.letters]

    def counts(self) -> Counter:
        """Address → how many mails it got."""
        return Counter(address for envelope in self.envelopes for address in envelope)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def smtp_server(inbox: Inbox | None = None, port: int = 0):
    """Run the server in a thread and point Django at it. Yields the inbox; its port is `inbox.port`."""
    inbox = inbox or Inbox()
    inbox.port = port or free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    settings = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": inbox.port,
        "EMAIL_TIMEOUT": 2,
    }
    try:
        with override_settings(**settings):
            yield inbox
    finally:
        controller.stop()
