"""What waits for officers, and the command that assembles a circular."""

from datetime import date, datetime, timedelta
from io import StringIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commissioning.circulars.models import Circular
from commissioning.models import Intention
from tests.factories import make_officer
from vcse_portal.discussion.operations import answer_comment, post_comment
from vcse_portal.mail.digest import Urgency, what_needs

from .factories import make_circular, make_draft, make_intention, make_member
from .test_circular_operations import DECEMBER, NOVEMBER

pytestmark = pytest.mark.django_db
POSTED = datetime(2026, 12, 18, 9, tzinfo=ZoneInfo("Europe/London"))  # ten working days on is 6 January


def say(intention, member):
    said = {"party": member.organisation, "text": "Sundays?", "visibility": "public", "by": member}
    return post_comment(intention, key=uuid4(), now=POSTED, **said)


def waiting(user, today=date(2026, 12, 21)) -> list[tuple]:
    return [(due.verb, due.what, due.due_on, due.urgency) for due in what_needs(user, today)]


def test_comments_wait_for_the_lead_officer_until_answered():
    intention, member = make_intention(title="Youth work"), make_member()
    comment = say(intention, member)
    what = f"comment from {member.organisation} on Youth work"
    assert waiting(intention.lead_officer) == [("Answer", what, date(2027, 1, 6), Urgency.LATER)]
    assert waiting(make_officer("commissioning")) == []
    assert waiting(member) == []
    answer_comment(comment.pk, text="We will.", version=1, by=intention.lead_officer)
    assert waiting(intention.lead_officer) == []


def test_late_comments_wait_for_partnerships_officers_too():
    say(make_intention(), make_member())
    partner = make_officer("partnerships")
    assert waiting(partner) == []
    assert [due[3] for due in waiting(partner, date(2027, 1, 7))] == [Urgency.OVERDUE]


def test_drafts_left_for_thirty_days_wait_for_their_lead():
    draft = make_draft(title="Youth work")
    assert waiting(draft.lead_officer) == []
    Intention.objects.update(updated_at=timezone.now() - timedelta(days=31))
    assert [due[:2] for due in waiting(draft.lead_officer)] == [
        ("Publish or withdraw", "draft intention Youth work")
    ]


def test_circular_waits_for_partnerships_officers_unless_empty():
    partner = make_officer("partnerships")
    make_intention(now=NOVEMBER)
    make_circular(now=DECEMBER)
    assert waiting(partner, date(2026, 12, 2)) == [
        ("Edit and approve", "Circular, December 2026", date(2026, 12, 8), Urgency.SOON)
    ]
    assert waiting(make_officer("property")) == []


def test_assemble_circular_command_prints_counts_and_repeats_harmlessly(time_machine):
    time_machine.move_to(DECEMBER, tick=False)
    make_intention(now=NOVEMBER)
    said = []
    for _run in range(2):
        out = StringIO()
        call_command("assemble_circular", stdout=out)
        said.append(out.getvalue().strip())
    assert said == [
        "Circular, December 2026: assembled, 1 entry.",
        "Circular, December 2026: already there (draft), 1 entry.",
    ]
    assert Circular.objects.count() == 1


def test_assemble_circular_command_takes_a_month_and_refuses_a_bad_one():
    with pytest.raises(CommandError, match="Give the month as year and month"):
        call_command("assemble_circular", "--month", "December")
