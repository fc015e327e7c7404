"""Kill -9 the sending process again and again while it sends to a real SMTP server, and count what arrives."""

import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from vcse_portal.celery import app
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.mail.outbox import queue_bulk, queue_mail
from vcse_portal.mail.sweeping import sweep_outbox

from .smtp import Inbox, smtp_server

LEASE = 2  # seconds


@dataclass
class Killing:
    """What a run came to: mails missing and doubled, the rows' states at the end."""

    missing: int
    doubled: int
    kills: int
    states: dict[str, int]
    seconds: float


class Process:
    """One sender in a process group of its own."""

    def __init__(self, command: list[str], port: int, queue: str):
        database = connection.settings_dict
        where = "{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://{where}",
            "DJANGO_SETTINGS_MODULE": "vcse_portal.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_LEASE_SECONDS": str(LEASE),
            "MAIL_TEST_QUEUE": queue,
            "SECRET_KEY": settings.SECRET_KEY,
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        self.command = command
        self.start()

    def start(self) -> None:
        self.running = subprocess.Popen(
            self.command,
            env=self.environment,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        if self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()


def worker_command(queue: str) -> list[str]:
    """A Celery worker with one sending process, as in production but for its queue."""
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR"]
    return [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.mail.worker",
        "worker",
        "-c",
        "1",
        "-Q",
        queue,
        *quiet,
    ]


def naive_command() -> list[str]:
    return [sys.executable, "-m", "tests.mail.naive"]


def kill_while_sending(
    mails: int, kills: int, *, naive: bool = False, pause: float = 0.005, patience=120
) -> Killing:
    """Queue `mails`, kill the sender `kills` times at even distances, let it finish, count.

    `pause` is what the server takes over each mail, in seconds. Beat is this process: it sweeps twice a second.
    """
    queue = f"mail-{uuid.uuid4().hex}"
    inbox = Inbox(pause=pause)
    message = queue_mail(
        kind="test", key=queue, to=[], subject="Test", text="Dear [[name]],\n" + "words " * 300
    )
    addresses = [f"p{n}@example.org" for n in range(mails)]
    queue_bulk(message, addresses)
    began = time.monotonic()
    with smtp_server(inbox), knocks_go_to(queue, naive):
        process = Process(naive_command() if naive else worker_command(queue), inbox.port, queue)
        try:
            done = _send_and_kill(process, queue, inbox, message, mails, kills, naive, began + patience)
        finally:
            process.kill()
    counts = inbox.counts()
    return Killing(
        missing=len(set(addresses) - set(counts)),
        doubled=sum(counts.values()) - len(counts),
        kills=done,
        states=message.progress().__dict__,
        seconds=time.monotonic() - began,
    )


def _send_and_kill(process, queue, inbox, message: Message, mails, kills, naive, until) -> int:
    done, next_sweep = 0, 0.0
    while time.monotonic() < until:
        if done < kills and len(inbox.letters) >= (done + 1) * mails // (kills + 1):
            process.kill()
            process.start()
            done += 1
        if not naive and time.monotonic() > next_sweep:
            next_sweep = time.monotonic() + 0.5
            if sweep_outbox().work_waits:
                app.send_task("mail.deliver", queue=queue)
            if done == kills and not Delivery.objects.open().filter(message=message).exists():
                break
        if naive and process.running.poll() is not None:
            break
        time.sleep(0.002)
    return done


class knocks_go_to:
    """Send this process's knocks through Redis to the worker's queue, and take the queue away afterwards."""

    def __init__(self, queue: str, naive: bool):
        self.queue, self.naive = queue, naive

    def __enter__(self):
        self.before = app.conf.broker_url
        app.conf.broker_url = settings.REDIS_URL
        app._pool = None
        app.amqp._producer_pool = None

    def __exit__(self, *_):
        if not self.naive:
            import redis

            redis.Redis.from_url(settings.REDIS_URL).delete(self.queue, f"_kombu.binding.{self.queue}")
        app.conf.broker_url = self.before
        app._pool = None
        app.amqp._producer_pool = None
