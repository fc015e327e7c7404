"""The pages about people, in a real browser; a passkey made and used with Chromium's virtual authenticator."""

import pytest
from django.urls import reverse

from tests.browser.conftest import assert_summary_links_focus, look, looks_right, sign_in_as
from tests.factories import PASSWORD, make_administrator, make_directorate, make_officer, make_user
from vcse_portal.accounts import operations
from vcse_portal.accounts.links import invitation_token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_administrators_pages_look_right(page):
    administrator = make_administrator()
    officer = make_officer("property", name="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch")
    operations.invite_person(email="ann@council.example", name="Ann Ashe", by=administrator)
    sign_in_as(page, administrator)
    for name in ("people", "invitations", "invite_person", "your_account", "rename_yourself"):
        look(page, reverse(f"accounts:{name}"))
    for name in ("person", "person_rename", "person_roles", "person_deactivate"):
        look(page, reverse(f"accounts:{name}", args=[officer.pk]))


def test_inviting_by_hand(page):
    administrator, directorate = make_administrator(), make_directorate("Places")
    sign_in_as(page, administrator)
    page.goto(reverse("accounts:invite_person"))
    page.get_by_role("button", name="Send invitation").click()
    page.wait_for_selector(".govuk-error-summary")
    assert_summary_links_focus(page)
    looks_right(page)
    page.get_by_label("Email address").fill("ann@council.example")
    page.get_by_label("Full name").fill("Ann Ashe")
    page.get_by_label("Property").check()
    page.get_by_label("Directorate").select_option(label=directorate.name)
    page.get_by_role("button", name="Send invitation").click()
    page.get_by_text("An invitation is on its way to ann@council.example.").wait_for()
    looks_right(page)


def test_pages_of_an_invitation_look_right(page):
    administrator = make_administrator()
    invitation = operations.invite_person(email="ann@council.example", name="Ann Ashe", by=administrator)
    address = reverse("accounts:accept_invitation", args=[invitation_token(invitation)])
    look(page, address)
    page.get_by_role("button", name="Create account and sign in").click()
    page.wait_for_selector(".govuk-error-summary")
    assert_summary_links_focus(page)
    looks_right(page)
    operations.withdraw_invitation(invitation.pk, by=administrator)
    look(page, address, status=410)
    look(page, reverse("accounts:accept_invitation", args=["forged"]), status=404)


def test_too_many_attempts_look_right(page):
    page.goto(reverse("account_login"))
    for _ in range(6):
        page.get_by_label("Email address").fill("ann@example.org")
        page.locator("input[type=password]").fill("a-wrong-password")
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Too many tries").wait_for()
    page.problems = [text for text in page.problems if "status of 429" not in text]
    looks_right(page)


def test_a_passkey_is_made_and_signs_in(page, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    make_user(email="ann@example.org", password=PASSWORD)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(reverse("account_login") + f"?next={reverse('mfa_add_webauthn')}")
    page.get_by_label("Email address").fill("ann@example.org")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("Sign in without a password").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}**")
    looks_right(page)
    page.context.clear_cookies()
    page.goto(reverse("account_login") + f"?next={reverse('accounts:your_account')}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()
    assert page.get_by_text("ann@example.org").first.is_visible()
    looks_right(page)
