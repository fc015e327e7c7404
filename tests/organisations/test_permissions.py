"""Who may do what: role × answer."""

import pytest
from django.contrib.auth.models import AnonymousUser

from organisations import permissions
from organisations.models import Membership, Organisation
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation

pytestmark = pytest.mark.django_db
PEOPLE = (
    "visitor",
    "stranger",
    "representative",
    "lead",
    "partnerships",
    "property",
    "councillor",
    "administrator",
)


@pytest.fixture
def scene():
    thing = make_organisation("Ours")
    people = {
        "visitor": AnonymousUser(),
        "stranger": make_user(),
        "representative": make_member(thing),
        "lead": make_lead(thing),
        "partnerships": make_officer("partnerships"),
        "property": make_officer("property"),
        "councillor": make_councillor(),
        "administrator": make_administrator(),
    }
    return thing, people


def answers(people, question) -> set[str]:
    given = {name: question(user) for name, user in people.items()}
    assert {type(a) for a in given.values()} == {bool}
    return {name for name, yes in given.items() if yes}


def test_can_add_organisation(scene):
    _, people = scene
    assert answers(people, permissions.can_add_organisation) == {"partnerships"}


def test_can_edit_organisation(scene):
    thing, people = scene
    assert answers(people, lambda u: permissions.can_edit_organisation(u, thing)) == {"partnerships", "lead"}


def test_can_see_officer_facts(scene):
    _, people = scene
    expected = {"partnerships", "property", "councillor", "administrator"}
    assert answers(people, permissions.can_see_officer_facts) == expected


def test_can_ask_for_membership(scene):
    thing, people = scene
    assert answers(people, lambda u: permissions.can_ask_for_membership(u, thing)) == {"stranger"}


def test_can_decide_membership(scene):
    thing, people = scene
    asked = Membership.objects.create(organisation=thing, user=make_user(), starts_on="2026-01-01")
    assert answers(people, lambda u: permissions.can_decide_membership(u, asked)) == {"partnerships", "lead"}


def test_can_decide_membership_never_ones_own(scene):
    thing, people = scene
    own = Membership.objects.create(organisation=thing, user=people["partnerships"], starts_on="2026-01-01")
    assert permissions.can_decide_membership(people["partnerships"], own) is False


def test_can_end_membership_includes_the_person(scene):
    thing, people = scene
    own = people["representative"].memberships.get()
    expected = {"representative", "lead", "partnerships"}
    assert answers(people, lambda u: permissions.can_end_membership(u, own)) == expected


def test_visible_to_hides_unpublished_organisations_from_outsiders(scene):
    thing, people = scene
    Organisation.objects.update(is_published=False)
    expected = {"representative", "lead", "partnerships", "property", "councillor", "administrator"}
    assert (
        answers(people, lambda u: Organisation.objects.visible_to(u).filter(pk=thing.pk).exists()) == expected
    )


def test_membership_visible_to(scene):
    _, people = scene
    seen = {name: Membership.objects.visible_to(user).count() for name, user in people.items()}
    assert seen == {
        "visitor": 0,
        "stranger": 0,
        "representative": 2,
        "lead": 2,
        "partnerships": 2,
        "property": 2,
        "councillor": 2,
        "administrator": 2,
    }
