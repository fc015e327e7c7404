"""What waits: the officers' queue narrowed, the digest, and what an organisation's page says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organisations import operations as register
from organisations.models import Membership
from organisations.upkeep import operations
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation
from tests.upkeep.factories import make_draft, make_proposal, make_sent
from vcse_portal.mail.digest import what_needs

pytestmark = pytest.mark.django_db


@pytest.fixture
def thing():
    return make_organisation("Weavers")


def leave(user):
    """The mandate ended yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=user).update(starts_on=yesterday, ends_on=yesterday)


def test_what_waits_for_each_kind_of_person(thing):
    lead = make_lead(thing)
    make_sent("Ashfield Choir", person=make_user(name="Ann Alto"))
    make_draft("Not sent")
    make_proposal(thing, lead)
    leave(make_lead(make_organisation("Left Alone"), name="Lou Left"))
    people = {
        "partnerships": make_officer(),
        "property": make_officer("property"),
        "councillor": make_councillor(),
        "lead": lead,
    }
    ours = {
        who: sorted(due.what for due in what_needs(user, timezone.localdate()) if due.group == "Register")
        for who, user in people.items()
    }
    assert ours == {
        "partnerships": [
            "Ann Alto asks to put Ashfield Choir on the register",
            f"Changes to Weavers proposed by {lead}",
            "Left Alone has had no lead since Lou Left left",
        ],
        "property": [],
        "councillor": [],
        "lead": [],
    }


def test_queue_is_narrowed_by_kind_and_words(sign_in, thing):
    make_sent("Ashfield Choir")
    make_proposal(thing, make_lead(thing, name="Lea Lead"))
    register.ask_for_membership(thing.pk, by=make_user(name="Ann Asker"))
    leave(make_lead(make_organisation("Left Alone")))
    client, address = sign_in(make_officer()), reverse("upkeep:queue")

    def shown(**query):
        return [row.what for row in client.get(address, query).context["rows"]]

    assert shown() == ["Ashfield Choir", "Weavers", "Weavers", "Left Alone"]
    assert shown(kind="New group") == ["Ashfield Choir"]
    assert shown(q="ASKER") == ["Weavers"]
    assert shown(kind="Has no lead", q="choir") == []


def test_queue_links_councillors_to_pages_they_may_open(sign_in, thing):
    make_sent()
    make_proposal(thing, make_lead(thing))
    register.ask_for_membership(thing.pk, by=make_user())
    leave(make_lead(make_organisation()))
    client = sign_in(make_councillor())
    rows = client.get(reverse("upkeep:queue")).context["rows"]
    assert [client.get(row.href).status_code for row in rows] == [200] * 4


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lead", ["wait for an officer", "All of this is still right", "Stop speaking for it"]),
        ("representative", ["Stop speaking for it"]),
        ("visitor", []),
        ("partnerships", ["Ask them to check this entry"]),
        ("councillor", []),
    ],
)
def test_the_page_of_an_organisation_says_what_waits_to_whom_it_concerns(
    client, sign_in, thing, who, expected
):
    make_proposal(thing, make_lead(thing), name="Secret Kitchen")
    people = {
        "lead": lambda: make_lead(thing),
        "representative": lambda: make_member(thing),
        "partnerships": make_officer,
        "councillor": make_councillor,
    }
    reader = sign_in(people[who]()) if who in people else client
    page = reader.get(thing.get_absolute_url()).content.decode()
    words = [
        "wait for an officer",
        "All of this is still right",
        "Ask them to check this entry",
        "Stop speaking for it",
    ]
    assert [w for w in words if w in page] == [w for w in words if w in expected]
    assert "Secret Kitchen" not in page


def test_a_record_confirmed_this_month_is_not_asked_about_again(sign_in, thing):
    lead = make_lead(thing)
    operations.confirm_record(thing.pk, by=lead)
    page = sign_in(lead).get(thing.get_absolute_url()).content.decode()
    assert "All of this is still right" not in page


def test_inviting_the_same_address_over_and_over_is_stopped(sign_in, thing):
    client = sign_in(make_lead(thing))
    address, said = (
        reverse("upkeep:member_invite", args=[thing.pk]),
        {"email": "a@example.org", "role": "lead"},
    )
    assert [client.post(address, said).status_code for _time in range(6)] == [302] * 5 + [429]
