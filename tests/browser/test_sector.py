"""The sector seen as a whole: from the list to the map by keyboard, into a ward, and its figures."""

from decimal import Decimal

import pytest
from django.utils import timezone

from organisations.sector import operations
from organisations.sector.figures import count
from tests.browser.conftest import look, looks_right
from tests.factories import make_theme, make_ward
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


def _square(west: float) -> dict:
    east = west + 0.1
    return {
        "type": "Polygon",
        "coordinates": [[[west, 51], [east, 51], [east, 51.1], [west, 51.1], [west, 51]]],
    }


@pytest.mark.both_widths
def test_a_visitor_sees_the_sector_by_ward_and_in_figures(page):
    theme = make_theme("Health and wellbeing")
    for name, west, number in (("Abbey Fields", 0.0, 6), ("Old Town", 0.1, 9)):
        ward = make_ward(name, boundary=_square(west))
        for place in range(number):
            make_organisation(
                f"{name} group {place}", ward=ward, themes=[theme.code], income=Decimal(1_000 * place + 1)
            )
    operations.keep_figures(2025, count(timezone.localdate()) | {"as_at": "2025-11-20"})
    look(page, "/organisations/")
    page.get_by_role("link", name="Map of the wards").click()
    looks_right(page)
    page.locator("svg a", has=page.locator("title", has_text="Old Town: 9 groups")).focus()
    page.keyboard.press("Enter")
    page.get_by_text("9 organisations in Old Town").wait_for()
    page.get_by_role("link", name="State of the sector").click()
    looks_right(page)
    page.get_by_text("Show the figures as a table").first.click()
    looks_right(page)
