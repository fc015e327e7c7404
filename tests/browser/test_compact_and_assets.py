"""The Compact and its signing, land and buildings: at both widths, by keyboard order, without an accessibility fault."""

import pytest

from assets.imports import LandAndBuildingsImporter
from assets.models import Asset
from compact import operations as compact
from tests.assets.factories import make_asset
from tests.browser.conftest import assert_summary_links_focus, look, looks_right, sign_in_as
from tests.compact.factories import make_adopted, make_document, make_draft, make_signature
from tests.factories import make_officer, make_ward
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)
WELSH = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def revised():
    """A Compact in its second version, with signatures under both."""
    officer = make_officer()
    first = make_adopted()
    make_signature(first, make_organisation("Sale Good Neighbours"))
    draft = compact.draft_version(first.document_id, by=officer)
    clause = draft.clauses.get(number="1.1")
    text = "Treat each other with respect, **listen**, and say early when something is wrong."
    compact.edit_clause(clause.pk, number="1.1", heading="", text=text, side="both", by=officer)
    compact.add_clause(
        draft.pk, number="2.2", heading=WELSH, text="Meet twice a year.", side="council", by=officer
    )
    compact.edit_introduction(
        draft.pk,
        introduction="What the council and the voluntary sector promise each other.\n\n- plainly\n- in good faith",
        by=officer,
    )
    return compact.adopt_version(draft.pk, by=officer)


def test_compact_is_read_by_everyone(page):
    version = revised()
    for name in ("Hale Youth Club", "Broomwood Foodbank", f"Friends of {WELSH}"):
        make_signature(version, make_organisation(name))
    make_adopted(make_document("code", title="Code of practice on funding"))
    look(page, "/compact/")
    page.get_by_role("link", name="2 Being accountable").click()
    assert page.url.endswith("#clause-2")
    look(page, "/compact/?changes=1")
    assert page.get_by_text("What it said before").count() == 1
    look(page, version.document.get_absolute_url() + "documents/" + version.document.code + "/versions/")
    look(page, version.get_absolute_url() + "signatories/")


def test_compact_before_there_is_one(page):
    look(page, "/compact/")
    assert page.get_by_text("There is no Compact yet").is_visible()


def test_a_lead_signs_and_withdraws(page):
    make_adopted()
    ours = make_organisation("Hale Youth Club")
    sign_in_as(page, make_lead(ours))
    look(page, "/compact/")
    page.get_by_role("button", name="Sign for your organisation").click()
    looks_right(page)
    page.get_by_role("button", name="Sign for the organisation").click()
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Your role in the organisation").fill("Chair of trustees")
    page.get_by_label("My organisation has agreed that I may sign for it").check()
    page.get_by_role("button", name="Sign for the organisation").click()
    page.wait_for_url("**/compact/")
    assert page.get_by_text("Thank you. Hale Youth Club has signed.").is_visible()
    looks_right(page)
    page.get_by_role("link", name="Withdraw the signature").click()
    looks_right(page)
    page.get_by_role("button", name="Withdraw signature").click()
    page.wait_for_url("**/compact/")
    assert page.get_by_text("Nobody has signed this version yet").is_visible()


def test_an_officer_drafts_and_adopts(page):
    sign_in_as(page, make_officer())
    draft = make_draft()
    look(page, draft.get_absolute_url())
    look(page, draft.get_absolute_url() + "edit/")
    page.get_by_role("link", name="1.2").click()
    looks_right(page)
    look(page, draft.get_absolute_url() + "edit/introduction/")
    look(page, draft.get_absolute_url() + "edit/add/")
    page.get_by_role("button", name="Save clause").click()
    looks_right(page)
    assert_summary_links_focus(page)
    look(page, "/compact/add/")
    look(page, draft.get_absolute_url() + "adopt/")
    page.get_by_role("button", name="Adopt this version").click()
    page.wait_for_url("**/compact/")
    looks_right(page)


@pytest.fixture
def portfolio():
    sale = make_ward("Sale Moor")
    hall = make_asset(
        "Broomwood Centre",
        holding_type="buildings",
        asset_code="TMBC0002/B0000066",
        uprn="100012800714",
        street_number="105",
        street="Mainwood Road",
        town="Altrincham",
        postcode="WA15 7JU",
        latitude="53.391493",
        longitude="-2.306004",
        ward=sale,
        tenure_type="freehold",
        tenure_detail="leasehold_out",
        building_size="872.80",
        energy_rating="D",
        source=LandAndBuildingsImporter.source,
        by=make_officer("property", name="Parveen Khan"),
    )
    make_asset("Broomwood car park", uprn="100012800714", tenure_detail="vacant", ward=sale, postcode="WA15")
    make_asset(f"Land at {WELSH}", postcode="M33", tenure_detail="other", other_detail="Managed allotments")
    make_asset("Depot", is_published=False, tenure_detail="owner_occupied")
    return hall


def test_land_and_buildings_are_read_by_everyone(page, portfolio):
    look(page, "/assets/")
    look(page, "/assets/?q=brumwood")
    look(page, "/assets/?q=nothing-at-all-like-it&holding=land")
    look(page, portfolio.get_absolute_url())


def test_a_property_officer_keeps_the_list(page, portfolio):
    sign_in_as(page, make_officer("property"))
    look(page, "/assets/?holding=land&status=current")
    look(page, portfolio.get_absolute_url())
    look(page, portfolio.get_absolute_url() + "edit/")
    page.get_by_label("UPRN").fill("12A")
    page.get_by_role("button", name="Save asset").click()
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("UPRN").fill("100012800714")
    page.get_by_label("Town").fill("Timperley")
    page.get_by_role("button", name="Save asset").click()
    page.wait_for_url(f"**{portfolio.get_absolute_url()}")
    assert Asset.objects.get(pk=portfolio.pk).town == "Timperley"
