"""Signing in and up, codes by e-mail, limits, and where `next` may lead."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests.accounts.hasher import CountingHasher
from tests.factories import PASSWORD, give_second_factor, make_officer, make_user
from vcse_portal.accounts.models import User
from vcse_portal.mail.models import Delivery, Message

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def sign_in_with(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def the_code() -> str:
    return re.search(r"^([A-Z0-9-]{6,})$", Message.objects.latest("pk").text, re.M).group(1)


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_reset_password", "account_request_login_code"]
)
def test_entrance_pages_open_for_visitors(client, name):
    page = client.get(reverse(name)).content.decode()
    assert "Sign In" not in page
    assert "Sign Up" not in page


def test_signing_in_with_a_password(client):
    make_user(email="ann@example.org", password=PASSWORD)
    assert sign_in_with(client, "Ann@Example.org")["Location"] == "/"
    assert is_signed_in(client)


def test_an_officer_begins_with_what_needs_them(client):
    make_officer(email="ann@example.org", password=PASSWORD)
    assert sign_in_with(client, "ann@example.org")["Location"] == reverse("home:what_needs_me")


def test_a_closed_account_cannot_sign_in(client):
    make_user(email="ann@example.org", password=PASSWORD, is_active=False)
    sign_in_with(client, "ann@example.org")
    assert not is_signed_in(client)


def test_a_notice_of_a_changed_password_waits_for_the_mail_server(client):
    """A code is worth nothing after a quarter of an hour; that somebody changed the password still is."""
    person = make_user(email="ann@example.org", password=PASSWORD)
    client.force_login(person)
    new = "another-walk-by-the-canal"
    asked = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), asked).status_code == 302
    message = Message.objects.get(kind="password_changed")
    assert (message.expires_at, message.is_secret) == (None, False)


def test_signing_in_with_a_code(client):
    make_user(email="ann@example.org")
    client.post(reverse("account_request_login_code"), {"email": "ann@example.org"})
    message = Message.objects.get()
    assert (message.kind, message.is_secret, message.subject) == ("login_code", True, "Your code to sign in")
    assert list(message.deliveries.values_list("email", flat=True)) == ["ann@example.org"]
    client.post(reverse("account_confirm_login_code"), {"code": the_code()})
    assert is_signed_in(client)


def test_a_wrong_code_does_not_sign_in(client):
    make_user(email="ann@example.org")
    client.post(reverse("account_request_login_code"), {"email": "ann@example.org"})
    for _ in range(5):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAAAA"})
    client.post(reverse("account_confirm_login_code"), {"code": the_code()})
    assert not is_signed_in(client)


def test_choosing_a_new_password_with_a_code(client):
    user = make_user(email="ann@example.org", password="an-old-forgotten-one")
    client.post(reverse("account_reset_password"), {"email": "ann@example.org"})
    client.post(reverse("account_confirm_password_reset_code"), {"code": the_code()})
    client.post(
        reverse("account_complete_password_reset"),
        {"password1": "three-quiet-words", "password2": "three-quiet-words"},
    )
    user.refresh_from_db()
    assert user.check_password("three-quiet-words")


def test_signing_up_asks_the_name_and_confirms_the_address(client):
    posted = {
        "name": "Ann Ashe",
        "email": "Ann@Example.org",
        "password1": "three-quiet-words",
    }
    response = client.post(reverse("account_signup"), posted)
    assert response["Location"] == reverse("account_email_verification_sent")
    user = User.objects.get()
    assert (user.name, user.email, user.roles) == ("Ann Ashe", "ann@example.org", [])
    assert not is_signed_in(client)
    response = client.post(reverse("account_email_verification_sent"), {"code": the_code()})
    assert EmailAddress.objects.get().verified
    assert is_signed_in(client)
    assert response["Location"] == reverse("organisations:mine")


def test_signing_up_refuses_without_a_name_or_with_a_weak_password(client):
    posted = {"name": "", "email": "ann@example.org", "password1": "short"}
    response = client.post(reverse("account_signup"), posted)
    assert set(response.context["form"].errors) == {"name", "password1"}
    assert User.objects.count() == 0


# Who has an account is nobody's business ------------------------------------------------------------
def test_f28_answers_do_not_tell_who_has_an_account(client):
    make_user(email="known@example.org", password=PASSWORD)
    make_user(email="closed@example.org", password=PASSWORD, is_active=False)

    def answer(address, posted):
        fresh = Client()
        response = fresh.post(address, posted, follow=True)
        body = response.content.decode().replace(posted.get("login") or posted["email"], "ADDRESS")
        body = re.sub(r'(csrfmiddlewaretoken" value=|name="csrf-token" content=)"[^"]+"', "", body)
        return response.redirect_chain, response.status_code, re.sub(r"[0-9a-f]{32}", "", body)

    words = {"name": "A", "password1": "three-quiet-words"}
    for email in ("known@example.org", "closed@example.org"):
        for address, posted in [
            (LOGIN, lambda e: {"login": e, "password": "not-the-password"}),
            (reverse("account_request_login_code"), lambda e: {"email": e}),
            (reverse("account_reset_password"), lambda e: {"email": e}),
            (reverse("account_signup"), lambda e: {"email": e, **words}),
        ]:
            assert answer(address, posted(email)) == answer(address, posted("x" + email))


@pytest.fixture
def hashed(settings):
    """Function: how often the slow password hash is worked out while a form is answered."""
    settings.PASSWORD_HASHERS = ["tests.accounts.hasher.CountingHasher"]

    def hashed(address: str, posted: dict) -> int:
        before = CountingHasher.times
        Client().post(address, posted)
        return CountingHasher.times - before

    return hashed


def test_f28_answers_take_the_same_work(hashed):
    make_user(email="known@example.org", password=PASSWORD)
    make_user(email="closed@example.org", password=PASSWORD, is_active=False)
    make_user(email="no-password@example.org")
    words = {"name": "A", "password1": "three-quiet-words"}
    for email in (
        "known@example.org",
        "closed@example.org",
        "no-password@example.org",
        "unknown@example.org",
    ):
        assert hashed(LOGIN, {"login": email, "password": "not-the-password"}) == 1
        assert hashed(reverse("account_signup"), {"email": email, **words}) == 1
        assert hashed(reverse("account_reset_password"), {"email": email}) == 0


def test_an_unknown_address_gets_a_mail_that_says_so(client):
    client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})
    message = Message.objects.get()
    assert (message.kind, message.subject) == ("unknown_account", "You have no account with us")


def test_a_known_address_that_signs_up_gets_a_mail_that_says_so(client):
    make_user(email="ann@example.org")
    words = {"name": "A", "password1": "three-quiet-words"}
    client.post(reverse("account_signup"), {"email": "ann@example.org", **words})
    assert Message.objects.get().kind == "account_already_exists"
    assert User.objects.count() == 1


# Limits -------------------------------------------------------------------------------------------
def test_f16_wrong_passwords_are_held_back_and_the_owner_is_not_locked_out(client, caplog):
    make_user(email="ann@example.org", password=PASSWORD)
    attacker = {"REMOTE_ADDR": "203.0.113.5"}
    answers = [sign_in_with(Client(), "ann@example.org", f"wrong-{n}", **attacker) for n in range(12)]
    assert [a.status_code for a in answers] == [200] * 5 + [429] * 7
    assert answers[-1]["Retry-After"] == "300"
    assert sign_in_with(Client(), "ann@example.org", **attacker).status_code == 429
    assert sign_in_with(client, "ann@example.org", REMOTE_ADDR="198.51.100.7").status_code == 302
    assert is_signed_in(client)
    logged = [r for r in caplog.records if r.name == "vcse_portal.accounts.adapter"]
    assert [r.message for r in logged] == ["Sign-in failed"] * 5 + ["Sign-in held back"] * 8
    assert len({r.account for r in logged}) == 1
    assert "ann@example.org" not in caplog.text


def test_f16_control_without_the_limit_nobody_is_held_back(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": None}
    answers = [sign_in_with(Client(), "ann@example.org", f"wrong-{n}").status_code for n in range(12)]
    assert answers == [200] * 12


def test_f16_one_source_cannot_try_a_thousand_accounts():
    answers = [
        sign_in_with(
            Client(), f"person{n}@example.org", "a-common-password", REMOTE_ADDR="203.0.113.6"
        ).status_code
        for n in range(14)
    ]
    assert answers == [200] * 10 + [429] * 4


def test_right_passwords_do_not_count(client):
    make_user(email="ann@example.org", password=PASSWORD)
    assert [sign_in_with(Client(), "ann@example.org").status_code for _ in range(12)] == [302] * 12


def test_asking_for_codes_is_limited():
    make_user(email="ann@example.org")
    address = reverse("account_request_login_code")
    answers = [Client().post(address, {"email": "ann@example.org"}).status_code for _ in range(5)]
    assert Message.objects.count() == 3
    assert answers[-1] in (200, 429)


# Where next leads ---------------------------------------------------------------------------------
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http:///evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://localhost/",
    "javascript:alert(1)",
    "/\r\nLocation: https://evil.example",
    "\t//evil.example",
    "//evil。example",
    "ftp://testserver/",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_f20_next_leads_only_to_this_portal(client, elsewhere):
    make_user(email="ann@example.org", password=PASSWORD)
    posted = {"login": "ann@example.org", "password": PASSWORD, "next": elsewhere}
    response = client.post(LOGIN, posted)
    assert (response.status_code, is_signed_in(client)) == (302, True)
    assert response["Location"] == "/"
    assert client.post(f"{reverse('account_logout')}?next=x", {"next": elsewhere})["Location"] == "/"


def test_next_leads_on_within_this_portal(client):
    make_user(email="ann@example.org", password=PASSWORD)
    posted = {"login": "ann@example.org", "password": PASSWORD, "next": "/accounts/name/?a=b"}
    assert client.post(LOGIN, posted)["Location"] == "/accounts/name/?a=b"


def test_f20_mails_name_the_configured_host_whatever_the_request_says(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_user(email="ann@example.org")
    words = {"name": "A", "password1": "three-quiet-words"}
    client.post(reverse("account_signup"), {"email": "ann@example.org", **words}, HTTP_HOST="evil.example")
    client.post(reverse("account_reset_password"), {"email": "bo@example.org"}, HTTP_HOST="evil.example")
    assert Message.objects.count() == 2
    for message in Message.objects.all():
        assert "evil.example" not in message.text + message.html
        assert settings.BASE_URL in message.text


# What allauth sends -------------------------------------------------------------------------------
def test_every_mail_of_the_library_has_our_words():
    from pathlib import Path

    import allauth

    from vcse_portal.accounts.sign_in_mails import MAILS, NOT_SENT

    root = Path(allauth.__file__).parent / "templates"
    theirs = {
        str(path.relative_to(root)).removesuffix("_subject.txt")
        for path in root.glob("*/email/*_subject.txt")
    }
    link_only = {"account/email/password_reset_key"}  # we send codes
    assert theirs - link_only == set(MAILS) | NOT_SENT


def test_a_changed_password_is_told_by_mail(client):
    make_user(email="ann@example.org", password=PASSWORD)
    sign_in_with(client, "ann@example.org")
    words = {"oldpassword": PASSWORD, "password1": "three-quiet-words", "password2": "three-quiet-words"}
    response = client.post(reverse("account_change_password"), words)
    assert response["Location"] == reverse("accounts:your_account")
    delivery = Delivery.objects.select_related("message").get()
    assert (delivery.email, delivery.message.subject) == ("ann@example.org", "Your password has been changed")
    assert "127.0.0.1" in delivery.message.text


def test_a_person_with_a_second_factor_is_asked_for_it(client):
    give_second_factor(make_user(email="ann@example.org", password=PASSWORD))
    assert sign_in_with(client, "ann@example.org")["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("account_login", ["Enter your email address", "Enter your password"]),
        ("account_signup", ["Enter your full name", "Enter your email address", "Choose a password"]),
        ("account_request_login_code", ["Enter an email address"]),
        ("account_reset_password", ["Enter an email address"]),
    ],
)
def test_an_empty_form_says_what_to_enter(client, name, asked):
    form = client.post(reverse(name)).context["form"]
    assert [sentence for sentences in form.errors.values() for sentence in sentences] == asked
