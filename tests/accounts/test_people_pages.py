"""The administrators' pages about people, and one's own."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories import (
    make_administrator,
    make_councillor,
    make_directorate,
    make_officer,
    make_user,
)
from vcse_portal.accounts import operations
from vcse_portal.accounts.models import User

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [person.name for person in response.context["page"]]


@pytest.fixture
def administrator(sign_in):
    return sign_in(make_administrator(name="Zoe Admin"))


def test_people_page_costs_the_same_with_one_and_four_rows(administrator, django_assert_max_num_queries):
    costs = []
    for many in (1, 3):
        for _ in range(many):
            make_officer()
        administrator.get(reverse("accounts:people"))
        with django_assert_max_num_queries(6) as asked:
            administrator.get(reverse("accounts:people"))
        costs.append(len(asked))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Ann Ashe", "Bo Birch", "Cy Cedar", "Zoe Admin"]),
        ({"q": "ashe ann"}, ["Ann Ashe"]),
        ({"q": "SURVEYOR"}, ["Bo Birch"]),
        ({"q": "cy@example.org"}, ["Cy Cedar"]),
        ({"q": "nobody"}, []),
        ({"role": "property"}, ["Bo Birch"]),
        ({"role": "none"}, ["Ann Ashe", "Cy Cedar"]),
        ({"directorate": "places"}, ["Bo Birch"]),
        ({"state": "closed"}, ["Cy Cedar"]),
        ({"state": "open", "role": "none"}, ["Ann Ashe"]),
        (
            {"role": "king", "page": "999", "directorate": "'; drop table"},
            ["Ann Ashe", "Bo Birch", "Cy Cedar", "Zoe Admin"],
        ),
    ],
)
def test_people_page_narrows(administrator, query, found):
    make_user(name="Ann Ashe")
    make_officer(
        "property", name="Bo Birch", post="Surveyor", directorate=make_directorate("Places", code="places")
    )
    make_user(name="Cy Cedar", email="cy@example.org", is_active=False)
    response = administrator.get(reverse("accounts:people"), query)
    assert response.status_code == 200
    assert names(response) == found


def test_people_page_says_what_it_shows(administrator):
    make_officer("property", name="Bo Birch", directorate=make_directorate("Places", code="places"))
    query = {"q": "bo", "role": "property", "directorate": "places", "state": "open"}
    assert administrator.get(reverse("accounts:people"), query).context["sentence"] == (
        "1 person whose account is open with the role Property in Places matching “bo”"
    )


def test_people_csv_has_everyone_and_runs_no_formula(administrator):
    make_officer("property", "commissioning", name="=cmd|calc", email="bo@council.example", post="")
    response = administrator.get(reverse("accounts:people"), {"format": "csv", "role": "property"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "email,name,post,directorate,roles,open,joined,last_sign_in"
    assert text.splitlines()[1].startswith("bo@council.example,'=cmd|calc,,")
    assert ",property commissioning,yes," in text
    assert len(text.splitlines()) == 2


def test_people_csv_says_the_day_it_was_in_london(administrator):
    """Half past midnight in summer is still the day before by the clock of the server."""
    moment = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    make_officer("property", date_joined=moment, last_login=moment)
    response = administrator.get(reverse("accounts:people"), {"format": "csv", "role": "property"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].endswith(",2026-07-01,2026-07-01")


def test_person_page_shows_roles_and_history(administrator, django_assert_max_num_queries):
    person = make_officer("property", name="Bo Birch", directorate=make_directorate("Places"))
    address = reverse("accounts:person", args=[person.pk])
    with django_assert_max_num_queries(9):
        page = administrator.get(address).content.decode()
    for words in ("Bo Birch", "Property", "Places", "History"):
        assert words in page


def test_pages_about_people_are_for_administrators(client, sign_in):
    person = make_user()
    officer, councillor, member = sign_in(make_officer()), sign_in(make_councillor()), sign_in(make_user())
    pages = [reverse("accounts:people")]
    pages += [
        reverse(f"accounts:{name}", args=[person.pk])
        for name in ("person", "person_rename", "person_roles", "person_deactivate")
    ]
    for page in pages:
        assert client.get(page).status_code == 302
        assert (officer.get(page).status_code, councillor.get(page).status_code) == (403, 403)
        assert member.get(page).status_code == (403 if page == pages[0] else 404)
    for known in (officer, councillor):
        for page in pages[2:]:
            assert known.post(page, {"name": "Gone", "roles": []}).status_code == 403
    assert officer.post(reverse("accounts:person_reactivate", args=[person.pk])).status_code == 403
    person.refresh_from_db()
    assert (person.name, person.is_active) != ("Gone", False)


def test_a_persons_own_page_of_the_administrators_kind_is_refused(sign_in):
    person = make_user()
    assert sign_in(person).get(reverse("accounts:person", args=[person.pk])).status_code == 403


def test_an_unknown_person_is_not_found(administrator):
    assert administrator.get(reverse("accounts:person", args=[10**9])).status_code == 404


def test_roles_page_saves_and_refuses(administrator):
    person, directorate = make_user(), make_directorate()
    address = reverse("accounts:person_roles", args=[person.pk])
    posted = {"roles": ["commissioning"], "directorate": "", "version": person.version}
    assert "Choose the directorate" in administrator.post(address, posted).content.decode()
    response = administrator.post(address, posted | {"directorate": directorate.pk})
    assert response["Location"] == reverse("accounts:person", args=[person.pk])
    person.refresh_from_db()
    assert person.roles == ["commissioning"]


def test_roles_page_keeps_what_two_administrators_do_apart(administrator):
    person, directorate = make_user(), make_directorate()
    address = reverse("accounts:person_roles", args=[person.pk])
    posted = {"roles": ["commissioning"], "directorate": directorate.pk, "version": person.version}
    administrator.post(address, posted)
    response = administrator.post(address, posted | {"roles": ["property"]})
    assert response.status_code == 409
    person.refresh_from_db()
    assert person.roles == ["commissioning"]
    response = administrator.post(address, posted | {"roles": ["property"], "version": person.version})
    person.refresh_from_db()
    assert (response.status_code, person.roles) == (302, ["property"])


def test_close_and_open_again(administrator):
    person = make_user(name="Bo Birch")
    response = administrator.post(
        reverse("accounts:person_deactivate", args=[person.pk]), {"reason": "Left"}, follow=True
    )
    assert "The account of Bo Birch is closed." in response.content.decode()
    assert "Left" in response.content.decode()
    again = reverse("accounts:person_reactivate", args=[person.pk])
    assert "is open again." in administrator.post(again, follow=True).content.decode()
    assert "This account is open already." in administrator.post(again, follow=True).content.decode()
    assert administrator.get(again).status_code == 405
    person.refresh_from_db()
    assert person.is_active


def test_administrators_cannot_close_themselves(sign_in):
    administrator = make_administrator()
    address = reverse("accounts:person_deactivate", args=[administrator.pk])
    assert sign_in(administrator).post(address, {"reason": ""}).status_code == 403


def test_rename_pages(administrator, sign_in):
    person = make_user(name="Bo Birch")
    administrator.post(
        reverse("accounts:person_rename", args=[person.pk]), {"name": "Bo Beech", "post": "", "version": 1}
    )
    person.refresh_from_db()
    assert person.name == "Bo Beech"
    client = sign_in(person)
    response = client.post(
        reverse("accounts:rename_yourself"), {"name": "Bo Elm", "post": "Chair", "version": 2}
    )
    assert response["Location"] == reverse("accounts:your_account")
    person.refresh_from_db()
    assert (person.name, person.post) == ("Bo Elm", "Chair")
    response = client.post(
        reverse("accounts:rename_yourself"), {"name": "  ", "post": "x" * 151, "version": 3}
    )
    assert response.status_code == 200
    assert User.objects.get(pk=person.pk).name == "Bo Elm"


@pytest.mark.parametrize("page", ["person_rename", "rename_yourself"])
def test_renaming_does_not_write_over_what_somebody_else_saved(page, sign_in):
    person = make_administrator(name="Bo Birch")
    address = reverse(f"accounts:{page}", args=[person.pk] if page == "person_rename" else [])
    client = sign_in(person)
    version = client.get(address).context["form"]["version"].value()
    operations.rename_person(person.pk, name="Bo Beech", post="", by=make_administrator())
    answer = client.post(address, {"name": "Bo Elm", "post": person.post, "version": version})
    assert (answer.status_code, b"Bo Beech" in answer.content) == (409, True)
    assert User.objects.get(pk=person.pk).name == "Bo Beech"
    again = {"name": "Bo Elm", "post": "", "version": answer.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302
    assert User.objects.get(pk=person.pk).name == "Bo Elm"


def test_your_account_leads_to_every_way_of_signing_in(client, sign_in):
    assert client.get(reverse("accounts:your_account")).status_code == 302
    page = sign_in(make_user()).get(reverse("accounts:your_account")).content.decode()
    for name in (
        "accounts:rename_yourself",
        "account_email",
        "account_set_password",
        "mfa_index",
        "usersessions_list",
    ):
        assert f'href="{reverse(name)}"' in page


def test_no_roles_page_says_whom_to_ask(sign_in):
    make_administrator(name="Zoe Admin")
    stranger = make_user()
    page = sign_in(stranger).get(reverse("accounts:no_roles")).content.decode()
    assert "Whom to ask" in page
    assert "Zoe Admin" not in page
    stranger.socialaccount_set.create(provider="council", uid="1")
    assert "Zoe Admin" in sign_in(stranger).get(reverse("accounts:no_roles")).content.decode()
    assert sign_in(make_officer()).get(reverse("accounts:no_roles"))["Location"] == "/"


def test_roles_page_keeps_a_directorate_that_is_closed(administrator):
    directorate = make_directorate("Old house", is_current=False)
    person = make_officer("property", directorate=directorate)
    address = reverse("accounts:person_roles", args=[person.pk])
    assert f'value="{directorate.pk}" selected' in str(
        administrator.get(address).context["form"]["directorate"]
    )
    posted = {
        "roles": ["property", "commissioning"],
        "directorate": directorate.pk,
        "version": person.version,
    }
    assert administrator.post(address, posted).status_code == 302
    person.refresh_from_db()
    assert (person.directorate, person.roles) == (directorate, ["commissioning", "property"])
