"""The front page, the directory, an organisation and its people, as a visitor, a lead and an officer meet them."""

import pytest

from organisations import operations
from organisations.models import Identifier, Organisation
from tests.browser.conftest import assert_summary_links_focus, look, looks_right, sign_in_as
from tests.commissioning.factories import make_intention
from tests.factories import make_councillor, make_officer, make_theme, make_user, make_ward
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sector():
    theme, ward = make_theme("Health and wellbeing"), make_ward("Abbey Fields")
    officer = make_officer(name="Pat Example")
    thing = make_organisation(
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Lunch Club",
        by=officer,
        themes=[theme.code],
        ward=ward,
        summary="Lunch every **Wednesday**.",
        income=4200,
        website="https://lunch.example",
        numbers={Identifier.Scheme.CHARITY: "1164883"},
    )
    operations.save_contact(thing.pk, by=officer, channel="email", value="a@example.org", consent="yes")
    for number in range(3):
        make_organisation(f"Neighbours {number}", themes=[theme.code], ward=ward)
    return thing


@pytest.mark.both_widths
def test_a_visitor_finds_an_organisation_from_the_front_page(page, sector):
    make_intention()
    look(page, "/")
    page.get_by_role("link", name="Find an organisation").click()
    looks_right(page)
    look(page, "/organisations/?q=lunch&ward=" + sector.ward.code)
    page.get_by_role("link", name=sector.name).click()
    looks_right(page)
    assert page.get_by_text("a@example.org").is_visible()
    look(page, "/organisations/?q=nothing-like-this-anywhere")
    look(page, "/search/?q=neighbours")


def test_an_officer_adds_and_edits_an_organisation(page, sector):
    sign_in_as(page, make_officer())
    look(page, "/organisations/add/")
    page.get_by_role("button", name="Save organisation").click()
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Organisation name").fill("New Group")
    page.get_by_role("button", name="Save organisation").click()
    page.get_by_role("heading", name="New Group", level=1).wait_for()
    looks_right(page)
    assert Organisation.objects.filter(name="New Group").count() == 1
    page.get_by_role("link", name="Add a contact").click()
    looks_right(page)
    look(page, sector.get_absolute_url() + "people/")
    look(page, sector.get_absolute_url())


def test_a_member_asks_and_a_lead_confirms(page, sector):
    lead, asker = make_lead(sector), make_user(name="Newcomer")
    sign_in_as(page, asker)
    look(page, sector.get_absolute_url())
    page.get_by_role("button", name="I speak for this organisation").click()
    page.get_by_text("We have asked somebody").wait_for()
    looks_right(page)
    look(page, "/organisations/mine/")
    sign_in_as(page, lead)
    look(page, "/what-needs-me/")
    page.get_by_role("button", name="Confirm or decline").click()
    looks_right(page)
    page.get_by_role("button", name="Confirm Newcomer").click()
    page.get_by_text("Newcomer can now speak for").wait_for()
    looks_right(page)
    look(page, sector.get_absolute_url() + "edit/")


def test_a_councillor_reads_everything(page, sector):
    sign_in_as(page, make_councillor())
    look(page, sector.get_absolute_url())
    look(page, "/organisations/")
