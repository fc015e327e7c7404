"""Hold a forum meeting, from planning to published minutes, with attendance; and see who is missing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organisations.forums.models import Attendance, Meeting
from tests.actions.factories import make_plan
from tests.factories import make_officer, make_theme, make_ward
from tests.forums.factories import (
    make_closed,
    make_council_chair,
    make_forum,
    make_seat,
    make_sector_chair,
    sit,
)
from tests.organisations.factories import make_organisation
from vcse_portal.mail.models import Message

from .conftest import assert_summary_links_focus, look, looks_right, sign_in_as

pytestmark = pytest.mark.django_db(transaction=True)


def press(page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()


def fill_date(page, legend: str, day) -> None:
    group = page.get_by_role("group", name=legend)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label).fill(str(value))


@pytest.fixture
def forum():
    make_theme("Health and wellbeing"), make_ward("Greenhill")
    forum = make_forum("Voluntary Sector Forum", payment=40)
    sit(
        make_seat(forum, title="Older people"),
        organisation=make_organisation("Lunch Club", income=4200),
        name="Sal",
    )
    sit(make_seat(forum, "council", "Director of Communities"), name="Dee Director", seniority="top")
    make_seat(forum, title="Faith groups")
    make_organisation("Very Large Housing", income=20_000_000)
    return forum


def test_hold_a_forum_meeting_with_attendance(page, forum):
    council, sector = make_council_chair(forum, name="Cara Chair"), make_sector_chair(forum, name="Sid Chair")
    make_plan()
    officer = make_officer(name="Pat Sidhu")
    sign_in_as(page, officer)
    look(page, forum.get_absolute_url())

    press(page, "Plan a meeting")
    press(page, "Plan meeting")
    looks_right(page)
    assert_summary_links_focus(page)
    fill_date(page, "Day", timezone.localdate() + timedelta(days=20))
    page.get_by_label("Begins").fill("2pm")
    page.get_by_label("Ends").fill("4pm")
    page.get_by_label("Place").fill("Millbank Community Centre")
    press(page, "Plan meeting")
    press(page, "Open the agenda")
    fill_date(page, "Until when can items be proposed?", timezone.localdate() + timedelta(days=5))
    press(page, "Open the agenda")
    for title in ("Rents of halls", "Warm spaces"):
        press(page, "Propose an item")
        page.get_by_label("Item", exact=True).fill(title)
        press(page, "Propose item")
    page.locator(".app-agenda__item", has_text="Warm spaces").get_by_role("button", name="Move up").click()
    page.wait_for_url("**#item-*")
    assert page.locator(".app-agenda__title").all_inner_texts() == ["Warm spaces", "Rents of halls"]
    looks_right(page)

    meeting = Meeting.objects.get()
    yesterday = timezone.localdate() - timedelta(days=1)
    Meeting.objects.update(items_until=yesterday)
    for chair in (council, sector):
        sign_in_as(page, chair)
        page.goto(meeting.get_absolute_url())
        press(page, "Agree agenda")
        press(page, "Agree agenda")
    looks_right(page)
    assert Message.objects.filter(kind="forum_agenda_agreed").count() == 1

    began = timezone.now() - timedelta(hours=3)
    Meeting.objects.update(starts_at=began, ends_at=began + timedelta(hours=2))
    sign_in_as(page, officer)
    page.goto(meeting.get_absolute_url())
    press(page, "Record attendance")
    looks_right(page)
    club = page.get_by_role("group", name="Older people: Sal, Lunch Club")
    club.get_by_label("Attendance").select_option("came")
    club.get_by_label("Paid for its time").fill("£40")
    director = page.get_by_role("group", name="Director of Communities: Dee Director")
    director.get_by_label("Attendance").select_option("substitute")
    press(page, "Save attendance")
    looks_right(page)
    assert_summary_links_focus(page)
    director.get_by_label("Substitute, if one came").fill("Colin Colleague")
    director.get_by_label("Seniority of who came").select_option("staff")
    press(page, "Save attendance")
    looks_right(page)
    assert Attendance.objects.filter(came="came").get().paid == 40

    press(page, "Record a decision")
    page.get_by_label("What was decided?").fill("Halls open on Sundays.")
    page.get_by_label("Under which item?").select_option(label="Rents of halls")
    press(page, "Save decision")
    page.get_by_role("link", name="Raise an action from decision 1").click()
    looks_right(page)
    page.get_by_label("Led by", exact=True).fill("Head of Libraries")
    press(page, "Save action")
    press(page, "Write the minutes")
    page.get_by_label("Minutes").fill("All was said.\n\n- nothing was forgotten")
    press(page, "Save minutes")
    press(page, "Publish minutes")
    looks_right(page)
    press(page, "Publish minutes")
    looks_right(page)

    page.context.clear_cookies()
    look(page, meeting.get_absolute_url())
    shown = page.locator("main").inner_text()
    for words in ("Halls open on Sundays.", "nothing was forgotten", "Lunch Club", "Head of Libraries"):
        assert words in shown
    for private in ("Colin Colleague", "Sal", "£40"):
        assert private not in shown


def test_who_sits_in_a_forum_and_who_is_missing(page, forum):
    make_closed(forum, came=dict.fromkeys(forum.seats.filter(is_chair=False, side="council"), "came"))
    look(page, "/forums/")
    look(page, "/forums/meetings/?when=all")
    look(page, forum.get_absolute_url())
    sign_in_as(page, make_officer())
    for part in ("missing", "attendance", "seats"):
        look(page, f"{forum.get_absolute_url()}{part}/")
    page.get_by_role("link", name="Give the seat Faith groups").click()
    looks_right(page)
    press(page, "Give the seat")
    looks_right(page)
    assert_summary_links_focus(page)
