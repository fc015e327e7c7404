"""Ties between organisations: recorded once, read from both ends, ended and never lost."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from organisations import operations, ties
from organisations.models import Link, Organisation
from organisations.permissions import can_add_link, can_end_link
from tests.factories import make_councillor, make_officer, make_support, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation
from vcse_portal.history.timeline import timeline

pytestmark = pytest.mark.django_db
Kind = Link.Kind


def tie(one, other, kind=Kind.MEMBER, **facts):
    return operations.add_link(one.pk, kind=kind, to_organisation_id=other.pk, by=None, **facts)


def test_add_link_reads_from_both_ends_and_is_in_both_histories():
    club, cvs, officer = make_organisation("Club"), make_organisation("CVS"), make_officer()
    operations.add_link(club.pk, kind="member", to_organisation_id=cvs.pk, by=officer, note="Since 2020")
    assert [(t.words, t.name) for t in ties.ties_of(club, officer)] == [("is a member of", "CVS")]
    assert [(t.words, t.name) for t in ties.ties_of(cvs, officer)] == [("has as a member", "Club")]
    for end in (club, cvs):
        assert timeline(end)[0].what == "Tied to another organisation"


@pytest.mark.parametrize("kind", list(Kind))
def test_link_has_words_from_the_other_end(kind):
    assert Link.FROM_THE_OTHER_END[kind] != kind.label


def test_add_link_refuses_itself_a_second_time_merged_and_unknown():
    club, cvs = make_organisation("Club"), make_organisation("CVS")
    tie(club, cvs)
    with pytest.raises(ValidationError, match="already"):
        tie(club, cvs)
    with pytest.raises(ValidationError, match="itself"):
        tie(club, club)
    Organisation.objects.filter(pk=cvs.pk).update(status="merged", merged_into=club)
    other = make_organisation("Other")
    with pytest.raises(ValidationError, match="merged"):
        tie(other, cvs)
    with pytest.raises(ValidationError, match="no such"):
        operations.add_link(other.pk, kind="member", to_organisation_id=10**9, by=None)
    assert Link.objects.count() == 1


def test_add_link_refuses_a_branch_of_its_own_branch():
    national, region, local = (make_organisation(n) for n in ("National", "Region", "Local"))
    tie(local, region, Kind.BRANCH)
    tie(region, national, Kind.BRANCH)
    with pytest.raises(ValidationError, match="already a branch"):
        tie(national, local, Kind.BRANCH)


def test_end_link_keeps_it_with_its_dates_and_it_can_begin_again():
    club, cvs, officer = make_organisation("Club"), make_organisation("CVS"), make_officer()
    link = tie(club, cvs, starts_on=date(2020, 1, 1))
    with pytest.raises(ValidationError):
        operations.end_link(link.pk, by=officer, ends_on=date(2019, 1, 1))
    operations.end_link(link.pk, by=officer, ends_on=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="already ended"):
        operations.end_link(link.pk, by=officer)
    assert ties.ties_of(club, officer, current=True) == []
    assert [t.is_past for t in ties.ties_of(club, officer)] == [True]
    tie(club, cvs)
    assert Link.objects.count() == 2


def test_ties_to_an_unpublished_organisation_are_not_told(client):
    club, refuge = make_organisation("Club"), make_organisation("Quiet House", is_published=False)
    tie(refuge, club, Kind.SUPPORTED)
    assert ties.ties_of(club, make_user()) == []
    for page in (
        club.get_absolute_url(),
        f"/organisations/{club.pk}/ties/",
        f"/organisations/{club.pk}/ties/?format=csv",
    ):
        answer = client.get(page)
        assert b"Quiet House" not in (answer.getvalue() if answer.streaming else answer.content)
    assert [t.name for t in ties.ties_of(club, make_officer())] == ["Quiet House"]


def test_who_may_tie_and_end():
    ours, theirs, apart = (make_organisation(n) for n in ("Ours", "Theirs", "Apart"))
    link = tie(ours, theirs)
    people = {
        "partnerships": make_officer("partnerships"),
        "property": make_officer("property"),
        "councillor": make_councillor(),
        "our lead": make_lead(ours),
        "our representative": make_member(ours),
        "their lead": make_lead(theirs),
        "another's lead": make_lead(apart),
    }
    assert [name for name, user in people.items() if can_add_link(user, ours)] == ["partnerships", "our lead"]
    may_end = ["partnerships", "our lead", "their lead"]
    assert [name for name, user in people.items() if can_end_link(user, link)] == may_end


def test_link_add_finds_the_other_and_says_how(sign_in):
    ours, cvs = make_organisation("Ashfield Youth Club"), make_organisation("Greenhill CVS")
    client = sign_in(make_lead(ours))
    url = f"/organisations/{ours.pk}/ties/add/"
    assert "Which organisation?" in client.get(url).content.decode()
    assert f"?to={cvs.pk}" in client.get(url, {"q": "Grenhill"}).content.decode()
    page = client.get(url, {"to": cvs.pk}).content.decode()
    assert "Ashfield Youth Club is a member of Greenhill CVS" in page
    assert "Ashfield Youth Club has as a member Greenhill CVS" in page
    answer = client.post(f"{url}?to={cvs.pk}", {"tie": "in:supported", "note": "Advice"})
    assert answer.status_code == 302
    link = Link.objects.get()
    assert (link.from_organisation, link.kind, link.to_organisation) == (cvs, "supported", ours)
    again = client.post(f"{url}?to={cvs.pk}", {"tie": "in:supported"})
    assert again.status_code == 200
    assert "on the record already" in again.content.decode()


@pytest.mark.parametrize("to", ["0", "999999999", "x", "-1", "1" * 40])
def test_link_add_bears_any_other_end(sign_in, to):
    client = sign_in(make_lead(ours := make_organisation()))
    assert client.get(f"/organisations/{ours.pk}/ties/add/", {"to": to}).status_code in (200, 404)


def test_link_end_page(sign_in):
    ours, cvs = make_organisation("Ours"), make_organisation("CVS")
    link = tie(ours, cvs)
    client = sign_in(make_lead(cvs))
    url = f"/organisations/{ours.pk}/ties/{link.pk}/end/"
    assert "Ours is a member of CVS" in client.get(url).content.decode()
    day = {"ends_on_0": "1", "ends_on_1": "6", "ends_on_2": "2026"}
    assert client.post(url, day).status_code == 302
    assert Link.objects.get().ends_on == date(2026, 6, 1)


def test_infrastructure_says_who_supports_whom_in_constant_queries(client, django_assert_num_queries):
    make_support("Funding"), make_support("Premises")
    cvs = make_organisation("Greenhill CVS", is_infrastructure=True, support_offered=["funding"])
    tie(make_organisation("Club"), cvs, Kind.REPRESENTED)
    make_organisation("Hidden body", is_infrastructure=True, is_published=False)
    page = client.get("/organisations/infrastructure/").content.decode()
    assert "Represents" in page
    assert "Club" in page
    assert "Hidden body" not in page
    with django_assert_num_queries(2):
        client.get("/organisations/infrastructure/")
    for n in range(15):
        tie(make_organisation(f"Member {n:02}"), cvs)
    make_organisation("Faith Forum", is_infrastructure=True)
    with django_assert_num_queries(2):
        page = client.get("/organisations/infrastructure/").content.decode()
    assert "and 3 more" in page


def test_infrastructure_of_an_empty_borough(client):
    assert "No infrastructure bodies yet" in client.get("/organisations/infrastructure/").content.decode()


def test_ties_as_csv(client):
    ours, cvs = make_organisation("=Ours"), make_organisation("CVS")
    tie(ours, cvs, note="Advice")
    text = client.get(f"/organisations/{ours.pk}/ties/?format=csv").getvalue().decode("utf-8-sig")
    assert text.splitlines()[1] == "'=Ours,is a member of,CVS,,,Advice"
