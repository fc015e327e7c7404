"""Role × answer, refusals included."""

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.factories import make_administrator, make_councillor, make_officer, make_user
from vcse_portal.accounts import operations, permissions
from vcse_portal.accounts.models import Invitation, User

pytestmark = pytest.mark.django_db

PEOPLE = {
    "visitor": AnonymousUser,
    "member": make_user,
    "partnerships": lambda: make_officer("partnerships"),
    "commissioning": lambda: make_officer("commissioning"),
    "property": lambda: make_officer("property"),
    "performance": lambda: make_officer("performance"),
    "councillor": make_councillor,
    "administrator": make_administrator,
    "closed administrator": lambda: make_administrator(is_active=False),
    "technical support": lambda: make_user(is_superuser=True),
}


def allowed(question) -> list[str]:
    return [name for name, make in PEOPLE.items() if question(make())]


@pytest.mark.parametrize("question", [permissions.can_see_people, permissions.can_invite_person])
def test_only_administrators_see_and_invite_people(question):
    assert allowed(question) == ["administrator"]


def test_only_administrators_change_roles_of_open_accounts():
    person, closed = make_user(), make_user(is_active=False)
    assert allowed(lambda user: permissions.can_change_roles(user, person)) == ["administrator"]
    assert allowed(lambda user: permissions.can_change_roles(user, closed)) == []


def test_an_administrator_may_open_the_page_of_their_own_roles():
    administrator = make_administrator()
    assert permissions.can_change_roles(administrator, administrator) is True


def test_only_administrators_close_open_accounts_and_never_their_own():
    person, closed, administrator = make_user(), make_user(is_active=False), make_administrator()
    assert allowed(lambda user: permissions.can_deactivate_person(user, person)) == ["administrator"]
    assert allowed(lambda user: permissions.can_deactivate_person(user, closed)) == []
    assert permissions.can_deactivate_person(administrator, administrator) is False


def test_only_administrators_open_closed_accounts():
    person, closed = make_user(), make_user(is_active=False)
    assert allowed(lambda user: permissions.can_reactivate_person(user, closed)) == ["administrator"]
    assert allowed(lambda user: permissions.can_reactivate_person(user, person)) == []


def test_everybody_renames_themselves_and_administrators_anybody():
    person, closed = make_user(), make_user(is_active=False)
    assert allowed(lambda user: permissions.can_rename_person(user, person)) == ["administrator"]
    assert permissions.can_rename_person(person, person) is True
    assert permissions.can_rename_person(closed, closed) is False


def test_only_waiting_invitations_are_withdrawn():
    by = make_administrator()
    invitation = operations.invite_person(email="ann@council.example", by=by)
    assert allowed(lambda user: permissions.can_withdraw_invitation(user, invitation)) == ["administrator"]
    invitation = operations.withdraw_invitation(invitation.pk, by=by)
    assert allowed(lambda user: permissions.can_withdraw_invitation(user, invitation)) == []


def test_who_knows_which_accounts():
    person = make_user()
    known = allowed(lambda user: User.objects.visible_to(user).filter(pk=person.pk).exists())
    assert known == [
        "partnerships",
        "commissioning",
        "property",
        "performance",
        "councillor",
        "administrator",
    ]
    assert list(User.objects.visible_to(person)) == [person]


def test_who_knows_of_invitations():
    operations.invite_person(email="ann@council.example", by=make_administrator())
    assert allowed(lambda user: Invitation.objects.visible_to(user).exists()) == ["administrator"]
