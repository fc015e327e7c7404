"""Remembering a conversation, reading it as the other side, and handing a relationship over, by keyboard and pointer."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from organisations.conversations import operations
from organisations.conversations.models import Conversation
from organisations.conversations.operations import Guest
from tests.browser.conftest import assert_summary_links_focus, look, looks_right, sign_in_as
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.factories import make_officer
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def test_an_officer_records_a_conversation_and_the_organisation_reads_it(page):
    officer, organisation = make_officer(name="Pat Example"), make_organisation("Ashfield Youth Club")
    lead = make_lead(organisation, name="Lee Lead")
    sign_in_as(page, officer)
    look(page, "/conversations/")
    page.get_by_role("button", name="Record a conversation").click()
    page.get_by_label("Find an organisation").fill("ashfeild")
    page.get_by_role("button", name="Find, and show people").click()
    page.get_by_text("One organisation was found").wait_for()
    looks_right(page)
    page.get_by_role("button", name="Save and check").click()
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Lee Lead").check()
    page.get_by_label("Subject").fill("How the winter went")
    page.get_by_label("What was said").fill("They ran out of **coats**.")
    page.get_by_label("Shared with the organisations").check()
    page.get_by_label("What is to be done?").fill("Bring coats")
    page.get_by_label("Who does it?").select_option("Pat Example")
    tomorrow = timezone.localdate() + timedelta(days=1)
    for part, value in zip(
        ("Day", "Month", "Year"), (tomorrow.day, tomorrow.month, tomorrow.year), strict=True
    ):
        page.get_by_role("group", name="By when?").get_by_label(part).fill(str(value))
    page.get_by_role("button", name="Save and check").click()
    page.get_by_text("Once posted, everyone who speaks for Ashfield Youth Club can read it").wait_for()
    looks_right(page)
    page.get_by_role("button", name="Post conversation").click()
    page.get_by_text("Conversation posted.").wait_for()
    page.get_by_role("button", name="Mark as done").click()
    page.get_by_role("button", name="Reopen").wait_for()
    looks_right(page)
    assert Conversation.objects.get().follow_ups.get().is_done
    page.context.clear_cookies()
    sign_in_as(page, lead)
    look(page, "/conversations/")
    page.get_by_role("link", name="How the winter went").click()
    page.get_by_role("heading", name="What was said").wait_for()
    looks_right(page)


def test_pages_of_relationships_look_right_with_much_and_with_nothing(page):
    officer = make_officer(name="Pat Example")
    sign_in_as(page, officer)
    for path in ("/conversations/?q=nothing", "/conversations/relationships/", "/conversations/champions/"):
        look(page, path)
    organisation = make_organisation(f"{LONG} Lunch Club", summary="Lunch.", is_anchor=True)
    lead = make_lead(organisation, name=f"Lee {LONG}")
    guests = [Guest(person=lead.pk, organisation=organisation.pk), Guest(name=LONG, post=LONG)]
    posted = make_conversation(organisation, by=officer, subject=LONG, summary=LONG, people=guests)
    make_followup(posted, what=LONG)
    draft = make_draft(organisation, by=officer, audience="")
    make_manager(organisation, officer, today=date(2024, 1, 1))
    operations.name_champion(officer.directorate.pk, officer=officer, by=officer)
    for path in (
        "/conversations/",
        posted.get_absolute_url(),
        draft.get_absolute_url(),
        f"/conversations/{posted.pk}/correct/",
        f"/conversations/{draft.pk}/discard/",
        f"/conversations/{posted.pk}/follow-ups/add/",
        "/conversations/from-calendar/",
        "/conversations/relationships/?quiet=on",
        f"/conversations/relationships/of/{organisation.pk}/",
        f"/conversations/relationships/hand-over/{officer.pk}/",
        "/conversations/relationships/months/",
        "/conversations/champions/",
        f"/conversations/champions/{officer.directorate.code}/",
        f"/conversations/handover/{organisation.pk}/",
        organisation.get_absolute_url(),
    ):
        look(page, path)
