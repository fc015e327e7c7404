import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations import operations
from tests.actions.factories import make_plan
from tests.commissioning.factories import make_draft, make_intention
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db


def test_front_page_shows_what_is_open_and_no_draft(client):
    shown, hidden = make_intention(title="Shown to all"), make_draft(title="Still a draft")
    page = client.get("/").content.decode()
    assert shown.title in page
    assert hidden.title not in page


def test_front_page_figures_count_what_a_visitor_may_check(client):
    make_organisation()
    make_organisation(is_published=False)
    make_plan()
    make_plan(is_adopted=False)
    figures = client.get("/").context["figures"]
    assert [(n, label) for n, label, _ in figures] == [
        (1, "organisations in the register"),
        (0, "of 1 promised actions done"),
    ]


def test_front_page_asks_no_more_with_more_to_show(client):
    def queries():
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    make_intention()
    one = queries()
    for _ in range(3):
        make_intention()
    assert queries() == one <= 6


def test_what_needs_me_lists_what_waits_for_the_reader_only(sign_in):
    thing = make_organisation("Ours")
    lead, asker = make_lead(thing), make_user(name="Newcomer")
    operations.ask_for_membership(thing.pk, by=asker)
    address = reverse("home:what_needs_me")
    assert "Newcomer asks to speak for Ours" in sign_in(lead).get(address).content.decode()
    for other in (make_officer("property"), make_lead(make_organisation()), asker):
        assert "Newcomer" not in sign_in(other).get(address).content.decode()


def labels(client) -> list[str]:
    page = client.get("/")
    return [str(item.label) for item in page.context["navigation"]]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            None,
            [
                "Organisations",
                "Forums",
                "Events",
                "Opportunities",
                "Spaces and buildings",
                "Our Compact",
                "Action plan",
                "Circular",
            ],
        ),
        (
            make_user,
            [
                "My organisation",
                "What needs me",
                "Organisations",
                "Forums",
                "Events",
                "Opportunities",
                "Spaces and buildings",
                "Our Compact",
                "Action plan",
                "Circular",
            ],
        ),
        (
            make_officer,
            [
                "What needs me",
                "Organisations",
                "Forums",
                "Events",
                "Commissioning",
                "Circular",
                "Assets",
                "Compact",
                "Plan and reports",
            ],
        ),
        (
            make_councillor,
            ["Plan and reports", "Promises", "Organisations", "Forums", "Events", "Opportunities"],
        ),
    ],
)
def test_navigation_fits_the_person(client, sign_in, make, expected):
    assert labels(sign_in(make()) if make else client) == expected


def test_navigation_gives_administrators_people_and_settings(sign_in):
    assert labels(sign_in(make_administrator()))[-2:] == ["People", "Settings"]


def test_navigation_marks_the_room_one_is_in(client):
    page = client.get("/organisations/")
    assert [str(i.label) for i in page.context["navigation"] if i.is_current] == ["Organisations"]
