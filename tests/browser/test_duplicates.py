"""An officer adds a group that is there already, merges two records of one, and undoes it."""

import pytest

from organisations import operations as register
from organisations.duplicates.pairs import find_pairs
from organisations.models import Organisation
from tests.browser.conftest import look, looks_right, sign_in_as
from tests.factories import make_officer, make_theme, make_ward
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer():
    return make_officer(name="Pat Sidhu")


@pytest.fixture
def twice(officer):
    make_theme("Food", code="food"), make_theme("Older people", code="older-people")
    ward = make_ward("Abbey Fields")
    one = make_organisation(
        "Weavers Lunch Club", postcode="HA1 2XY", ward=ward, themes=["food"], summary="Lunch on Tuesdays."
    )
    other = make_organisation(
        "The Weavers Luncheon Club",
        postcode="HA1 2XY",
        themes=["older-people"],
        summary="Hot lunches for older people, every Tuesday and Thursday.",
        website="https://weavers.example",
        numbers={"GB-CHC": "1123456"},
    )
    make_lead(other, name="Lena Lead")
    register.save_contact(other.pk, channel="email", value="a@weavers.example", consent="yes", by=officer)
    find_pairs()
    return one, other


@pytest.mark.both_widths
def test_merge_two_duplicates_and_undo_it(page, twice, officer):
    one, other = twice
    sign_in_as(page, officer)
    look(page, "/organisations/duplicates/")
    page.get_by_role("link", name="Weavers Lunch Club and The Weavers Luncheon Club").click()
    looks_right(page)
    page.get_by_role("radio", name=one.name).check()
    page.get_by_role("button", name="Compare the two").click()
    looks_right(page)
    page.get_by_role("group", name="What it does").get_by_role("radio", name="Hot lunches").check()
    page.get_by_role("button", name="Go on to what moves").click()
    page.get_by_text("1 contact").wait_for()
    looks_right(page)
    page.get_by_role("button", name="Merge the two records").click()
    page.get_by_text("is now part of Weavers Lunch Club").wait_for()
    looks_right(page)
    page.goto(f"/organisations/{other.pk}/")
    page.get_by_role("heading", name="Weavers Lunch Club", level=1).wait_for()
    assert page.get_by_text("Hot lunches for older people").first.is_visible()
    look(page, "/organisations/merges/")
    page.get_by_role("link", name=other.name).click()
    page.get_by_role("button", name="Undo this merge").click()
    page.get_by_text("each has its own record again").wait_for()
    looks_right(page)
    assert Organisation.objects.get(pk=other.pk).status == "active"
    page.get_by_role("link", name="say so").click()
    page.get_by_label("How they differ").fill("One meets in Hale.")
    page.get_by_role("button", name="They are different organisations").click()
    page.get_by_text("stay two records").wait_for()
    look(page, "/organisations/duplicates/apart/")


def test_adding_an_organisation_that_is_there_shows_it_while_typing_and_asks(page, twice, officer):
    sign_in_as(page, officer)
    look(page, "/organisations/add/")
    page.get_by_label("Organisation name").press_sequentially("Weavres Lunch Club", delay=20)
    page.get_by_role("status").get_by_role("link", name="Weavers Lunch Club").wait_for()
    looks_right(page)
    page.get_by_label("Organisation name").fill("Weavers Lunch Club")
    page.get_by_role("button", name="Save organisation").click()
    page.get_by_text("Is it one of these?").wait_for()
    looks_right(page)
    page.get_by_role("button", name="This is a different organisation, add it").click()
    page.get_by_role("heading", name="Weavers Lunch Club", level=1).wait_for()
    assert Organisation.objects.filter(name="Weavers Lunch Club").count() == 2
