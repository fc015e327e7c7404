"""F7: the sender is killed -9 while it sends. Nothing is missing; at most one mail a kill comes twice.

MAIL_KILL_MAILS and MAIL_KILLS set the size: 10,000 and 8 are the full test.
"""

import os

import pytest

from .killing import kill_while_sending

MAILS = int(os.environ.get("MAIL_KILL_MAILS", "300"))
KILLS = int(os.environ.get("MAIL_KILLS", "3"))

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_f7_kill_9_of_the_worker_loses_nothing_and_doubles_one_a_kill_at_most():
    run = kill_while_sending(MAILS, KILLS, patience=60 + MAILS // 50)
    print(run)  # noqa: T201
    assert run.kills == KILLS
    assert run.missing == 0
    assert run.doubled <= KILLS
    assert run.states == {"queued": 0, "sent": MAILS, "failed": 0, "in_doubt": 0, "cancelled": 0}


def test_f7_control_a_naive_sender_doubles_many():
    run = kill_while_sending(150, 1, naive=True)
    print(run)  # noqa: T201
    assert run.missing == 0
    assert run.doubled > 10
