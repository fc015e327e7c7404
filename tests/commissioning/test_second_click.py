"""Two requests of one double click, the second before the first one's transaction has ended."""

import threading
from uuid import uuid4

import pytest
from django.db import connections, transaction

from commissioning.models import Intention
from commissioning.operations import record_intention
from vcse_portal.discussion.models import Comment
from vcse_portal.discussion.operations import post_comment
from vcse_portal.mail.models import Message

from .factories import facts, make_intention, make_member

pytestmark = pytest.mark.django_db(transaction=True)


def twice_at_once(deed) -> list:
    """Do the deed in two transactions that overlap; return both results or errors."""
    results, second_ended = [], threading.Event()

    def second():
        try:
            results.append(deed())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()
            second_ended.set()

    with transaction.atomic():
        results.append(deed())
        other = threading.Thread(target=second)
        other.start()
        second_ended.wait(0.5)
    other.join(10)
    return results


def test_record_intention_at_once_records_one():
    key, known = uuid4(), facts()
    first, second = twice_at_once(lambda: record_intention(key=key, by=known["lead_officer"], **known))
    assert first == second
    assert Intention.objects.count() == 1


def test_post_comment_at_once_posts_and_mails_one():
    intention, member, key = make_intention(), make_member(), uuid4()
    said = {"party": member.organisation, "text": "Sundays?", "visibility": "public", "by": member}
    first, second = twice_at_once(lambda: post_comment(intention, key=key, **said))
    assert first == second
    assert Comment.objects.count() == 1
    assert Message.objects.filter(kind="comment_posted").count() == 1
