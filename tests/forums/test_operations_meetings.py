"""Meetings, the agenda written together, papers, attendance, minutes."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from organisations.forums import operations
from organisations.forums.models import Attendance, Decision, Item, Meeting
from organisations.forums.operations.attendance import Seen
from tests.factories import make_officer
from tests.forums.factories import (
    close_for_items,
    make_agreed,
    make_closed,
    make_council_chair,
    make_forum,
    make_held,
    make_item,
    make_meeting,
    make_seat,
    make_seated,
    make_sector_chair,
    open_agenda,
    sit,
)
from tests.organisations.factories import make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mailed(kind: str) -> list[str]:
    """Addresses the latest mail of a kind goes to."""
    message = Message.objects.filter(kind=f"forum_{kind}").order_by("-pk").first()
    return sorted(d.email for d in message.deliveries.all()) if message else []


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


# Planning --------------------------------------------------------------------------------------------------
def test_plan_meeting_invites_everybody_with_a_seat_on_the_day_once():
    forum, ours = make_forum(), make_organisation()
    sit(make_seat(forum), organisation=ours, email="ann@example.org")
    sit(make_seat(forum), organisation=ours, email="ANN@example.org")
    leaver = sit(make_seat(forum), email="gone@example.org")
    operations.end_term(leaver.pk, by=make_officer())
    meeting = make_meeting(forum, join_url="https://meet.example.org/1")
    assert mailed("invited") == ["ann@example.org"]
    assert "https://meet.example.org/1" in Message.objects.get(kind="forum_invited").text
    assert [e.what for e in timeline(meeting)] == ["Planned"]


def test_plan_meeting_by_a_second_click_gives_the_first():
    key, forum = uuid4(), make_forum()
    sit(make_seat(forum))
    assert make_meeting(forum, key=key) == make_meeting(forum, key=key)
    assert Message.objects.filter(kind="forum_invited").count() == 1


def test_plan_meeting_refuses_the_past_nowhere_and_a_forum_wound_up():
    forum = make_forum()
    with pytest.raises(ValidationError, match="a day to come"):
        make_meeting(forum, in_days=-1, now=NOW)
    with pytest.raises(ValidationError, match="Say where"):
        make_meeting(forum, place="")
    with pytest.raises(ValidationError):
        make_meeting(forum, ends_at=NOW)
    operations.close_forum(forum.pk, by=make_officer())
    with pytest.raises(ValidationError, match="wound up"):
        make_meeting(forum)


def test_an_invitation_is_for_the_calendar_and_answers_go_to_the_councils_chair():
    forum = make_forum()
    chair = make_council_chair(forum)
    meeting = make_meeting(forum)
    invitation = Message.objects.get(kind="forum_invited")
    assert "METHOD:REQUEST" in invitation.calendar
    assert invitation.reply_to == chair.email
    assert invitation.expires_at == meeting.starts_at
    operations.cancel_meeting(meeting.pk, reason="Snow", by=make_officer())
    assert "METHOD:CANCEL" in Message.objects.get(kind="forum_cancelled").calendar


def test_a_meeting_that_has_begun_invites_nobody():
    forum = make_forum()
    sit(make_seat(forum))
    make_meeting(forum, in_days=-2)
    assert mailed("invited") == []


def test_whoever_takes_a_seat_is_invited_to_what_is_to_come():
    forum = make_forum()
    make_meeting(forum), make_held(forum)
    sit(make_seat(forum), email="new@example.org")
    invitations = Message.objects.filter(kind="forum_invited")
    assert [[d.email for d in m.deliveries.all()] for m in invitations] == [["new@example.org"]]


def test_edit_meeting_sends_the_next_invitation_only_when_something_changed():
    forum = make_forum()
    sit(make_seat(forum))
    meeting = make_meeting(forum)
    officer = make_officer()
    same = operations.edit_meeting(meeting.pk, version=1, place=meeting.place, by=officer)
    assert (same.sequence, Message.objects.filter(kind="forum_invited").count()) == (0, 1)
    moved = operations.edit_meeting(meeting.pk, version=1, place="Library", by=officer)
    assert (moved.sequence, Message.objects.filter(kind="forum_invited").count()) == (1, 2)
    with pytest.raises(Conflict):
        operations.edit_meeting(meeting.pk, version=1, place="Pub", by=officer)


def test_cancel_meeting_says_why_and_is_final():
    forum = make_forum()
    sit(make_seat(forum), email="ann@example.org")
    meeting = make_meeting(forum)
    operations.cancel_meeting(meeting.pk, reason="Snow", by=make_officer())
    assert (fresh(meeting).status, mailed("cancelled")) == ("cancelled", ["ann@example.org"])
    assert "Snow" in Message.objects.get(kind="forum_cancelled").text
    with pytest.raises(ValidationError, match="already"):
        operations.cancel_meeting(meeting.pk, reason="Again", by=make_officer())
    with pytest.raises(ValidationError, match="no longer be moved"):
        operations.edit_meeting(meeting.pk, version=2, place="Pub", by=make_officer())


# The agenda ------------------------------------------------------------------------------------------------
def test_open_agenda_asks_for_items_until_a_day_before_the_meeting():
    forum = make_forum()
    sit(make_seat(forum), email="ann@example.org")
    meeting = open_agenda(make_meeting(forum))
    assert (meeting.status, mailed("agenda_opened")) == ("open", ["ann@example.org"])
    day = timezone.localdate(meeting.starts_at)
    for wrong in (day, timezone.localdate() - timedelta(days=1)):
        with pytest.raises(ValidationError):
            operations.open_agenda(meeting.pk, items_until=wrong, by=make_officer())


def test_propose_item_in_time_by_a_member_after_it_by_those_who_keep_the_forum():
    forum = make_forum()
    ours = make_organisation()
    member, chair = make_seated(forum, ours), make_sector_chair(forum)
    meeting = open_agenda(make_meeting(forum))
    item = make_item(meeting, "Rents", by=member, organisation=ours)
    assert (item.organisation, item.proposed_by, item.position) == (ours, member, 1)
    close_for_items(meeting)
    with pytest.raises(ValidationError, match="can no longer be proposed"):
        make_item(meeting, by=member, organisation=ours)
    assert make_item(meeting, by=chair).position == 2


def test_propose_item_by_a_second_click_gives_the_first():
    meeting, key, officer = open_agenda(make_meeting()), uuid4(), make_officer()
    assert make_item(meeting, key=key, by=officer) == make_item(meeting, key=key, by=officer)
    assert Item.objects.count() == 1


def test_propose_item_is_refused_once_the_meeting_was_held():
    with pytest.raises(ValidationError, match="no longer changes"):
        make_item(make_held())


def test_move_item_changes_places_from_where_it_was_seen_only():
    meeting = open_agenda(make_meeting())
    first, second = make_item(meeting, "One"), make_item(meeting, "Two")
    officer = make_officer()

    def order():
        return [i.title for i in meeting.items.on_agenda()]

    operations.move_item(second.pk, up=True, seen_position=2, by=officer)
    assert order() == ["Two", "One"]
    operations.move_item(second.pk, up=True, seen_position=2, by=officer)  # a second click
    assert order() == ["Two", "One"]
    operations.move_item(first.pk, up=False, seen_position=2, by=officer)  # already the last
    assert order() == ["Two", "One"]


def test_leave_item_off_tells_its_proposer_why_and_put_back_undoes_it():
    forum = make_forum()
    member = make_seated(forum)
    meeting = open_agenda(make_meeting(forum))
    item = make_item(meeting, "Rents", by=member)
    make_item(meeting, "Other")
    operations.leave_item_off(item.pk, reason="Next time.", by=make_officer())
    assert mailed("item_left_off") == [member.email]
    assert "Next time." in Message.objects.get(kind="forum_item_left_off").text
    with pytest.raises(ValidationError, match="already"):
        operations.leave_item_off(item.pk, reason="Again", by=make_officer())
    operations.put_item_back(item.pk, by=make_officer())
    assert [i.title for i in meeting.items.on_agenda()] == ["Other", "Rents"]


def test_leave_item_off_by_its_proposer_mails_nobody():
    officer = make_officer()
    item = make_item(open_agenda(make_meeting()), by=officer)
    operations.leave_item_off(item.pk, reason="Not ready.", by=officer)
    assert mailed("item_left_off") == []


def test_agree_agenda_by_both_chairs_sends_it_out():
    forum = make_forum()
    council, sector = make_council_chair(forum), make_sector_chair(forum)
    sit(make_seat(forum), name="Nell", email="nell@example.org")
    meeting = open_agenda(make_meeting(forum))
    make_item(meeting, "Rents", minutes_needed=20, about="They doubled.")
    meeting = close_for_items(meeting)
    first = operations.agree_agenda(meeting.pk, side="council", version=meeting.version, by=council)
    assert (first.status, first.agreed_by_council) == ("open", council)
    assert mailed("agenda_waits") == [sector.email]
    assert mailed("agenda_agreed") == []
    both = operations.agree_agenda(meeting.pk, side="sector", version=first.version, by=sector)
    assert (both.status, both.agreed_by_sector, both.agenda_agreed_at is not None) == ("agreed", sector, True)
    assert mailed("agenda_agreed") == sorted([council.email, "nell@example.org", sector.email])
    text = Message.objects.get(kind="forum_agenda_agreed").text
    assert "1. Rents (20 minutes)" in text
    assert "They doubled." in text


def test_agree_agenda_refuses_what_the_chair_did_not_read():
    forum = make_forum()
    council = make_council_chair(forum)
    meeting = open_agenda(make_meeting(forum))
    make_item(meeting)
    seen = close_for_items(meeting).version
    make_item(meeting, "Slipped in")
    with pytest.raises(Conflict):
        operations.agree_agenda(meeting.pk, side="council", version=seen, by=council)


def test_agree_agenda_waits_until_nobody_can_propose_and_there_is_something():
    meeting = open_agenda(make_meeting())
    officer = make_officer()
    make_item(meeting)
    with pytest.raises(ValidationError, match="Items can be proposed until"):
        operations.agree_agenda(meeting.pk, side="council", version=fresh(meeting).version, by=officer)
    empty = close_for_items(open_agenda(make_meeting()))
    with pytest.raises(ValidationError, match="nothing on the agenda"):
        operations.agree_agenda(empty.pk, side="council", version=empty.version, by=officer)
    with pytest.raises(ValidationError, match="not open"):
        operations.agree_agenda(make_meeting().pk, side="council", version=1, by=officer)


def test_agree_agenda_by_a_second_click_changes_nothing():
    meeting = make_agreed()
    again = operations.agree_agenda(meeting.pk, side="sector", version=1, by=make_officer())
    assert again.version == meeting.version


@pytest.mark.parametrize("deed", ["propose", "edit", "move", "leave off", "open"])
def test_any_change_of_the_agenda_takes_both_agreements_back(deed):
    forum = make_forum()
    council = make_council_chair(forum)
    meeting = make_agreed(forum)
    item, officer = meeting.items.first(), make_officer()
    {
        "propose": lambda: make_item(meeting, by=officer),
        "edit": lambda: operations.edit_item(
            item.pk, version=1, title="Other words", about="", minutes_needed=None, by=officer
        ),
        "move": lambda: operations.move_item(item.pk, up=False, seen_position=item.position, by=officer),
        "leave off": lambda: operations.leave_item_off(item.pk, reason="No", by=officer),
        "open": lambda: operations.open_agenda(
            meeting.pk, items_until=timezone.localdate() + timedelta(days=2), by=officer
        ),
    }[deed]()
    meeting = fresh(meeting)
    assert (meeting.status, meeting.council_agreed_at, meeting.sector_agreed_at) == ("open", None, None)
    assert mailed("agenda_reopened") == ([] if deed == "open" else [council.email])


def test_edit_item_refuses_a_stale_version():
    item = make_item(open_agenda(make_meeting()))
    known = {"about": "", "minutes_needed": None, "by": make_officer()}
    operations.edit_item(item.pk, version=1, title="First", **known)
    with pytest.raises(Conflict):
        operations.edit_item(item.pk, version=1, title="Second", **known)


# Papers ----------------------------------------------------------------------------------------------------
@pytest.fixture
def attach(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)

    def attach(meeting, **facts):
        file = ContentFile(b"%PDF-1.7 words", name="../../Bad name.pdf")
        return operations.attach_paper(
            meeting.pk, title="Budget", file=file, kind="pdf", by=make_officer(), **facts
        )

    return attach


def test_attach_paper_keeps_it_under_a_name_nobody_chose(attach, tmp_path):
    paper = attach(make_meeting())
    assert (paper.size, paper.file.name.startswith("forums/"), "Bad" in paper.file.name) == (14, True, False)
    assert [p.suffix for p in tmp_path.rglob("*") if p.is_file()] == [".data"]


def test_attach_paper_late_does_not_take_the_agreement_back(attach):
    meeting = make_agreed()
    attach(meeting, item=meeting.items.first())
    assert fresh(meeting).status == "agreed"


def test_attach_paper_refuses_other_meetings_items_and_closed_meetings(attach):
    with pytest.raises(ValidationError, match="item of this meeting"):
        attach(make_meeting(), item=make_agreed().items.first())
    with pytest.raises(ValidationError, match="no longer be attached"):
        attach(make_closed())


def test_remove_paper_hides_it_for_good(attach):
    paper = attach(make_meeting())
    operations.remove_paper(paper.pk, by=make_officer())
    assert list(paper.meeting.papers.kept()) == []


# Attendance ------------------------------------------------------------------------------------------------
def test_reply_names_a_substitute_who_is_invited_once():
    forum = make_forum()
    seat = make_seat(forum)
    sit(seat, name="Ann")
    meeting = make_meeting(forum)
    known = {"reply": "apologies", "substitute_name": "Bea", "substitute_email": "Bea@example.org"}
    for _ in "ab":
        operations.reply_to_meeting(meeting.pk, seat.pk, by=make_officer(), **known)
    attendance = Attendance.objects.get()
    assert (attendance.name, attendance.reply, attendance.substitute_name) == ("Ann", "apologies", "Bea")
    assert mailed("substitute_invited") == ["bea@example.org"]
    assert Message.objects.filter(kind="forum_substitute_invited").count() == 1
    operations.reply_to_meeting(meeting.pk, seat.pk, reply="coming", substitute_name="Bea", by=make_officer())
    assert Attendance.objects.get().substitute_name == ""


def test_reply_is_refused_for_a_vacant_seat_and_after_the_meeting():
    forum = make_forum()
    seat = make_seat(forum)
    with pytest.raises(ValidationError, match="Nobody holds this seat"):
        operations.reply_to_meeting(make_meeting(forum).pk, seat.pk, reply="coming", by=make_officer())
    sit(seat)
    with pytest.raises(ValidationError, match="was held"):
        operations.reply_to_meeting(make_held(forum).pk, seat.pk, reply="coming", by=make_officer())


def test_record_attendance_makes_the_meeting_held_and_pays_small_groups():
    forum = make_forum()
    small, council, away = make_seat(forum), make_seat(forum, "council"), make_seat(forum)
    sit(small, organisation=make_organisation(income=Decimal(5000)), name="Ann")
    sit(council, name="Don", seniority="top")
    sit(away, name="Eve")
    meeting = make_held(
        forum,
        came={
            small: Seen("came", paid=Decimal("40.00")),
            council: Seen("substitute", name="Dee", seniority="manager"),
            away: Seen("apologies", seniority="head", paid=None),
        },
    )
    assert meeting.status == "held"
    rows = {a.seat_id: (a.came, a.who_came, a.seniority, a.paid) for a in meeting.attendances.all()}
    assert rows == {
        small.pk: ("came", "Ann", "", Decimal("40.00")),
        council.pk: ("substitute", "Dee", "manager", None),
        away.pk: ("apologies", "Eve", "", None),
    }


def test_record_attendance_refuses_payment_of_larger_groups_and_public_bodies():
    for facts in ({"income": Decimal(100_000)}, {"income": Decimal(5), "is_public_body": True}):
        forum = make_forum()
        seat = make_seat(forum)
        sit(seat, organisation=make_organisation(**facts))
        with pytest.raises(ValidationError, match="under £100,000"):
            make_held(forum, came={seat: Seen("came", paid=Decimal(10))})


def test_record_attendance_refuses_before_it_began_stale_and_without_the_substitutes_name():
    forum = make_forum()
    seat = make_seat(forum)
    sit(seat)
    ahead = make_meeting(forum)
    with pytest.raises(ValidationError, match="has begun"):
        operations.record_attendance(ahead.pk, seen={}, version=1, by=make_officer())
    with pytest.raises(ValidationError, match="Enter who came"):
        make_held(forum, came={seat: "substitute"})
    held = make_held(forum, came={seat: "came"})
    with pytest.raises(Conflict):
        operations.record_attendance(held.pk, seen={}, version=1, by=make_officer())
    with pytest.raises(ValidationError, match="Nobody held"):
        make_held(forum, came={make_seat(forum): "came"})


def test_add_guest_once_and_remove_guest():
    meeting, key, officer = make_held(), uuid4(), make_officer()
    known = {"name": "Gil", "side": "sector", "key": key, "by": officer}
    assert operations.add_guest(meeting.pk, **known) == operations.add_guest(meeting.pk, **known)
    operations.remove_guest(meeting.attendances.get().pk, by=officer)
    assert not meeting.attendances.exists()
    with pytest.raises(ValidationError, match="attendance of the seats first"):
        operations.add_guest(make_meeting().pk, name="Gil", side="sector", by=officer)
    with pytest.raises(ValidationError, match="for no organisation"):
        operations.add_guest(
            meeting.pk, name="Gil", side="council", organisation=make_organisation(), by=officer
        )


def test_remove_guest_leaves_seats_alone():
    forum = make_forum()
    seat = make_seat(forum)
    sit(seat)
    meeting = make_held(forum, came={seat: "came"})
    operations.remove_guest(meeting.attendances.get().pk, by=make_officer())
    assert meeting.attendances.count() == 1


# Minutes ---------------------------------------------------------------------------------------------------
def test_close_meeting_publishes_and_mails_minutes_and_decisions():
    forum = make_forum()
    sit(make_seat(forum), email="ann@example.org")
    meeting = make_closed(forum, minutes="All was said.", decision="Rents are frozen.")
    assert (meeting.status, mailed("minutes_published")) == ("closed", ["ann@example.org"])
    text = Message.objects.get(kind="forum_minutes_published").text
    assert "1. Rents are frozen." in text
    assert "All was said." in text
    again = operations.close_meeting(meeting.pk, version=1, by=make_officer())
    assert again.version == meeting.version


def test_close_meeting_refuses_without_minutes_stale_or_not_held():
    held = make_held()
    with pytest.raises(ValidationError, match="Write the minutes first"):
        operations.close_meeting(held.pk, version=held.version, by=make_officer())
    with pytest.raises(Conflict):
        operations.close_meeting(held.pk, version=1, by=make_officer())
    with pytest.raises(ValidationError, match="Record who came first"):
        operations.close_meeting(make_meeting().pk, version=1, by=make_officer())


def test_write_minutes_of_a_closed_meeting_is_a_correction_without_another_mail():
    forum = make_forum()
    sit(make_seat(forum))
    meeting = make_closed(forum)
    meeting = operations.write_minutes(
        meeting.pk, minutes="We talked at length.", version=meeting.version, by=make_officer()
    )
    assert (meeting.status, meeting.corrected_at is not None) == ("closed", True)
    assert Message.objects.filter(kind="forum_minutes_published").count() == 1
    with pytest.raises(ValidationError, match="cannot be emptied"):
        operations.write_minutes(meeting.pk, minutes=" ", version=meeting.version, by=make_officer())
    with pytest.raises(ValidationError, match="Record who came first"):
        operations.write_minutes(make_meeting().pk, minutes="x", version=1, by=make_officer())


def test_decisions_count_up_and_stand_once_published():
    meeting, officer, key = make_held(), make_officer(), uuid4()
    first = operations.record_decision(meeting.pk, text="One", key=key, by=officer)
    assert operations.record_decision(meeting.pk, text="One", key=key, by=officer) == first
    second = operations.record_decision(meeting.pk, text="Two", by=officer)
    assert (first.number, second.number) == (1, 2)
    operations.edit_decision(first.pk, version=1, text="Won", by=officer)
    with pytest.raises(Conflict):
        operations.edit_decision(first.pk, version=1, text="Wan", by=officer)
    operations.remove_decision(second.pk, by=officer)
    assert [d.text for d in meeting.decisions.all()] == ["Won"]
    closed = make_closed(decision="Stands")
    for deed in (
        lambda: operations.record_decision(closed.pk, text="Late", by=officer),
        lambda: operations.remove_decision(closed.decisions.get().pk, by=officer),
    ):
        with pytest.raises(ValidationError, match="stands"):
            deed()
    assert Decision.objects.filter(meeting=closed).count() == 1
