"""An event as people meet it: recorded and published, found, signed up for by a link, waited for, looked back at."""

import re

import pytest
from django.core import mail

from organisations.events.models import Event, SignUp
from tests.events.factories import make_past_event, make_place
from tests.factories import make_directorate, make_officer, make_theme
from vcse_portal.mail.delivery import deliver

from .conftest import assert_summary_links_focus, look, looks_right, sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link_for(address: str) -> str:
    deliver()
    letter = next(one for one in mail.outbox if one.to == [address])
    return re.search(r"http://127.0.0.1:8000(/events/\S+)", letter.body)[1]


def test_an_officer_holds_an_event_and_a_visitor_comes(page):
    make_theme("Older people")
    officer = make_officer("partnerships", name="Pat", directorate=make_directorate("Communities"))
    past = make_past_event(title="Last month's training", organiser=officer)
    make_place(past)

    sign_in_as(page, officer)
    look(page, "/events/new/")
    page.get_by_role("button", name="Save event").click()
    looks_right(page)
    assert_summary_links_focus(page)
    for label, words in {
        "Title": "Tea and talk",
        "Summary": "An afternoon for people who help their neighbours.",
        "Starts at": "2pm",
        "Ends at": "4pm",
    }.items():
        page.get_by_label(label, exact=True).fill(words)
    day = page.get_by_role("group", name="Day", exact=True)
    for part, number in {"Day": "1", "Month": "6", "Year": "2099"}.items():
        day.get_by_label(part, exact=True).fill(number)
    page.get_by_label("Network session").check()
    page.get_by_label("Where (optional)").fill("Town Hall")
    page.get_by_label("Everyone").check()
    page.get_by_label("Places (optional)").fill("1")
    page.get_by_role("button", name="Save event").click()
    looks_right(page)
    page.get_by_role("button", name="Publish event").or_(
        page.get_by_role("link", name="Publish event")
    ).click()
    looks_right(page)
    page.get_by_role("button", name="Publish event").click()
    looks_right(page)
    event = Event.objects.get(title="Tea and talk")
    for address in ("people/", "people/add/", "edit/", "cancel/"):
        look(page, event.get_absolute_url() + address)
    look(page, past.get_absolute_url() + "attendance/")
    page.get_by_role("group", name="Who came?").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save who came").click()
    looks_right(page)
    look(page, "/events/figures/")

    page.context.clear_cookies()
    look(page, "/events/")
    page.get_by_role("link", name="Tea and talk").click()
    page.get_by_role("link", name="Sign up").first.click()
    page.get_by_role("button", name="Sign up").click()
    looks_right(page)
    assert_summary_links_focus(page)
    page.get_by_label("Your name").fill("Vera")
    page.get_by_label("Email address").fill("vera@example.org")
    page.get_by_role("button", name="Sign up").click()
    looks_right(page)
    look(page, link_for("vera@example.org"))
    page.get_by_role("button", name="Sign up").click()
    looks_right(page)
    assert SignUp.objects.get(email="vera@example.org").is_placed
    page.get_by_role("button", name="Give up my place").click()
    looks_right(page)
    look(page, event.get_absolute_url())
