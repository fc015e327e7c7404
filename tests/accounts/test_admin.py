"""Django's admin is for technical support, who look and do not touch."""

import pytest
from django.urls import reverse

from tests.factories import make_administrator, make_user

pytestmark = pytest.mark.django_db


def test_technical_support_looks_at_people_and_changes_nothing(sign_in):
    person, support = make_user(name="Ann Ashe"), make_user(is_superuser=True)
    client = sign_in(support)
    assert "Ann Ashe" in client.get("/support/accounts/user/").content.decode()
    assert client.get(f"/support/accounts/user/{person.pk}/change/").status_code == 200
    assert client.post(f"/support/accounts/user/{person.pk}/change/", {"name": "X"}).status_code == 403
    assert client.get("/support/accounts/user/add/").status_code == 403


def test_administrators_of_the_portal_are_no_technical_support(sign_in):
    assert sign_in(make_administrator()).get("/support/accounts/user/").status_code in (302, 403)


@pytest.mark.parametrize(
    "table",
    ["mfa/authenticator", "account/emailaddress", "usersessions/usersession"]
    + [f"socialaccount/{name}" for name in ("socialaccount", "socialtoken", "socialapp")],
)
def test_what_signs_people_in_is_not_shown_to_technical_support(sign_in, table):
    """Its secrets would let support sign in as anybody, an administrator included."""
    make_administrator()
    client = sign_in(make_user(is_superuser=True))
    assert client.get(f"/support/{table}/").status_code == 404


def test_technical_support_needs_a_second_factor(client):
    support = make_user(is_superuser=True)
    client.force_login(support)
    assert client.get("/support/accounts/user/")["Location"] == reverse("mfa_index")
