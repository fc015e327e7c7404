"""Pages: what each person reads, what a press does, and how many questions a page asks the database."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.forums import operations
from organisations.forums.links import PAPER, paper_link
from organisations.forums.models import Attendance, Forum, Item, Meeting, Paper, Term
from tests.factories import make_councillor, make_officer, make_user
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

pytestmark = pytest.mark.django_db


def to(name: str, thing=None) -> str:
    return reverse(f"forums:{name}", args=[thing.pk] if thing else [])


def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        assert response.status_code == 200
        b"".join(response)
    return len(captured)


def text_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response).decode()


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))


def date_parts(name: str, day) -> dict:
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


# Lists -----------------------------------------------------------------------------------------------------
def test_forums_say_so_when_there_is_none(client):
    assert "There is no forum yet" in text_of(client, to("forums"))
    assert "No meeting is planned" in text_of(client, to("meetings"))


def test_forums_lists_what_the_reader_may_know_of_with_the_next_meeting(client, sign_in):
    public = make_forum("Open forum")
    make_forum("Closed board", is_public=False)
    make_meeting(public, in_days=40)
    soon = make_meeting(public, in_days=4)
    page = client.get(to("forums"))
    assert [(f.name, f.next_pk) for f in page.context["standing"]] == [("Open forum", soon.pk)]
    officer = sign_in(make_councillor()).get(to("forums"))
    assert [f.name for f in officer.context["standing"]] == ["Closed board", "Open forum"]
    assert [row[0] for row in rows_of(client.get(to("forums") + "?format=csv"))] == ["Name", "Open forum"]


@pytest.mark.parametrize("person", ["visitor", "officer"])
@pytest.mark.parametrize("page", ["forums", "meetings"])
def test_lists_ask_as_many_queries_for_four_rows_as_for_one(client, sign_in, person, page):
    reader = client if person == "visitor" else sign_in(make_officer())
    make_meeting(make_forum())
    one = queries(reader, to(page))
    for _ in range(3):
        make_meeting(make_forum())
    assert one == queries(reader, to(page)) <= 6


def test_meetings_narrow_and_say_so(client):
    forum = make_forum("Compact board")
    coming, past = make_meeting(forum), make_held(forum)
    make_meeting(make_forum())
    page = client.get(to("meetings"), {"forum": forum.pk})
    assert ([m.pk for m in page.context["page"]], page.context["sentence"]) == (
        [coming.pk],
        "1 meeting to come of Compact board",
    )
    page = client.get(to("meetings"), {"when": "past"})
    assert ([m.pk for m in page.context["page"]], page.context["sentence"]) == ([past.pk], "1 past meeting")
    found = rows_of(client.get(to("meetings"), {"when": "all", "forum": forum.pk, "format": "csv"}))
    assert [row[5] for row in found] == ["State", "Planned", "Held"]


# A forum ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("person", ["visitor", "member", "officer"])
def test_forum_asks_as_many_queries_for_four_seats_as_for_one(client, sign_in, person):
    forum = make_forum()
    member = make_seated(forum)
    readers = {"visitor": client, "member": sign_in(member), "officer": sign_in(make_officer())}
    make_held(forum)
    one = queries(readers[person], to("forum", forum))
    for _ in range(3):
        sit(make_seat(forum)), make_seat(forum), make_meeting(forum), make_held(forum)
    assert one == queries(readers[person], to("forum", forum)) <= 9


def test_forum_shows_visitors_organisations_and_posts_but_no_people(client, sign_in):
    forum = make_forum()
    sit(
        make_seat(forum),
        organisation=make_organisation("Ashfield Youth Club"),
        name="Nell Private",
        post="Clerk",
    )
    hidden = make_organisation("Quiet House Refuge", is_published=False)
    sit(make_seat(forum), organisation=hidden, name="Hal Hidden", email="hal@example.org")
    sit(make_seat(forum, "council"), name="Olga Officer", post="Head of Libraries")
    page = text_of(client, to("forum", forum))
    for shown in (
        "Ashfield Youth Club",
        "Head of Libraries",
        "An organisation not in the directory",
        "Vacant",
    ):
        assert shown in page
    for private in ("Nell Private", "Quiet House", "Hal Hidden", "Olga Officer", "hal@example.org", "Clerk"):
        assert private not in page
    member = text_of(sign_in(make_seated(forum)), to("forum", forum))
    assert "Nell Private" in member
    assert "hal@example.org" not in member


def test_forum_is_told_of_to_nobody_outside_when_it_is_closed(client, sign_in):
    forum = make_forum(is_public=False)
    meeting = make_agreed(forum)
    outsider = sign_in(make_seated(make_forum()))
    for address in (to("forum", forum), to("forum_calendar", forum), to("meeting", meeting)):
        assert client.get(address).status_code == outsider.get(address).status_code == 404
    assert sign_in(make_seated(forum)).get(to("meeting", meeting)).status_code == 200


def test_forum_calendar_holds_its_meetings_without_the_address_to_join(client, sign_in):
    forum = make_forum("Property network")
    make_meeting(forum, join_url="https://meet.example.org/secret", place="")
    make_held(forum)
    feed = client.get(to("forum_calendar", forum))
    assert feed["Content-Type"].startswith("text/calendar")
    text = feed.content.decode()
    assert (text.count("BEGIN:VEVENT"), "meet.example.org" in text, "LOCATION:Online" in text) == (
        2,
        False,
        True,
    )
    meeting = Meeting.objects.coming().get()
    for reader, sees in ((client, False), (sign_in(make_seated(forum)), True)):
        single = reader.get(to("meeting_calendar", meeting)).content.decode().replace("\r\n ", "")
        assert ("https://meet.example.org/secret" in single) is sees


def test_forum_set_up_then_its_seats_and_a_meeting(sign_in):
    officer = sign_in(make_officer())
    key = officer.get(to("forum_set_up")).context["form"]["key"].value()
    sent = {"name": "Compact board", "kind": "compact", "remit": "To watch.", "is_public": "on", "key": key}
    for _ in "ab":
        assert officer.post(to("forum_set_up"), sent).status_code == 302
    forum = Forum.objects.get()
    chair = forum.seats.get(side="sector")
    ours = make_organisation("Ashfield Youth Club")
    sent = {"organisation": "ashfield youth club", "name": "Ann", "email": "ann@example.org"}
    response = officer.post(to("seat_fill", chair), sent | date_parts("starts_on", timezone.localdate()))
    assert response.status_code == 302
    assert Term.objects.get().organisation == ours
    day = timezone.localdate() + timedelta(days=30)
    key = officer.get(to("meeting_plan", forum)).context["form"]["key"].value()
    sent = {"begins": "2pm", "ends": "4pm", "place": "Library", "key": key, **date_parts("day", day)}
    for _ in "ab":
        assert officer.post(to("meeting_plan", forum), sent).status_code == 302
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.starts_at).hour == 14


def test_seat_fill_says_which_organisation_was_meant(sign_in):
    make_organisation("Ashfield Youth Club")
    seat = make_seat(make_forum())
    response = sign_in(make_officer()).post(
        to("seat_fill", seat), {"organisation": "Ashfield", "name": "Ann"}
    )
    assert response.status_code == 200
    assert "Did you mean “Ashfield Youth Club”?" in response.context["form"].errors["organisation"][0]


def test_seat_fill_by_a_chair_does_not_tell_of_unpublished_organisations(sign_in):
    forum = make_forum()
    make_organisation("Quiet House Refuge", is_published=False)
    chair = sign_in(make_sector_chair(forum))
    for asked in ("Quiet", "Quiet House Refuge"):
        response = chair.post(to("seat_fill", make_seat(forum)), {"organisation": asked, "name": "Ann"})
        assert response.context["form"].errors["organisation"] == [
            f"No organisation in the directory is called “{asked}”."
        ]


def test_seats_show_addresses_to_those_who_keep_them_and_as_csv(sign_in):
    forum = make_forum()
    sit(make_seat(forum, title="Halls"), name="=Ann", email="ann@example.org")
    assert sign_in(make_seated(forum)).get(to("seats", forum)).status_code == 403
    officer = sign_in(make_officer())
    assert "ann@example.org" in text_of(officer, to("seats", forum))
    found = rows_of(officer.get(to("seats", forum) + "?format=csv"))
    row = next(row for row in found if row[0] == "Halls")
    assert (row[4], row[5]) == ("'=Ann", "ann@example.org")
    one = queries(officer, to("seats", forum))
    for _ in range(3):
        sit(make_seat(forum))
    assert one == queries(officer, to("seats", forum)) <= 9


@pytest.mark.parametrize(
    ("page", "thing", "field"),
    [("forum_edit", "forum", "name"), ("seat_edit", "seat", "title"), ("term_edit", "term", "name")],
)
def test_edit_pages_keep_what_was_written_when_somebody_else_saved(sign_in, page, thing, field):
    forum = make_forum()
    seat = make_seat(forum)
    things = {"forum": forum, "seat": seat, "term": sit(seat)}
    officer = sign_in(make_officer())
    form = officer.get(to(page, things[thing])).context["form"]
    sent = {b.html_name: b.value() for b in form if b.value() not in (None, False, [None] * 3)}
    assert officer.post(to(page, things[thing]), sent | {field: "First"}).status_code == 302
    stale = officer.post(to(page, things[thing]), sent | {field: "Second"})
    assert stale.status_code == 409
    assert stale.context["form"][field].value() == "Second"


# A meeting -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("person", ["visitor", "member", "sector chair", "officer"])
@pytest.mark.parametrize("state", ["agreed", "closed"])
def test_meeting_asks_as_many_queries_for_four_rows_as_for_one(
    client, sign_in, person, state, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    forum = make_forum()
    member, chair = make_seated(forum), make_sector_chair(forum)
    readers = {"visitor": client, "member": sign_in(member), "sector chair": sign_in(chair)}
    reader = readers.get(person) or sign_in(make_officer())
    meeting = make_agreed(forum, items=["One"]) if state == "agreed" else make_closed(forum, decision="One")
    one = queries(reader, to("meeting", meeting))
    seats = [make_seat(forum) for _ in range(3)]
    for seat in seats:
        sit(seat)
        side = {"side": "sector", "organisation": make_organisation(), "name": "G", "came": "came"}
        Attendance.objects.create(meeting=meeting, seat=seat, reply="coming", **side)
        Item.objects.create(meeting=meeting, position=9, title="More", proposed_by=member)
        meeting.decisions.create(number=seat.pk + 10, text="More")
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
        Paper.objects.create(meeting=meeting, title="A", file=file, kind="pdf", size=8)
    assert one <= queries(reader, to("meeting", meeting)) <= 9
    assert one == queries(reader, to("meeting", meeting))


def test_meeting_shows_visitors_no_draft(client, sign_in):
    forum = make_forum()
    meeting = open_agenda(make_meeting(forum, join_url="https://meet.example.org/secret"))
    make_item(meeting, "A draft item")
    page = text_of(client, to("meeting", meeting))
    assert "The agenda is being written" in page
    assert "A draft item" not in page
    assert "meet.example.org" not in page
    member = text_of(sign_in(make_seated(forum)), to("meeting", meeting))
    assert "A draft item" in member
    assert "meet.example.org" in member


def test_meeting_shows_minutes_and_decisions_when_they_are_published(client, sign_in):
    forum = make_forum()
    officer = make_officer()
    meeting = make_held(forum)
    meeting = operations.write_minutes(
        meeting.pk, minutes="Draft words.", version=meeting.version, by=officer
    )
    operations.record_decision(meeting.pk, text="Draft decision.", by=officer)
    member, councillor = sign_in(make_seated(forum)), sign_in(make_councillor())
    chair = sign_in(make_sector_chair(forum))
    for reader in (client, member, councillor):
        page = text_of(reader, to("meeting", meeting))
        assert "Draft words." not in page
        assert "Draft decision." not in page
    assert "Draft words." in text_of(chair, to("meeting", meeting))
    operations.close_meeting(meeting.pk, version=meeting.version, by=officer)
    for reader in (client, member, councillor):
        assert "Draft words." in text_of(reader, to("meeting", meeting))


def test_meeting_names_who_came_to_members_and_only_organisations_to_visitors(client, sign_in):
    forum = make_forum()
    shown, hidden, council = (
        make_seat(forum),
        make_seat(forum),
        make_seat(forum, "council", title="Libraries"),
    )
    sit(shown, organisation=make_organisation("Ashfield Youth Club"), name="Nell Private")
    sit(hidden, organisation=make_organisation("Quiet House", is_published=False), name="Hal Hidden")
    sit(council, name="Olga Officer")
    meeting = make_held(forum, came=dict.fromkeys([shown, hidden, council], "came"))
    page = text_of(client, to("meeting", meeting))
    assert "Ashfield Youth Club" in page
    assert "Libraries" in page
    for private in ("Nell Private", "Quiet House", "Hal Hidden", "Olga Officer"):
        assert private not in page
    member = text_of(sign_in(make_seated(forum)), to("meeting", meeting))
    assert "Nell Private" in member


def test_meeting_edit_keeps_what_was_written_when_somebody_else_saved(sign_in):
    meeting = make_meeting()
    officer = sign_in(make_officer())
    day = timezone.localdate(meeting.starts_at)
    sent = {"begins": "10am", "ends": "12pm", "version": meeting.version, **date_parts("day", day)}
    assert officer.post(to("meeting_edit", meeting), sent | {"place": "Library"}).status_code == 302
    stale = officer.post(to("meeting_edit", meeting), sent | {"place": "Pub"})
    assert (stale.status_code, [d.written for d in stale.context["differences"]]) == (409, ["Pub"])


def test_meeting_plan_refuses_an_end_before_its_beginning_and_nowhere(sign_in):
    forum = make_forum()
    officer = sign_in(make_officer())
    day = date_parts("day", timezone.localdate() + timedelta(days=9)) | {"key": str(uuid4())}
    response = officer.post(to("meeting_plan", forum), {"begins": "4pm", "ends": "2pm", "place": "x", **day})
    assert list(response.context["form"].errors) == ["ends"]
    response = officer.post(to("meeting_plan", forum), {"begins": "2pm", "ends": "4pm", **day})
    assert list(response.context["form"].errors) == ["place"]


def test_agenda_from_open_to_agreed_by_both_chairs(sign_in):
    forum, ours = make_forum(), make_organisation("Ashfield Youth Club")
    chairs = {"council": make_council_chair(forum), "sector": make_sector_chair(forum)}
    member = sign_in(make_seated(forum, ours))
    meeting = make_meeting(forum)
    officer = sign_in(make_officer())
    until = timezone.localdate() + timedelta(days=5)
    sent = {"version": meeting.version, **date_parts("items_until", until)}
    assert officer.post(to("agenda_open", meeting), sent).status_code == 302
    form = member.get(to("item_propose", meeting)).context["form"]
    sent = {"party": form["party"].value(), "title": "Rents", "key": form["key"].value()}
    for _ in "ab":
        assert member.post(to("item_propose", meeting), sent).status_code == 302
    item = Item.objects.get()
    assert (item.organisation, item.title) == (ours, "Rents")
    for side, chair in chairs.items():
        close_for_items(meeting)
        form = sign_in(chair).get(to("agenda_agree", meeting)).context["form"]
        sent = {"side": form["side"].value(), "version": form["version"].value()}
        assert sent["side"] == side
        assert sign_in(chair).post(to("agenda_agree", meeting), sent).status_code == 302
    assert Meeting.objects.get().status == "agreed"


def test_agenda_agree_of_another_agenda_is_refused_and_shown_again(sign_in):
    forum = make_forum()
    chair = sign_in(make_council_chair(forum))
    meeting = open_agenda(make_meeting(forum))
    make_item(meeting)
    seen = close_for_items(meeting).version
    make_item(meeting, "Slipped in")
    response = chair.post(to("agenda_agree", meeting), {"side": "council", "version": seen}, follow=True)
    assert "changed while you were reading it" in response.content.decode()
    assert Meeting.objects.get().council_agreed_at is None


def test_item_move_up_and_nonsense(sign_in):
    meeting = open_agenda(make_meeting())
    make_item(meeting, "One")
    second = make_item(meeting, "Two")
    officer = sign_in(make_officer())
    for move in ("up-from-x", "sideways-from-2", "", "up-from-9999999"):
        assert officer.post(to("item_move", second), {"move": move}).status_code == 302
    assert [i.title for i in meeting.items.all()] == ["One", "Two"]
    officer.post(to("item_move", second), {"move": "up-from-2"})
    assert [i.title for i in meeting.items.all()] == ["Two", "One"]


# Papers ----------------------------------------------------------------------------------------------------
@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def test_paper_attach_checks_what_the_file_is_and_serves_it_as_a_download(client, sign_in, media):
    forum = make_forum()
    meeting = make_agreed(forum)
    officer = sign_in(make_officer())
    bad = SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>")
    key = officer.get(to("paper_attach", meeting)).context["form"]["key"].value()
    response = officer.post(to("paper_attach", meeting), {"title": "Budget", "file": bad, "key": key})
    assert list(response.context["form"].errors) == ["file"]
    good = SimpleUploadedFile("a.pdf", b"%PDF-1.7 words")
    sent = {"title": "Budget: 2026/27", "file": good, "key": key}
    assert officer.post(to("paper_attach", meeting), sent).status_code == 302
    paper = Paper.objects.get()
    response = client.get(to("paper", paper))
    assert b"".join(response) == b"%PDF-1.7 words"
    assert response["Content-Disposition"] == 'attachment; filename="budget-202627.pdf"'
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    officer.post(to("paper_remove", paper))
    assert client.get(to("paper", paper)).status_code == 404


def test_paper_of_a_draft_agenda_or_for_members_is_not_for_visitors(client, sign_in, media):
    forum = make_forum()
    officer = make_officer()

    def attach(meeting, **facts):
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
        return operations.attach_paper(meeting.pk, title="A", file=file, kind="pdf", by=officer, **facts)

    papers = [attach(make_meeting(forum)), attach(make_agreed(forum), is_for_members=True)]
    outsider, member = sign_in(make_seated(make_forum())), sign_in(make_seated(forum))
    for paper in papers:
        answers = [reader.get(to("paper", paper)).status_code for reader in (client, outsider, member)]
        assert answers == [404, 404, 200]


def test_paper_by_link_opens_for_whoever_was_mailed_it_until_it_is_taken_back(client, media):
    meeting = make_meeting(make_forum(is_public=False))
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    officer = make_officer()
    paper = operations.attach_paper(meeting.pk, title="A", file=file, kind="pdf", by=officer)
    path = paper_link(paper).partition("/forums/")[2]
    response = client.get(f"/forums/{path}")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-cache, no-store")
    assert client.get(reverse("forums:paper_by_link", args=["forged"])).status_code == 400
    operations.remove_paper(paper.pk, by=officer)
    assert client.get(f"/forums/{path}").status_code == 404
    assert client.get(reverse("forums:paper_by_link", args=[PAPER.token(other=1)])).status_code == 404


# Attendance and minutes ------------------------------------------------------------------------------------
def test_reply_by_a_member_for_their_own_seat_only(sign_in):
    forum = make_forum()
    member = make_seated(forum)
    other = Term.objects.exclude(user=member).first() or sit(make_seat(forum))
    meeting = make_meeting(forum)
    page = sign_in(member)
    own = Term.objects.get(user=member).seat_id
    form = page.get(to("reply", meeting)).context["form"]
    assert [value for value, _ in form.fields["seat"].choices] == [own]
    refused = page.post(to("reply", meeting), {"seat": other.seat_id, "reply": "coming"})
    assert refused.status_code == 200
    sent = {"seat": own, "reply": "substitute", "substitute_name": "Bea", "substitute_email": ""}
    assert page.post(to("reply", meeting), sent).status_code == 302
    found = Attendance.objects.get()
    assert (found.seat_id, found.reply, found.substitute_name) == (own, "apologies", "Bea")
    assert page.get(to("reply", meeting)).context["form"]["reply"].value() == "substitute"


def test_attendance_record_takes_every_seat_and_keeps_the_input_when_stale(sign_in):
    forum = make_forum()
    first, second = make_seat(forum), make_seat(forum)
    sit(first, organisation=make_organisation(income=5000), name="Ann"), sit(second, name="Bea")
    meeting = make_held(forum)
    officer = sign_in(make_officer())
    sent = {
        "version": meeting.version,
        f"came_{first.pk}": "came",
        f"paid_{first.pk}": "£40",
        f"came_{second.pk}": "substitute",
        f"name_{second.pk}": "",
    }
    response = officer.post(to("attendance_record", meeting), sent)
    assert response.context["form"].errors == {f"name_{second.pk}": ["Enter who came for Bea"]}
    sent[f"name_{second.pk}"] = "Dee"
    assert officer.post(to("attendance_record", meeting), sent).status_code == 302
    stale = officer.post(to("attendance_record", meeting), sent | {f"name_{second.pk}": "Eve"})
    assert (stale.status_code, stale.context["form"][f"name_{second.pk}"].value()) == (409, "Eve")
    again = {b.html_name: b.value() for b in stale.context["form"] if b.value() is not None}
    assert officer.post(to("attendance_record", meeting), again).status_code == 302
    assert {a.seat_id: (a.who_came, a.paid) for a in meeting.attendances.all()} == {
        first.pk: ("Ann", 40),
        second.pk: ("Eve", None),
    }


def test_attendance_record_by_a_chair_asks_for_no_payment_and_keeps_what_was_paid(sign_in):
    forum = make_forum()
    seat = make_seat(forum)
    sit(seat, organisation=make_organisation(income=5000))
    meeting = make_held(forum)
    officer, chair = sign_in(make_officer()), sign_in(make_sector_chair(forum))
    sent = {"version": meeting.version, f"came_{seat.pk}": "came", f"paid_{seat.pk}": "40"}
    officer.post(to("attendance_record", meeting), sent)
    form = chair.get(to("attendance_record", meeting)).context["form"]
    assert f"paid_{seat.pk}" not in form.fields
    sent = {b.html_name: b.value() for b in form if b.value() is not None}
    assert (
        chair.post(to("attendance_record", meeting), sent | {f"seniority_{seat.pk}": "top"}).status_code
        == 302
    )
    assert [(a.paid, a.seniority) for a in meeting.attendances.filter(seat=seat)] == [(40, "top")]


def test_f24_attendance_record_shows_what_people_wrote_as_words(sign_in):
    hostile = "<svg onload=x>{{ 7|add:7 }}{% csrf_token %}"
    forum = make_forum(hostile)
    sit(make_seat(forum, title=hostile), organisation=make_organisation(hostile), name=hostile)
    page = text_of(sign_in(make_officer()), to("attendance_record", make_held(forum)))
    words = "&lt;svg onload=x&gt;{{ 7|add:7 }}{% csrf_token %}"
    legend = page.partition("app-group")[2].partition("</legend>")[0]
    assert legend.count(words) >= 2  # the seat, and who sits in it
    assert "<svg onload" not in page


def test_minutes_decision_guest_and_publishing(client, sign_in):
    forum = make_forum()
    meeting = make_held(forum)
    officer = sign_in(make_officer())
    key = officer.get(to("decision_record", meeting)).context["form"]["key"].value()
    for _ in "ab":
        officer.post(to("decision_record", meeting), {"text": "Rents are frozen.", "key": key})
    assert meeting.decisions.count() == 1
    key = officer.get(to("guest_add", meeting)).context["form"]["key"].value()
    officer.post(to("guest_add", meeting), {"name": "Gil", "side": "sector", "key": key})
    version = Meeting.objects.get().version
    officer.post(to("minutes_write", meeting), {"minutes": "All was said.", "version": version})
    stale = officer.post(to("minutes_write", meeting), {"minutes": "Other words.", "version": version})
    assert (stale.status_code, stale.context["form"]["minutes"].value()) == (409, "Other words.")
    for _ in "ab":
        version = Meeting.objects.get().version
        assert officer.post(to("meeting_close", meeting), {"version": version}).status_code == 302
    page = text_of(client, to("meeting", meeting))
    assert "Rents are frozen." in page
    assert "All was said." in page
    assert "Gil" not in page


def test_meeting_close_of_other_words_than_were_read_is_refused(sign_in):
    meeting = make_held()
    officer = make_officer()
    meeting = operations.write_minutes(meeting.pk, minutes="First", version=meeting.version, by=officer)
    seen = meeting.version
    operations.write_minutes(meeting.pk, minutes="Second", version=seen, by=officer)
    response = sign_in(officer).post(to("meeting_close", meeting), {"version": seen}, follow=True)
    assert "changed while you were reading" in response.content.decode()
    assert Meeting.objects.get().status == "held"


# On an organisation's page ---------------------------------------------------------------------------------
def test_forums_of_shows_the_seats_of_an_organisation_in_one_query(django_assert_num_queries):
    ours, public, closed = make_organisation(), make_forum("Open forum"), make_forum("Board", is_public=False)
    for forum in (public, closed):
        sit(make_seat(forum, title="Halls"), organisation=ours, name="Nell Private")
    request = RequestFactory().get("/")
    request.user = make_user()
    template = Template("{% load forums %}{% forums_of organisation %}")
    with django_assert_num_queries(1):
        shown = template.render(Context({"request": request, "organisation": ours}))
    assert "Open forum" in shown
    assert "Board" not in shown
    assert "Nell Private" not in shown
