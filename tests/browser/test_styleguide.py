"""Every component, at both widths, with the rules of accessibility and the Content Security Policy."""

import pytest
from django.urls import include, path

from .conftest import assert_summary_links_focus, look, looks_right

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

from vcse_portal.urls import urlpatterns as portal  # noqa: E402

urlpatterns = [path("styleguide/", include("vcse_portal.ui.urls")), *portal]
PROGRESS = "[data-app-progress-count]"


def test_styleguide_components_look_right(page):
    look(page, "/styleguide/")


def test_styleguide_list_looks_right(page):
    look(page, "/styleguide/list/?ward=green&size=small&page=3")


@pytest.mark.both_widths
def test_styleguide_filters_and_search_fold_on_a_phone_only(page):
    page.goto("/styleguide/list/")
    for label, toggle in (("Name", ".app-filters__toggle"), ("Search the portal", ".app-search__toggle")):
        field = page.get_by_label(label)
        assert field.is_visible() is (page.size == "desktop")
        if page.size == "phone":
            page.locator(toggle).click()
        assert field.is_visible()


def test_menu_opened_on_a_phone_looks_right(page):
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto("/organisations/")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Our Compact").wait_for()
    page.looks_at = ["phone"]
    looks_right(page)


@pytest.mark.both_widths
def test_styleguide_form_looks_right_blank_and_with_errors(page):
    look(page, "/styleguide/forms/")
    page.get_by_role("button", name="Save intention").click()
    looks_right(page)
    assert page.title().startswith("Error: ")
    assert_summary_links_focus(page)


def test_styleguide_form_puts_focus_on_the_wrong_part_of_a_date(page):
    page.goto("/styleguide/forms/")
    page.get_by_label("Day", exact=True).fill("27")
    page.get_by_label("Month", exact=True).fill("3")
    page.get_by_role("button", name="Save intention").click()
    page.get_by_role("link", name="Start date must include a year").click()
    assert page.evaluate("document.activeElement.id") == "id_starts_on_2"


@pytest.mark.both_widths
def test_styleguide_form_uncovers_a_question(page):
    page.goto("/styleguide/forms/")
    question = page.get_by_label("Which stage")
    assert not question.is_visible()
    page.get_by_label("Something else").check()
    assert question.is_visible()


def test_styleguide_conflict_keeps_what_was_written(page):
    page.goto("/styleguide/forms/")
    page.get_by_label("Title").fill("A day centre")
    page.get_by_label("Summary").fill("For older people")
    for part, value in (("Day", "27"), ("Month", "March"), ("Year", "2027")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Value a year").fill("£12,500")
    page.get_by_label("Directorate").select_option("adults")
    page.get_by_label("Analyse").check()
    page.get_by_label("Young people").check()
    page.get_by_label("Yes").check()
    page.get_by_label("The director has agreed").check()
    page.get_by_role("button", name="Save intention").click()
    looks_right(page, 409)
    assert "Someone else changed this" in page.locator("h1").inner_text()
    assert page.get_by_label("Title").input_value() == "A day centre"
    assert "What somebody else wrote" in page.locator("main table").inner_text()
    page.get_by_role("button", name="Save intention").click()
    assert page.url.endswith("/styleguide/")


def test_styleguide_error_pages_look_right(page):
    for status in (404, 429, 500):
        look(page, f"/styleguide/errors/{status}/", status)


def test_styleguide_progress_follows_the_answer(page):
    with page.expect_response("**/styleguide/progress/"):
        page.goto("/styleguide/")
    assert page.locator(PROGRESS).inner_text() == "40 of 120"


def test_styleguide_works_without_javascript(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    bare = context.new_page()
    bare.goto("/styleguide/forms/")
    assert bare.get_by_label("Which stage").is_visible()
    bare.get_by_role("button", name="Save intention").click()
    assert bare.get_by_role("heading", name="There is a problem").is_visible()
    context.close()
