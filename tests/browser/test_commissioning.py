"""The main job as people do it: record, publish, comment, answer, edit the circular, approve, read the archive."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commissioning.circulars.models import Circular
from commissioning.circulars.operations import approve_circular, assemble_circular
from commissioning.models import Intention
from tests.commissioning.factories import make_intention, make_member
from tests.factories import (
    make_community,
    make_directorate,
    make_officer,
    make_outcome,
    make_theme,
    make_ward,
)
from tests.mail.factories import make_subscription
from tests.organisations.factories import make_organisation
from vcse_portal.mail.delivery import deliver

from .conftest import assert_summary_links_focus, look, looks_right, sign_in_as

pytestmark = pytest.mark.django_db(transaction=True)
LIST, CIRCULARS = "/commissioning/intentions/", "/commissioning/circulars/"


@pytest.fixture
def adults():
    for name in (
        "Health and wellbeing",
        "Children and young people",
        "Housing",
        "Arts, culture and heritage",
    ):
        make_theme(name)
    make_community("Older people"), make_outcome("People live well for longer"), make_ward("Greenhill")
    return make_directorate("Adults and Health")


@pytest.fixture
def officer(adults):
    return make_officer("commissioning", name="Olu Adeyemi", post="Commissioning manager", directorate=adults)


@pytest.fixture
def editor(adults):
    return make_officer("partnerships", name="Pat Sidhu", post="Partnerships officer", directorate=adults)


@pytest.fixture
def several(officer):
    """Three published, as a council would write them."""
    today, themes = timezone.localdate(), ["health-and-wellbeing", "children-and-young-people"]
    known = {"lead_officer": officer, "directorate": officer.directorate, "themes": themes}
    now = timezone.now() - timedelta(hours=1)
    make_intention(
        title="Youth work in the evenings", stage="co_design", value_low=40000, value_high=60000, now=now,
        summary="Open-access youth work on three evenings a week, in places young people already go to.",
        expected_open_on=today + timedelta(days=60), **known,
    )  # fmt: skip
    make_intention(
        title="Lunch clubs for older people", stage="open", value_high=25000, route="grant", now=now,
        summary="Small grants for groups that cook and eat together with older people, in every ward.",
        expected_open_on=today - timedelta(days=9), closes_on=today + timedelta(days=12),
        portal_url="https://tenders.example.gov.uk/lunch", **known,
    )  # fmt: skip
    return make_intention(
        title="Advice on benefits and debt", stage="market_engagement", route="contract", now=now,
        summary="Free, independent advice for people in money trouble, by telephone and face to face.",
        need="One in nine households is behind with rent.\n\n- advice in **five languages**\n- open on Saturdays",
        value_low=180000, value_high=240000, expected_open_on=today + timedelta(days=100), **known,
    )  # fmt: skip


def fill_date(page, legend: str, day: str, month: str, year: str) -> None:
    group = page.get_by_role("group", name=legend)
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        group.get_by_label(label).fill(value)


def press(page, words: str) -> None:
    page.get_by_role("button", name=words).first.click()


def test_officer_records_and_publishes_an_intention(page, officer):
    sign_in_as(page, officer)
    page.goto(LIST)
    press(page, "Record an intention")
    press(page, "Save intention")
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Title").fill("Youth work in the evenings")
    page.get_by_label("Summary").fill("Open-access youth work on three evenings a week.")
    page.get_by_label("What is needed and why").fill("Young people have **nowhere to go**.")
    page.get_by_label("Housing").check()
    page.get_by_label("Highest value").fill("£60,000")
    fill_date(page, "Work starts", "1", "April", "2030")
    press(page, "Save intention")
    looks_right(page)
    press(page, "Publish intention")
    looks_right(page)
    press(page, "Publish intention")
    looks_right(page)
    assert (
        "Everyone can read it now"
        in page.locator("main, .govuk-notification-banner").all_inner_texts().__str__()
    )
    assert Intention.objects.get().published_by == officer
    press(page, "Move to another stage")
    looks_right(page)


def test_list_narrows_and_says_so(page, several):
    look(page, LIST)
    look(page, LIST + "?stage=open&theme=health-and-wellbeing")
    assert page.locator(".app-sentence").inner_text() == (
        "1 intention about Health and wellbeing at the stage Open to bid or apply"
    )
    look(page, LIST + "?q=nothing+like+it")


@pytest.mark.both_widths
def test_member_comments_and_officer_answers(page, several, officer):
    member = make_member(
        make_organisation("Canalside Community Kitchen"), name="Ann Example", post="Secretary"
    )
    place = several.get_absolute_url()
    look(page, place)
    sign_in_as(page, member)
    page.goto(place)
    press(page, "Post comment")
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Your comment").fill("Please think of people who work on weekdays.")
    press(page, "Post comment")
    sign_in_as(page, officer)
    page.goto(place)
    page.get_by_role("link", name="Answer to Ann Example").click()
    looks_right(page)
    page.get_by_label("The council’s answer").fill("We will ask for Saturday hours.")
    press(page, "Publish answer")
    looks_right(page)
    assert "We will ask for Saturday hours." in page.locator(".app-reply").inner_text()


def test_editor_edits_and_approves_the_circular(page, several, editor):
    for _reader in range(3):
        make_subscription()
    circular, _is_new = assemble_circular(f"{timezone.localdate():%Y-%m}")
    sign_in_as(page, editor)
    look(page, CIRCULARS)
    look(page, circular.get_absolute_url() + "edit/")
    page.get_by_label("Foreword").fill("Three things to read this month.")
    press(page, "Save")
    press(page, "Move down")
    press(page, "Leave out")
    looks_right(page)
    press(page, "Preview")
    looks_right(page)
    assert "Three things to read" in page.frame_locator("iframe").locator("body").inner_text()
    press(page, "Go on to approve")
    looks_right(page)
    press(page, "Approve and send")
    looks_right(page)
    assert "3 waiting" in page.locator(".app-officer-only").inner_text()
    deliver()
    look(page, circular.get_absolute_url())
    assert "3 sent" in page.locator(".app-officer-only").inner_text()


def test_visitor_reads_the_archive(page, several, editor):
    circular, _is_new = assemble_circular(f"{timezone.localdate():%Y-%m}")
    approve_circular(circular.pk, version=circular.version, by=editor)
    look(page, CIRCULARS)
    page.get_by_role("link", name="Circular, ").first.click()
    looks_right(page)
    assert Circular.objects.count() == 1
    page.get_by_role("link", name="Advice on benefits and debt").click()
    assert page.url.endswith(several.get_absolute_url())
