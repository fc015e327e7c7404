"""Who may do what: role × answer."""

import pytest
from django.contrib.auth.models import AnonymousUser

from assets import permissions
from assets.models import Asset
from tests.assets.factories import make_asset
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db
COUNCIL = {"partnerships", "commissioning", "property", "councillor", "administrator"}


@pytest.fixture
def people():
    return {
        "visitor": AnonymousUser(),
        "stranger": make_user(),
        "lead": make_lead(make_organisation()),
        "partnerships": make_officer("partnerships"),
        "commissioning": make_officer("commissioning"),
        "property": make_officer("property"),
        "councillor": make_councillor(),
        "administrator": make_administrator(),
    }


def answers(people, question) -> set[str]:
    given = {name: question(user) for name, user in people.items()}
    assert {type(a) for a in given.values()} == {bool}
    return {name for name, yes in given.items() if yes}


def test_can_add_asset(people):
    assert answers(people, permissions.can_add_asset) == {"property"}


def test_can_edit_asset(people):
    asset = make_asset()
    assert answers(people, lambda u: permissions.can_edit_asset(u, asset)) == {"property"}


def test_can_see_officer_facts(people):
    assert answers(people, permissions.can_see_officer_facts) == COUNCIL


def test_visible_to_hides_unpublished_assets(people):
    hidden, shown = make_asset(is_published=False), make_asset()

    def sees(thing):
        return answers(people, lambda u: Asset.objects.visible_to(u).filter(pk=thing.pk).exists())

    assert sees(hidden) == COUNCIL
    assert sees(shown) == set(people)
