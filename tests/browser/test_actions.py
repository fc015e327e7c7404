"""A plan from its board to the report for Cabinet, as a visitor, a lead and an officer meet it."""

from datetime import date

import pytest

from actions import operations
from actions.models import MonitoringReport
from tests.actions.factories import make_plan
from tests.actions.strategy import make_strategy
from tests.factories import make_directorate, make_officer, make_user

from .conftest import assert_summary_links_focus, look, looks_right, sign_in_as

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def press(page, name: str, role: str = "button") -> None:
    """Click, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).click()


def test_visitor_reads_plans_and_actions(page):
    plan = make_strategy()
    make_plan(title="A draft nobody sees", is_adopted=False)
    look(page, "/actions/")
    assert page.get_by_text("A draft nobody sees").count() == 0
    press(page, plan.title, "link")
    looks_right(page)
    assert page.get_by_role("heading", name="Deepening partnership").is_visible()
    page.goto(f"/actions/plans/{plan.code}/?rag=red&due=overdue")
    looks_right(page)
    look(page, f"/actions/{plan.actions.get(number=2).pk}/")
    assert page.get_by_role("button", name="Post update").count() == 0
    look(page, f"/actions/plans/{plan.code}/reports/")


@pytest.mark.both_widths
def test_lead_posts_an_update(page):
    plan, lead = make_strategy(), make_user(name="Ann Lead")
    action = plan.actions.get(number=6)
    operations.edit_action(action.pk, by=None, version=action.version, lead=lead)
    sign_in_as(page, lead)
    page.goto(f"/actions/plans/{plan.code}/?lead=me")
    press(page, action.title, "link")
    looks_right(page)
    press(page, "Post update")
    looks_right(page)
    assert page.title().startswith("Error: ")
    assert_summary_links_focus(page)
    page.get_by_label("How is it going?").fill("We met **twice**.\n\n- terms agreed\n- chair named")
    page.get_by_label("In progress").check()
    page.get_by_label("Amber").check()
    press(page, "Post update")
    looks_right(page)
    assert page.get_by_text("Your update has been posted.").is_visible()
    assert page.get_by_text("chair named").is_visible()


def test_officer_records_a_plan(page):
    make_directorate("Community and Culture")
    sign_in_as(page, make_officer("performance"))
    look(page, "/actions/new/")
    page.get_by_label("Title").fill("Strategy 2026")
    page.get_by_label("Short name").fill("strategy-2026")
    for group, day in (("Start date", date(2026, 4, 1)), ("End date", date(2029, 3, 31))):
        boxes = page.get_by_role("group", name=group)
        boxes.get_by_label("Day").fill(str(day.day))
        boxes.get_by_label("Month").fill(str(day.month))
        boxes.get_by_label("Year").fill(str(day.year))
    press(page, "Save plan")
    looks_right(page)
    press(page, "Add the first ambition", "link")
    looks_right(page)
    page.get_by_label("Title").fill("Deeper trust")
    press(page, "Save ambition")
    press(page, "Add an action")
    looks_right(page)
    press(page, "Save action")
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("What will be done").fill("Hear every group")
    page.get_by_label("Led by").fill("Head of Communities")
    press(page, "Save action")
    looks_right(page)
    press(page, "Edit the action", "link")
    looks_right(page)
    page.goto("/actions/plans/strategy-2026/")
    press(page, "Adopt plan")
    looks_right(page)
    press(page, "Adopt plan")
    assert page.get_by_text("Plan adopted. Everyone can read it now.").is_visible()
    looks_right(page)
    for name in ("edit", "close"):
        look(page, f"/actions/plans/strategy-2026/{name}/")


def test_officer_makes_the_report_for_cabinet(page):
    plan = make_strategy()
    sign_in_as(page, make_officer("performance", name="Jo Officer"))
    look(page, f"/actions/plans/{plan.code}/reports/")
    press(page, "Start a report")
    looks_right(page)
    page.get_by_label("Which year?").fill("2026")
    press(page, "Start report")
    looks_right(page)
    page.get_by_label("Introduction").fill("## What happened\n\nA **good** start.")
    page.get_by_label("Portfolio holder").fill("Councillor Example")
    press(page, "Save report")
    looks_right(page)
    press(page, "Freeze report")
    looks_right(page)
    press(page, "Freeze report and make the paper")
    looks_right(page)
    assert page.get_by_text("Waiting to begin").is_visible()
    report = MonitoringReport.objects.get()
    operations.render_report(report.pk)
    page.wait_for_url(f"**{report.get_absolute_url()}")
    looks_right(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the report").click()
    assert download.value.suggested_filename == "strategy-2010-2026-cabinet.pdf"
    look(page, f"/actions/reports/{report.pk}/clearances/new/")
    page.goto(report.get_absolute_url())
    press(page, "Publish report")
    looks_right(page)
    press(page, "Publish report")
    assert page.get_by_text("Report published.").is_visible()
    page.context.clear_cookies()
    look(page, report.get_absolute_url())
