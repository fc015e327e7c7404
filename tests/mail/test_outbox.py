"""Queueing: rows once and for all, headers nobody can break out of, a knock that never fails a page."""

import os
import subprocess
import sys

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import make_officer
from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.models import Delivery, Message, OnCrash, Priority, Progress, State
from vcse_portal.mail.outbox import Recipient, queue_bulk, queue_mail
from vcse_portal.mail.subscriptions import confirmed

from .factories import make_message, make_subscription
from .smtp import free_port, smtp_server

pytestmark = pytest.mark.django_db


def test_queue_mail_writes_one_message_and_a_row_a_recipient():
    officer = make_officer(name="Olu Officer")
    message = make_message(to=[officer, "ann@example.org", Recipient("bo@example.org", "Bo")], about=officer)
    assert message.about == officer
    assert list(message.deliveries.order_by("pk").values_list("email", "name", "state", "priority")) == [
        (officer.email, "Olu Officer", State.PENDING, Priority.NORMAL),
        ("ann@example.org", "", State.PENDING, Priority.NORMAL),
        ("bo@example.org", "Bo", State.PENDING, Priority.NORMAL),
    ]


def test_queue_mail_with_the_same_key_adds_nothing():
    first = make_message(key="circular:2026-12")
    again = make_message(key="circular:2026-12", to="other@example.org", subject="Different")
    assert again == first
    assert Message.objects.count() == Delivery.objects.count() == 1


def test_f8_two_schedulers_queue_one_message(transactional_db):
    """Two runs that both found nothing: the unique key lets one write, and the control shows who kept it out."""
    from threading import Barrier, Thread

    both = Barrier(2)

    def run(key):
        try:
            both.wait()
            make_message(key=key, list_code="circular")
        finally:
            connection.close()

    def twice(*keys):
        threads = [Thread(target=run, args=[key]) for key in keys]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        return Delivery.objects.count()

    assert twice("circular:2026-12", "circular:2026-12") == 1
    assert twice("control:first", "control:second") == 3  # without the shared key both are queued


def test_queue_mail_rolled_back_leaves_nothing():
    with transaction.atomic():
        make_message()
        transaction.set_rollback(True)
    assert Message.objects.count() == 0


def test_queue_mail_parks_what_is_no_address_and_sends_the_others():
    message = make_message(to=["no address", "a@b.example, c@d.example", "ann@example.org"])
    assert message.progress() == Progress(queued=1, failed=2)


def test_queue_mail_takes_the_same_address_in_any_case_once():
    message = make_message(to=["Ann@example.org", "ann@EXAMPLE.org"])
    assert message.progress().total == 1


def test_queue_mail_makes_secrets_urgent_and_short_lived():
    message = make_message(is_secret=True, on_crash=OnCrash.HOLD)
    assert message.deliveries.get().priority == Priority.URGENT
    assert message.on_crash == OnCrash.RESEND
    assert 0 < (message.expires_at - timezone.now()).total_seconds() <= 900


def test_queue_mail_from_a_text_template_makes_the_html_and_the_frame():
    message = queue_mail(
        kind="test",
        key="k",
        to="ann@example.org",
        subject="Hello",
        template="preferences_link",
        context={"url": "https://portal.example/x?a=1&b=2"},
        because="Because of <this>.",
    )
    assert "https://portal.example/x?a=1&b=2" in message.text
    assert "Because of <this>." in message.text
    assert "https://portal.example/x?a=1&amp;b=2" in message.html
    assert "Because of &lt;this&gt;." in message.html
    assert "unsubscribe" not in message.text


def test_queue_mail_from_a_text_template_links_each_recipients_own_address():
    recipient = Recipient("ann@example.org", personal={"own_url": "https://portal.example/x?a=1&b=2"})
    context = {"url": "[[own_url]]"}
    queue_mail(
        kind="test", key="k", to=recipient, subject="Hello", template="actions/report_ready", context=context
    )
    deliver()
    html = mail.outbox[0].alternatives[0].content
    assert '<a href="https://portal.example/x?a=1&amp;b=2">https://portal.example/x?a=1&amp;b=2</a>' in html


def test_queue_bulk_from_subscriptions_is_one_statement_and_adds_nothing_again(django_assert_num_queries):
    expected = {make_subscription(f"s{n}@example.org", name=f"S {n}").pk for n in range(4)}
    make_subscription("waiting@example.org", is_confirmed=False)
    message = make_message(to=[], list_code="circular")
    with django_assert_num_queries(3):  # savepoint, insert, release
        assert queue_bulk(message, confirmed("circular")) == 4
    assert queue_bulk(message, confirmed("circular")) == 0
    assert set(message.deliveries.values_list("subscription_id", flat=True)) == expected
    assert set(message.deliveries.values_list("priority", "state", "attempts")) == {(9, "pending", 0)}


def test_queue_bulk_to_a_list_passes_over_suppressed_addresses():
    from vcse_portal.mail.models import Suppression
    from vcse_portal.mail.models.subscriptions import address_digest

    Suppression.objects.create(digest=address_digest("gone@example.org"), reason="left the list")
    listed = make_message(to=[], list_code="circular")
    assert queue_bulk(listed, [Recipient("Gone@example.org"), Recipient("ann@example.org")]) == 1
    assert queue_bulk(make_message(to=[]), [Recipient("gone@example.org")]) == 1  # a personal mail still goes


HOSTILE = [
    "Hello\r\nBcc: victim@example.org",
    "Hello\nBcc: victim@example.org\n\nbody",
    "Hello\u2028Bcc: victim@example.org",
    "Hello\x85Bcc: victim@example.org\x0b\x0c\x1c\x00",
    "x" * 10_000,
    "ä" * 10_000,
    '"><script>, "Bo" <victim@example.org>,',
    "=?utf-8?q?=0D=0ABcc:_victim@example.org?=",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_f21_hostile_subjects_and_names_add_no_header_and_no_recipient(words):
    make_message(to=Recipient("ann@example.org", words), subject=words, reply_to="desk@council.example")
    with smtp_server() as inbox:
        assert deliver().sent == 1
    assert inbox.envelopes == [["ann@example.org"]]
    (letter,) = inbox.parsed()
    assert sorted(letter.keys()) == sorted(
        [
            "Content-Type",
            "MIME-Version",
            "Subject",
            "From",
            "To",
            "Reply-To",
            "Date",
            "Auto-Submitted",
            "Message-ID",
        ]
    )
    assert [address.addr_spec for address in letter["To"].addresses] == ["ann@example.org"]
    assert len(letter["Subject"].strip()) <= 200


def test_f21_control_an_unguarded_header_takes_the_injected_line():
    from email.message import Message as Bare
    from email.parser import BytesParser

    bare = Bare()
    bare._headers.append(("Subject", HOSTILE[0]))  # what a string pasted into a header does
    pasted = b"".join(f"{name}: {value}\r\n".encode() for name, value in bare._headers) + b"\r\nbody"
    assert BytesParser().parsebytes(pasted)["Bcc"] == "victim@example.org"


def test_personal_values_are_escaped_in_html_and_plain_in_text():
    make_message(to=Recipient("ann@example.org", "<b>Ann</b>"))
    deliver()
    (letter,) = mail.outbox
    assert letter.body == "Dear <b>Ann</b>, this is the text.\n"
    assert letter.alternatives[0].content.startswith("<p>Dear &lt;b&gt;Ann&lt;/b&gt;, ")


def test_f5_wake_with_redis_away_warns_once_and_raises_nothing():
    """In a process of its own, for Celery keeps its connections."""
    program = (
        "import django, time; django.setup(); from vcse_portal.mail.wake import wake; began = time.monotonic();"
        "wake(); wake(); print('calm' if time.monotonic() - began < 3 else 'slow')"
    )
    environment = {**os.environ, "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0", "LOG_JSON": "0"}
    environment["DJANGO_SETTINGS_MODULE"] = "vcse_portal.settings"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "calm")
    assert done.stderr.count("the sweep will catch up") == 1
