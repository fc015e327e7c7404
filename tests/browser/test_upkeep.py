"""A person claims an organisation, proposes a change of its name, and an officer approves both."""

import pytest
from django.urls import reverse

from organisations.models import Organisation
from organisations.upkeep.tokens import RECORD
from tests.browser.conftest import assert_summary_links_focus, look, looks_right, sign_in_as
from tests.factories import make_officer, make_theme, make_user
from tests.organisations.factories import make_lead, make_organisation
from tests.upkeep.factories import make_check, make_draft

pytestmark = pytest.mark.django_db(transaction=True)


def test_claim_an_organisation_propose_an_edit_and_have_it_approved(page):
    thing, officer = make_organisation("Weavers Lunch Club"), make_officer(name="Pat Officer")
    person = make_user(name="Sal Secretary")
    sign_in_as(page, person)
    page.goto(thing.get_absolute_url())
    page.get_by_role("button", name="I speak for this organisation").click()
    page.get_by_text("We have asked somebody").wait_for()
    sign_in_as(page, officer)
    look(page, reverse("upkeep:queue"))
    page.get_by_role("link", name="Weavers Lunch Club").click()
    page.get_by_label("Yes, as lead").check()
    looks_right(page)
    page.get_by_role("button", name="Save decision").click()
    page.get_by_text("Sal Secretary can now speak for").wait_for()
    sign_in_as(page, person)
    look(page, thing.get_absolute_url())
    page.get_by_role("link", name="Change name, numbers or legal structure").click()
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Send to the council").click()
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Name", exact=True).fill("Weavers Kitchen")
    page.get_by_role("button", name="Send to the council").click()
    page.get_by_text("An officer of the council will check").wait_for()
    looks_right(page)
    sign_in_as(page, officer)
    page.goto(reverse("upkeep:queue"))
    page.get_by_role("link", name="Weavers Lunch Club").click()
    page.get_by_label("Accept").check()
    looks_right(page)
    page.get_by_role("button", name="Save decision").click()
    page.get_by_text("The register says so now").wait_for()
    assert Organisation.objects.get().name == "Weavers Kitchen"


@pytest.mark.both_widths
def test_register_a_group_without_any_number(page):
    make_theme("Arts"), make_officer()
    make_organisation("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Choir")
    sign_in_as(page, make_user(name="Carys Choir"))
    look(page, reverse("upkeep:register"))
    page.get_by_label("Name of the group").fill(
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Choirs"
    )
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("heading", name="Is it one of these?").wait_for()
    looks_right(page)
    page.get_by_role("button", name="None of these").click()
    page.get_by_label("What does the group do?").fill("We sing.")
    looks_right(page)
    for _step in ("what", "themes", "place", "kind", "numbers", "contact"):
        page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Your role in the group").fill("Conductor")
    page.get_by_label("The group knows").check()
    looks_right(page)
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("heading", name="Check your answers").wait_for()
    looks_right(page)
    page.get_by_role("button", name="Send to the council").click()
    page.get_by_role("heading", name="Sent to the council").wait_for()
    looks_right(page)


def test_the_mailed_link_and_the_officers_pages(page):
    thing = make_organisation("Weavers", summary="We weave.", address="1 Mill Lane")
    lead = make_lead(thing, name="Lea Lead")
    here = reverse("upkeep:record_check", args=[RECORD.token(check=make_check(thing).pk)])
    look(page, here)
    page.get_by_role("button", name="Something is wrong").click()
    looks_right(page)
    page.get_by_role("button", name="Send what I changed").click()
    looks_right(page)
    page.get_by_label("What you do").first.fill("We knit.")
    page.get_by_role("button", name="Send what I changed").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    looks_right(page)
    look(page, reverse("upkeep:record_check", args=["x" * 50]), status=400)
    sign_in_as(page, lead)
    look(page, reverse("organisations:people", args=[thing.pk]))
    look(page, reverse("upkeep:member_invite", args=[thing.pk]))
    look(page, reverse("upkeep:membership_end", args=[thing.memberships.get(user=lead).pk]))
    sign_in_as(page, draft_person := make_draft().person)
    look(page, draft_person.registrations.get().get_absolute_url())
    sign_in_as(page, make_officer())
    for name in ("unconfirmed", "yearly"):
        look(page, reverse(f"upkeep:{name}"))
    look(page, reverse("upkeep:record_ask", args=[thing.pk]))
    look(page, thing.proposed_edits.get().get_absolute_url())
