"""Delivery against a real SMTP server: what goes out, what waits, what is given up, and why."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from vcse_portal.mail import delivery as delivering
from vcse_portal.mail.delivery import Sender, claim, deliver
from vcse_portal.mail.models import Delivery, OnCrash, Priority, Progress, State
from vcse_portal.mail.sweeping import sweep_outbox

from .factories import make_message, make_subscription
from .smtp import Inbox, free_port, smtp_server

pytestmark = pytest.mark.django_db


def states(message) -> list[str]:
    return list(message.deliveries.order_by("pk").values_list("state", flat=True))


def test_deliver_sends_multipart_with_text_and_html_over_one_connection():
    make_message(to=["ann@example.org", "bo@example.org"])
    with smtp_server() as inbox:
        assert deliver().sent == 2
    assert inbox.sessions == 1
    letter = inbox.parsed()[0]
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in letter
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_deliver_gives_list_mail_one_click_headers_and_own_links():
    subscription = make_subscription("ann@example.org")
    message = make_message(to=[], list_code="circular", text="Leave: [[unsubscribe_url]]")
    from vcse_portal.mail.outbox import queue_bulk
    from vcse_portal.mail.subscriptions import confirmed

    queue_bulk(message, confirmed("circular"))
    with smtp_server() as inbox:
        deliver()
    (letter,) = inbox.parsed()
    link = letter["List-Unsubscribe"].strip(" <>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith("http://127.0.0.1:8000/mail/leave/")
    assert link in letter.get_body(("plain",)).get_content()
    assert letter["List-Id"] == "<circular.127.0.0.1>"
    assert str(subscription.subscriber.email) not in link


def test_message_id_stays_the_same_for_every_attempt():
    message = make_message()
    row = message.deliveries.get()
    deliver()
    Delivery.objects.update(state=State.PENDING, sent_at=None)
    deliver()
    assert {letter.extra_headers["Message-ID"] for letter in mail.outbox} == {
        row.message_id_header("127.0.0.1")
    }


def test_f6_a_refused_address_fails_with_the_reason_and_the_others_go():
    message = make_message(to=["bad@example.org", "ann@example.org"])
    with smtp_server(Inbox(refuse={"bad@example.org": "550 5.1.1 No such user"})) as inbox:
        deliver()
    assert states(message) == [State.FAILED, State.SENT]
    assert message.deliveries.get(email="bad@example.org").reply == "550 5.1.1 No such user"
    assert inbox.counts() == {"ann@example.org": 1}


def test_f6_a_temporary_refusal_backs_off_and_is_tried_again():
    message = make_message(to="grey@example.org")
    inbox = Inbox(refuse={"grey@example.org": "451 4.7.1 Try later"})
    with smtp_server(inbox):
        waits = []
        for _ in range(3):
            deliver()
            row = message.deliveries.get()
            waits.append(round((row.next_at - timezone.now()).total_seconds()))
            assert deliver().sent == 0  # not before its time
            message.deliveries.update(next_at=timezone.now())
        inbox.refuse.clear()
        deliver()
    assert waits == [2, 4, 8]
    assert states(message) == [State.SENT]
    assert inbox.counts() == {"grey@example.org": 1}


def test_f40_what_always_fails_is_parked_with_its_reason():
    message = make_message(to="grey@example.org")
    message.deliveries.update(attempts=delivering.MAX_ATTEMPTS - 1)
    with smtp_server(Inbox(refuse={"grey@example.org": "451 4.7.1 Try later"})):
        deliver()
    assert message.deliveries.get().reply == "Given up after 60 attempts. 451 4.7.1 Try later"
    assert states(message) == [State.FAILED]


def test_f6_server_down_postpones_what_was_claimed_and_loses_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    message = make_message(to=["ann@example.org", "bo@example.org"])
    run = deliver()
    assert (run.sent, run.has_more, bool(run.trouble)) == (0, False, True)
    rows = list(message.deliveries.all())
    assert {(row.state, row.attempts) for row in rows} == {(State.PENDING, 1)}
    assert all("Connection refused" in row.reply for row in rows)
    assert all(timedelta(0) < row.next_at - timezone.now() <= timedelta(seconds=2) for row in rows)


def drop(server, envelope):
    """The mail is taken, the connection lost before the answer."""
    server.transport.abort()
    return "250 OK"


@pytest.mark.parametrize(
    ("on_crash", "expected"), [(OnCrash.RESEND, State.PENDING), (OnCrash.HOLD, State.IN_DOUBT)]
)
def test_f6_a_drop_after_data_is_resent_or_held_as_the_message_says(on_crash, expected):
    message = make_message(on_crash=on_crash)
    with smtp_server(Inbox(after_data=drop)) as inbox:
        deliver()
        assert states(message) == [expected]
        inbox.after_data = None
        message.deliveries.update(next_at=timezone.now())
        deliver()
    assert inbox.counts()["ann@example.org"] == (2 if on_crash == OnCrash.RESEND else 1)
    assert len({letter["Message-ID"] for letter in inbox.parsed()}) == 1


def test_f6_a_drop_in_the_middle_reconnects_and_doubles_one_at_most():
    message = make_message(to=[f"p{n}@example.org" for n in range(10)])
    dropped = []

    def drop_fifth(server, envelope):
        if len(inbox.letters) == 5 and not dropped:
            dropped.append(1)
            return drop(server, envelope)
        return None

    inbox = Inbox(after_data=drop_fifth)
    with smtp_server(inbox):
        deliver()
        assert message.progress() == Progress(queued=1, sent=9)
        message.deliveries.update(next_at=timezone.now())
        deliver()
    assert message.progress() == Progress(sent=10)
    assert sorted(inbox.counts().values()) == [1] * 9 + [2]


def test_f6_a_server_that_hangs_up_each_time_is_left_in_peace_after_three():
    message = make_message(to=[f"p{n}@example.org" for n in range(10)])
    with smtp_server(Inbox(after_data=drop)):
        run = deliver()
    assert run.postponed == delivering.TROUBLES
    assert message.progress() == Progress(queued=10)
    assert set(message.deliveries.values_list("state", flat=True)) == {State.PENDING}


def test_claim_takes_urgent_mail_first_and_nothing_paused():
    paused = make_message(to="paused@example.org")
    paused.is_paused = True
    paused.save(update_fields=["is_paused"])
    make_message(to="bulk@example.org", priority=Priority.BULK)
    make_message(to="later@example.org", send_at=timezone.now() + timedelta(hours=1))
    make_message(to="code@example.org", is_secret=True)
    assert [row.email for row in claim("w1")] == ["code@example.org", "bulk@example.org"]
    assert claim("w2") == []


def test_a_sender_that_lost_its_lease_does_not_send():
    message = make_message()
    sender = Sender()
    (row,) = claim(sender.worker)
    message.deliveries.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweep_outbox().released == 1
    sender._know_wordings([row])
    sender._send(row)
    sender.leave()
    assert mail.outbox == []
    assert states(message) == [State.PENDING]


def test_control_without_the_lease_check_the_mail_goes_twice(monkeypatch):
    """The same as above with the condition taken out of the statement: the guard is what holds it back."""
    make_message()
    sender = Sender()
    (row,) = claim(sender.worker)
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep_outbox()
    deliver()
    unguarded = delivering.START.split("WHERE")[0] + "WHERE id = %s AND %s <> ''"
    monkeypatch.setattr(delivering, "START", unguarded.replace("state = 'started'", "state = state"))
    sender._know_wordings([row])
    sender._send(row)
    assert len(mail.outbox) == 2


def test_deliver_stops_at_its_time_and_says_that_more_waits():
    message = make_message(to=["ann@example.org", "bo@example.org"])
    assert deliver(budget=0).has_more
    assert states(message) == [State.PENDING, State.PENDING]


def test_deliver_blanks_secrets_once_sent_and_keeps_others():
    secret, other = make_message(is_secret=True), make_message()
    deliver()
    secret.refresh_from_db()
    other.refresh_from_db()
    assert (secret.text, secret.html) == ("", "")
    assert other.text != ""


def test_a_mail_that_cannot_be_written_fails_alone():
    broken, good = make_message(reply_to="x@y.example"), make_message()
    type(broken).objects.filter(pk=broken.pk).update(reply_to="a@b.example\nBcc: c@d.example")
    with smtp_server() as inbox:
        deliver()
    assert states(broken) == [State.FAILED]
    assert states(good) == [State.SENT]
    assert len(inbox.letters) == 1


def test_sweep_releases_claimed_rows_and_treats_started_ones_by_policy():
    past = timezone.now() - timedelta(seconds=1)
    resend = make_message(to=["a@example.org", "b@example.org"])
    hold = make_message(on_crash=OnCrash.HOLD)
    resend.deliveries.filter(email="a@example.org").update(
        state=State.CLAIMED, lease_until=past, worker="dead"
    )
    resend.deliveries.filter(email="b@example.org").update(
        state=State.STARTED, lease_until=past, worker="dead"
    )
    hold.deliveries.update(state=State.STARTED, lease_until=past, worker="dead")
    sweep = sweep_outbox()
    assert (sweep.released, sweep.resent, sweep.in_doubt, sweep.work_waits) == (1, 1, 1, True)
    assert states(resend) == [State.PENDING, State.PENDING]
    assert states(hold) == [State.IN_DOUBT]
    again = sweep_outbox()
    assert (again.released, again.resent, again.in_doubt) == (0, 0, 0)


def test_sweep_leaves_living_leases_alone_and_starts_no_second_sender():
    message = make_message(to=["a@example.org", "b@example.org"])
    message.deliveries.filter(email="a@example.org").update(
        state=State.STARTED, lease_until=timezone.now() + timedelta(minutes=1), worker="alive"
    )
    sweep = sweep_outbox()
    assert (sweep.released, sweep.resent, sweep.work_waits) == (0, 0, False)


def test_sweep_cancels_what_came_too_late_and_blanks_it():
    message = make_message(is_secret=True)
    type(message).objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert deliver().sent == 0
    assert sweep_outbox().cancelled == 1
    message.refresh_from_db()
    assert (states(message), message.text) == ([State.CANCELLED], "")
