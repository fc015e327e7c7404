"""F27: when a session ends, and when a second factor is asked for."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.factories import (
    PASSWORD,
    give_second_factor,
    make_administrator,
    make_councillor,
    make_officer,
    make_user,
)
from vcse_portal.accounts import operations

pytestmark = pytest.mark.django_db

HOME = "/accounts/"


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def code_of(authenticator) -> str:
    secret = TOTP(authenticator).instance.data["secret"]
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def officer(sign_in):
    person = make_officer("property", "commissioning")
    client = sign_in(person)
    assert is_in(client)
    return person, client


def test_f27_losing_a_role_ends_the_session_at_once(officer):
    person, client = officer
    by = make_administrator()
    operations.change_roles(person.pk, roles=["property"], directorate=person.directorate, by=by)
    assert not is_in(client)


def test_f27_an_old_session_stays_dead_when_the_role_comes_back(officer):
    person, client = officer
    by = make_administrator()
    for roles in (["property"], ["property", "commissioning"]):
        operations.change_roles(person.pk, roles=roles, directorate=person.directorate, by=by)
    assert not is_in(client)


def test_gaining_a_role_keeps_the_session(officer):
    person, client = officer
    roles = ["property", "commissioning", "performance"]
    operations.change_roles(person.pk, roles=roles, directorate=person.directorate, by=make_administrator())
    assert is_in(client)


def test_f27_a_closed_account_ends_the_session_and_opening_does_not_revive_it(officer):
    person, client = officer
    by = make_administrator()
    operations.deactivate_person(person.pk, by=by)
    assert not is_in(client)
    operations.reactivate_person(person.pk, by=by)
    assert not is_in(client)


def test_f27_a_changed_password_ends_the_other_sessions():
    make_user(email="ann@example.org", password=PASSWORD)
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD})
    words = {"oldpassword": PASSWORD, "password1": "three-quiet-words", "password2": "three-quiet-words"}
    here.post(reverse("account_change_password"), words)
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_f27_signing_out_kills_the_cookie(officer):
    _, client = officer
    cookie = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    client.cookies["sessionid"] = cookie
    assert not is_in(client)
    assert not Session.objects.filter(session_key=cookie).exists()


def test_f27_signing_in_changes_the_cookie():
    make_user(email="ann@example.org", password=PASSWORD)
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert client.session.session_key != planted


def test_signing_out_by_get_asks_first(officer):
    _, client = officer
    client.get(reverse("account_logout"))
    assert is_in(client)


def test_sessions_are_listed_and_the_others_ended():
    make_user(email="ann@example.org", password=PASSWORD)
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert "127.0.0.1" in here.get(reverse("usersessions_list")).content.decode()
    here.post(reverse("usersessions_list"))
    assert (is_in(here), is_in(elsewhere)) == (True, False)


# Second factor ------------------------------------------------------------------------------------
PAGES = ["/", "/accounts/", "/accounts/people/", "/accounts/invitations/new/"]


def test_an_administrator_without_one_is_led_to_set_it_up(client):
    administrator = make_officer("administrator")
    client.force_login(administrator)
    for page in PAGES:
        for answer in (client.get(page), client.post(page)):
            assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    assert client.get(reverse("borough:brand_css")).status_code == 200  # drawn in colour
    assert client.post(reverse("account_logout")).status_code == 302


def test_an_administrator_with_one_goes_on_and_is_asked_about_once(client, django_assert_max_num_queries):
    client.force_login(make_administrator())
    assert client.get("/accounts/people/").status_code == 200
    with django_assert_max_num_queries(3) as asked:
        client.get("/accounts/name/")
    assert not any("mfa_authenticator" in query["sql"] for query in asked.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_the_pages(client):
    administrator = make_officer("administrator", password=PASSWORD, email="ann@council.example")
    client.post("/accounts/login/", {"login": "ann@council.example", "password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=administrator, type="totp").exists()
    assert client.get("/accounts/people/").status_code == 200


def test_a_session_from_before_is_asked_for_it(client):
    person = make_officer("property", password=PASSWORD, email="ann@council.example")
    client.post("/accounts/login/", {"login": "ann@council.example", "password": PASSWORD})
    authenticator = give_second_factor(person)
    operations.change_roles(
        person.pk,
        roles=["property", "administrator"],
        directorate=person.directorate,
        by=make_administrator(),
    )
    answer = client.get("/accounts/people/?q=a")
    assert answer["Location"] == f"{reverse('mfa_reauthenticate')}?next=%2Faccounts%2Fpeople%2F%3Fq%3Da"
    answer = client.post(
        answer["Location"], {"code": code_of(authenticator), "next": "/accounts/people/?q=a"}
    )
    assert answer["Location"] == "/accounts/people/?q=a"
    assert client.get("/accounts/people/").status_code == 200


@pytest.mark.parametrize(
    "page", ["mfa_index", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"]
)
def test_a_session_from_before_cannot_make_itself_another_one(client, page):
    """Else whoever knows the password adds a passkey of their own and needs the real second factor no more."""
    person = make_officer("property", password=PASSWORD, email="ann@council.example")
    client.post("/accounts/login/", {"login": "ann@council.example", "password": PASSWORD})
    give_second_factor(person)
    operations.change_roles(
        person.pk,
        roles=["property", "administrator"],
        directorate=person.directorate,
        by=make_administrator(),
    )
    for answer in (client.get(reverse(page)), client.post(reverse(page))):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))


@pytest.mark.parametrize(
    "page", ["account_email", "account_change_password", "account_set_password", "usersessions_list"]
)
def test_a_session_from_before_reaches_no_page_that_takes_the_account_over(client, page):
    """Once there is a second factor. Until then, these pages help to set one up."""
    person = make_administrator(password=PASSWORD, email="ann@council.example")
    Authenticator.objects.filter(user=person).delete()
    client.post("/accounts/login/", {"login": "ann@council.example", "password": PASSWORD})
    assert client.get(reverse(page)).status_code == (302 if page == "account_set_password" else 200)
    give_second_factor(person)
    for answer in (
        client.get(reverse(page)),
        client.post(reverse(page), {"email": "mine@elsewhere.example", "action_add": ""}),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert list(person.emailaddress_set.values_list("email", flat=True)) == ["ann@council.example"]
    assert client.get(reverse("account_logout")).status_code == 200


def test_an_administrator_cannot_remove_the_last_one(client):
    administrator = make_administrator(password=PASSWORD, email="ann@council.example")
    authenticator = Authenticator.objects.get(user=administrator, type="totp")
    client.post("/accounts/login/", {"login": "ann@council.example", "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_of(authenticator)})
    assert client.get("/accounts/people/").status_code == 200
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "Your role needs a second factor." in answer.content.decode()
    assert Authenticator.objects.filter(pk=authenticator.pk).exists()


def test_a_removed_one_is_missed_at_the_next_page(sign_in):
    from allauth.mfa.signals import authenticator_removed

    administrator = make_administrator()
    client = sign_in(administrator)
    request = client.get("/accounts/people/").wsgi_request
    Authenticator.objects.filter(user=administrator).delete()
    authenticator_removed.send(Authenticator, request=request, user=administrator, authenticator=None)
    request.session.save()
    assert client.get("/accounts/people/")["Location"] == reverse("mfa_index")


@pytest.mark.parametrize(("is_asked", "status"), [(False, 200), (True, 302)])
def test_officers_and_councillors_need_one_where_the_council_says_so(settings, client, is_asked, status):
    settings.OFFICERS_NEED_SECOND_FACTOR = is_asked
    for person in (make_officer(), make_councillor()):
        client.force_login(person)
        assert client.get(HOME).status_code == status
    client.force_login(make_user())
    assert client.get(HOME).status_code == 200
