"""The sign-in library's pages in our look: signing up and in, codes, second factor, addresses, sessions."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from tests.factories import PASSWORD, give_second_factor, make_user

from .conftest import assert_summary_links_focus, look, looks_right, sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def code_for(secret: str) -> str:
    """What an authenticator app with this key shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def press(page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).first.click()
    page.wait_for_load_state("load")


def sign_in_by_hand(page, user) -> None:
    page.goto(reverse("account_login") + "?next=" + reverse("mfa_index"))
    page.get_by_label("Email address").fill(user.email)
    page.locator("input[type=password]").fill(PASSWORD)
    press(page, "Sign in")


ENTRANCES = ("account_login", "account_signup", "account_reset_password", "account_request_login_code")


@pytest.mark.both_widths
def test_entrance_pages_look_right_blank_and_with_errors(page):
    for name in ENTRANCES:
        look(page, reverse(name))
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_selector(".govuk-error-summary")
        assert page.title().startswith("Error: ")
        assert page.locator("[placeholder]").count() == 0
        assert_summary_links_focus(page)
        looks_right(page)


def test_pages_of_a_code_look_right(page):
    sign_in_by_hand(page, make_user())
    assert "not right" in page.locator(".govuk-error-summary").inner_text()
    page.goto(reverse("account_request_login_code"))
    page.get_by_label("Email address").fill(make_user().email)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**" + reverse("account_confirm_login_code"))
    looks_right(page)
    page.get_by_label("Code").fill("AAAAAA")
    press(page, "Continue")
    assert_summary_links_focus(page)
    looks_right(page)


def test_page_that_confirms_an_address_looks_right(page):
    page.goto(reverse("account_signup"))
    page.get_by_label("Full name").fill("Ann Ashe")
    page.get_by_label("Email address").fill("ann.ashe@example.org")
    page.locator("input[type=password]").fill("three-unrelated-words")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**" + reverse("account_email_verification_sent"))
    looks_right(page)


def test_pages_of_ones_own_account_look_right(page):
    user = make_user(password=PASSWORD)
    sign_in_by_hand(page, user)
    for name in (
        "account_email",
        "account_change_password",
        "usersessions_list",
        "account_logout",
        "mfa_index",
    ):
        look(page, reverse(name))
    look(page, reverse("mfa_list_webauthn"))
    look(page, reverse("mfa_add_webauthn"))


def test_setting_up_an_app_and_signing_in_with_it(page):
    user = make_user(password=PASSWORD)
    sign_in_by_hand(page, user)
    look(page, reverse("mfa_activate_totp"))
    secret = page.locator(".app-secret").inner_text()
    assert page.locator("img.app-qr").get_attribute("src").startswith("data:image/svg+xml")
    press(page, "Turn on")
    assert_summary_links_focus(page)
    page.locator("#id_code").fill(code_for(secret))
    press(page, "Turn on")
    assert page.locator(".app-codes li").count() == 10
    looks_right(page)
    look(page, reverse("mfa_index"))
    look(page, reverse("mfa_generate_recovery_codes"))
    look(page, reverse("mfa_deactivate_totp"))
    page.context.clear_cookies()
    sign_in_by_hand(page, user)
    looks_right(page)
    assert page.locator("h1").inner_text() == "Second factor"


def test_showing_again_that_it_is_you_looks_right(page):
    user = make_user(password=PASSWORD)
    give_second_factor(user)
    sign_in_as(page, user)
    look(page, reverse("account_reauthenticate"))
    look(page, reverse("mfa_reauthenticate"))
