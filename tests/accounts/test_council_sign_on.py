"""The council's own accounts, by a real OpenID Connect round trip on loopback."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from tests.accounts import council_sign_on
from tests.factories import (
    PASSWORD,
    give_second_factor,
    make_administrator,
    make_directorate,
    make_officer,
    make_user,
)
from vcse_portal.accounts import operations
from vcse_portal.accounts.models import Invitation, User

pytestmark = pytest.mark.django_db

ANN = {"sub": "ann-1", "email": "Ann@Council.example", "email_verified": True, "name": "Ann Ashe"}


@pytest.fixture(scope="module")
def service():
    with council_sign_on.running() as service:
        yield service


@pytest.fixture
def council(service, settings):
    settings.SOCIALACCOUNT_PROVIDERS = service.apps()
    return service


def signed_in(client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def test_the_sign_in_page_offers_it(client, council):
    assert "Council account" in client.get("/accounts/login/").content.decode()


def test_an_officer_with_that_address_is_linked_and_signed_in(client, council):
    officer = make_officer(email="ann@council.example")
    council.sign_in(client, **ANN)
    assert signed_in(client) == officer
    assert list(officer.socialaccount_set.values_list("provider", "uid")) == [("council", "ann-1")]
    assert "code_verifier" in council.asked_for_tokens[-1]


def test_the_link_holds_when_the_address_changes_over_there(client, council):
    officer = make_officer(email="ann@council.example")
    council.sign_in(client, **ANN)
    client.logout()
    council.sign_in(client, **{**ANN, "email": "ann.married@council.example"})
    assert signed_in(client) == officer
    assert User.objects.count() == 1


def test_the_second_factor_is_still_asked_for(client, council):
    give_second_factor(make_officer(email="ann@council.example"))
    response = council.sign_in(client, **ANN)
    assert response["Location"] == reverse("mfa_authenticate")
    assert signed_in(client) is None


def test_an_open_invitation_is_taken_up(client, council):
    directorate = make_directorate()
    invitation = operations.invite_person(
        email="ann@council.example", roles=["property"], directorate=directorate, by=make_administrator()
    )
    council.sign_in(client, **ANN)
    user = signed_in(client)
    assert (user.email, user.name, user.roles, user.directorate) == (
        "ann@council.example",
        "Ann Ashe",
        ["property"],
        directorate,
    )
    assert not user.has_usable_password()
    invitation.refresh_from_db()
    assert (invitation.state(), invitation.accepted_by) == ("accepted", user)


def test_a_withdrawn_invitation_gives_nothing(client, council):
    by = make_administrator()
    invitation = operations.invite_person(email="ann@council.example", roles=["councillor"], by=by)
    operations.withdraw_invitation(invitation.pk, by=by)
    council.sign_in(client, **ANN)
    assert signed_in(client).roles == []


def test_an_invitation_that_cannot_be_taken_up_says_why(client, council):
    invitation = operations.invite_person(
        email="ann@council.example", roles=["councillor"], by=make_administrator()
    )
    Invitation.objects.update(roles=["property"])  # and no directorate: as if the rules had changed since
    response = council.sign_in(client, **ANN)
    assert response["Location"] == reverse("account_login")
    assert (
        "Choose the directorate this officer works in." in client.get(response["Location"]).content.decode()
    )
    assert signed_in(client) is None
    invitation.refresh_from_db()
    assert (invitation.state(), User.objects.filter(email="ann@council.example").count()) == ("open", 0)


def test_others_get_an_account_without_roles_and_are_told_whom_to_ask(client, council):
    response = council.sign_in(client, **ANN)
    user = signed_in(client)
    assert (user.email, user.name, user.roles) == ("ann@council.example", "Ann Ashe", [])
    assert response["Location"] == reverse("accounts:no_roles")
    assert "Whom to ask" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize("claim", [{"email_verified": said} for said in (False, None, "false", 1.5)])
def test_an_address_nobody_vouches_for_links_to_nothing(client, council, claim):
    officer = make_officer(email="ann@council.example")
    invited = operations.invite_person(
        email="bo@council.example", roles=["councillor"], by=make_administrator()
    )
    council.sign_in(client, **{**ANN, **claim})
    assert signed_in(client) is None
    client.logout()
    council.sign_in(client, **{**ANN, **claim, "sub": "bo-1", "email": "bo@council.example"})
    assert signed_in(client) is None
    invited.refresh_from_db()
    assert (officer.socialaccount_set.count(), invited.state()) == (0, "open")


def test_the_councils_own_domain_is_vouched_for(client, council, settings):
    settings.SOCIALACCOUNT_PROVIDERS = council.apps(verified_email=["council.example"])
    officer = make_officer(email="ann@council.example")
    council.sign_in(client, **{**ANN, "email_verified": False})
    assert signed_in(client) == officer
    client.logout()
    make_officer(email="ann@elsewhere.example")
    council.sign_in(client, sub="x", email="ann@elsewhere.example", email_verified=False)
    assert signed_in(client) is None


def test_a_closed_account_stays_closed(client, council):
    closed = make_officer(email="ann@council.example", is_active=False)
    response = council.sign_in(client, **ANN)
    assert response["Location"] == reverse("account_inactive")
    assert (signed_in(client), closed.socialaccount_set.count()) == (None, 0)


def test_a_linked_account_that_is_closed_later_stays_out(client, council):
    officer = make_officer(email="ann@council.example")
    council.sign_in(client, **ANN)
    operations.deactivate_person(officer.pk, by=make_administrator())
    client.logout()
    council.sign_in(client, **ANN)
    assert signed_in(client) is None


def test_a_sign_up_nobody_confirmed_loses_its_password(client, council):
    squatter = make_user(email="ann@council.example", password=PASSWORD)
    EmailAddress.objects.update(verified=False)
    council.sign_in(client, **ANN)
    squatter.refresh_from_db()
    assert not squatter.has_usable_password()


def test_a_forged_answer_signs_nobody_in(client, council):
    make_officer(email="ann@council.example")
    council.claims = ANN
    client.post("/accounts/oidc/council/login/")
    client.get("/accounts/oidc/council/login/callback/", {"code": "a-code", "state": "forged"})
    assert signed_in(client) is None


def test_going_there_needs_a_press_of_the_button(client, council):
    assert client.get("/accounts/oidc/council/login/").status_code == 200
