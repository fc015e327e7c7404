"""Joining and leaving the circular, in a browser with its own ideas about Origin and Referer."""

import re

import pytest

from tests.browser.conftest import assert_summary_links_focus, look, looks_right
from tests.factories import make_theme
from vcse_portal.mail.models import Message, Subscription
from vcse_portal.mail.tokens import LEAVE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.both_widths
def test_a_visitor_subscribes_confirms_and_leaves(page):
    make_theme("Health")
    look(page, "/mail/subscribe/")
    page.get_by_role("button", name="Subscribe").click()
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Email address").fill("ann@example.org")
    page.get_by_label("I agree that the council").check()
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("heading", name="Check your inbox").wait_for()
    looks_right(page)
    link = re.search(r"/mail/confirm/\S+", Message.objects.latest("pk").text)[0]
    look(page, link)
    page.get_by_role("button", name="Confirm your subscription").click()
    page.get_by_role("heading", name="You are subscribed").wait_for()
    looks_right(page)
    subscription = Subscription.objects.confirmed().get()
    look(page, f"/mail/leave/{LEAVE.token(s=subscription.pk)}/")
    page.get_by_role("button", name="Leave this list").click()
    page.get_by_role("heading", name="You have left this list").wait_for()
    looks_right(page)
    look(page, "/mail/preferences/")
