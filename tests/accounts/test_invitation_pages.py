"""What an administrator sees of invitations, and what the invited person's link does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_administrator, make_directorate, make_officer, make_user
from vcse_portal.accounts import operations
from vcse_portal.accounts.links import invitation_token, read_invitation_token
from vcse_portal.accounts.models import Invitation, User

pytestmark = pytest.mark.django_db


def invite(**fields) -> Invitation:
    fields.setdefault("email", "ann@council.example")
    fields.setdefault("name", "Ann Ashe")
    fields.setdefault("by", make_administrator(name="Ada Min"))
    return operations.invite_person(**fields)


def link(invitation) -> str:
    return reverse("accounts:accept_invitation", args=[invitation_token(invitation)])


def test_invite_person_page_sends_and_lists(sign_in):
    client, directorate = sign_in(make_administrator()), make_directorate("Places")
    posted = {
        "email": "ann@council.example",
        "name": "Ann Ashe",
        "roles": ["property"],
        "directorate": directorate.pk,
    }
    response = client.post(reverse("accounts:invite_person"), posted, follow=True)
    assert response.redirect_chain == [(reverse("accounts:invitations"), 302)]
    page = response.content.decode()
    assert "An invitation is on its way to ann@council.example." in page
    assert Invitation.objects.get().roles == ["property"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nonsense"}, "name@example"),
        ({"roles": ["property"]}, "Choose the directorate this officer works in."),
        ({"roles": ["property", "councillor"]}, "A councillor cannot also be an officer"),
        ({"roles": ["king"]}, "king"),
        ({"name": "x" * 200}, "150"),
    ],
)
def test_invite_person_page_says_what_is_wrong(sign_in, wrong, sentence):
    posted = {"email": "ann@council.example", "name": "Ann Ashe"} | wrong
    response = sign_in(make_administrator()).post(reverse("accounts:invite_person"), posted)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Invitation.objects.count() == 0


def test_invitations_page_costs_the_same_with_one_and_four_rows(sign_in, django_assert_max_num_queries):
    by = make_administrator()
    client = sign_in(by)
    costs = []
    for many in (1, 3):
        for number in range(many):
            invite(email=f"ann{many}{number}@council.example", by=by, directorate=make_directorate())
        client.get(reverse("accounts:invitations"))
        with django_assert_max_num_queries(6) as asked:
            assert client.get(reverse("accounts:invitations")).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_only_administrators_open_the_pages(client, sign_in):
    invitation = invite()
    pages = [
        ("get", reverse("accounts:invitations")),
        ("get", reverse("accounts:invite_person")),
        ("post", reverse("accounts:invite_person")),
        ("post", reverse("accounts:invitation_withdraw", args=[invitation.pk])),
        ("post", reverse("accounts:invitation_send_again", args=[invitation.pk])),
    ]
    officer = sign_in(make_officer())
    for method, address in pages:
        assert getattr(client, method)(address).status_code == 302
        assert getattr(officer, method)(address).status_code in (403, 404)
    invitation.refresh_from_db()
    assert (invitation.state(), Invitation.objects.count()) == ("open", 1)


def test_withdraw_and_send_again_say_so_and_refuse_a_second_time(sign_in):
    client, invitation = sign_in(make_administrator()), invite()
    old = link(invitation)
    response = client.post(reverse("accounts:invitation_send_again", args=[invitation.pk]), follow=True)
    assert "The old one no longer works." in response.content.decode()
    response = client.post(reverse("accounts:invitation_withdraw", args=[invitation.pk]), follow=True)
    assert "has been withdrawn." in response.content.decode()
    response = client.post(reverse("accounts:invitation_withdraw", args=[invitation.pk]), follow=True)
    assert "This invitation has been withdrawn." in response.content.decode()
    assert client.get(old).status_code == 410
    assert client.get(reverse("accounts:invitation_withdraw", args=[invitation.pk])).status_code == 405


# The link ----------------------------------------------------------------------------------------
def test_opening_the_link_shows_whom_it_is_for_and_changes_nothing(client):
    invitation = invite(roles=["property"], directorate=make_directorate("Places"), post="Surveyor")
    response = client.get(link(invitation))
    page = response.content.decode()
    for words in ("Ann Ashe", "ann@council.example", "Ada Min", "Property", "Places", "Surveyor"):
        assert words in page
    assert "no-store" in response["Cache-Control"]
    assert (invitation.state(), User.objects.filter(email="ann@council.example").count()) == ("open", 0)


def test_accepting_opens_the_account_and_signs_in(client):
    invitation = invite()
    response = client.post(link(invitation), {"name": "Ann Ashe", "password": "three-quiet-words"})
    assert (response.status_code, response["Location"]) == (302, "/")
    user = User.objects.get(email="ann@council.example")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.check_password("three-quiet-words")


def test_accepting_twice_is_told_and_makes_one_account(client):
    invitation = invite()
    address, posted = link(invitation), {"name": "Ann Ashe", "password": "three-quiet-words"}
    client.post(address, posted)
    second = type(client)().post(address, posted)
    assert second.status_code == 410
    assert "This invitation has been used" in second.content.decode()
    assert User.objects.filter(email="ann@council.example").count() == 1


@pytest.mark.parametrize("password", ["short", "qwerty123456", "", "ann@council.example"])
def test_accepting_refuses_a_weak_password(client, password):
    invitation = invite()
    response = client.post(link(invitation), {"name": "Ann Ashe", "password": password})
    assert response.status_code == 200
    assert not User.objects.filter(email="ann@council.example").exists()


def test_a_new_administrator_is_led_to_the_second_factor(client):
    invitation = invite(roles=["administrator"])
    client.post(link(invitation), {"name": "Ann Ashe", "password": "three-quiet-words"})
    assert client.get(reverse("accounts:people"))["Location"] == reverse("mfa_index")


def test_closed_links_say_what_happened(client):
    by = make_administrator()
    expired = invite(by=by, now=timezone.now() - timedelta(days=15))
    withdrawn = operations.withdraw_invitation(invite(by=by, email="bo@council.example").pk, by=by)
    replaced = invite(by=by, email="cy@council.example")
    replaced_link = link(replaced)
    operations.send_invitation_again(replaced.pk, by=by)
    pages = {
        link(expired): "This invitation has expired",
        link(withdrawn): "This invitation has been withdrawn",
        replaced_link: "There is a newer invitation",
    }
    for address, words in pages.items():
        for response in (client.get(address), client.post(address, {"password": "three-quiet-words"})):
            assert response.status_code == 410
            assert words in response.content.decode()
    assert not User.objects.filter(email__in=["ann@council.example", "bo@council.example"]).exists()


def test_forged_links_are_not_found(client):
    invitation = invite()
    token = invitation_token(invitation)
    swapped = invitation_token(Invitation(pk=invitation.pk + 1, invited_at=invitation.invited_at))
    for wrong in (token[:-3], token + "x", "x", swapped, f"{invitation.pk}"):
        assert client.get(reverse("accounts:accept_invitation", args=[wrong])).status_code == 404
        assert read_invitation_token(wrong)[1] == "forged"


def test_somebody_with_an_account_is_asked_to_sign_in_first(client):
    make_user(email="bo@council.example", password=PASSWORD)
    invitation = invite(email="cy@council.example")
    Invitation.objects.update(email="bo@council.example")
    response = client.get(link(invitation))
    assert f"{reverse('account_login')}?next=" in response.content.decode()


def test_signed_in_person_takes_up_the_roles(sign_in):
    invitation = invite(roles=["councillor"])
    user = make_user(email="ann@council.example")
    client = sign_in(user)
    assert "Accept invitation" in client.get(link(invitation)).content.decode()
    response = client.post(link(invitation))
    assert response["Location"] == reverse("accounts:your_account")
    user.refresh_from_db()
    assert user.roles == ["councillor"]


def test_signed_in_stranger_is_told_and_gains_nothing(sign_in):
    invitation, stranger = invite(roles=["councillor"]), make_user(email="bo@example.org")
    client = sign_in(stranger)
    for response in (client.get(link(invitation)), client.post(link(invitation))):
        page = response.content.decode()
        assert "This invitation is for somebody else" in page
        assert "ann@council.example" not in page
    stranger.refresh_from_db()
    assert (stranger.roles, invitation.state()) == ([], "open")
