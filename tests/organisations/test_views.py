import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations import operations
from organisations.models import Contact, Identifier, Membership, Organisation
from tests.factories import make_councillor, make_officer, make_theme, make_user, make_ward
from tests.organisations.factories import make_lead, make_member, make_organisation

pytestmark = pytest.mark.django_db
DIRECTORY = "/organisations/"


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def fill(number):
    theme, ward = make_theme("Health"), make_ward("Greenhill")
    for i in range(number):
        make_organisation(f"Health group {i}", themes=[theme.code], ward=ward)
    return theme, ward


@pytest.mark.parametrize("query", ["", "?q=health", "?q=helath+gruop", "?last=1"])
def test_directory_asks_as_many_queries_for_four_rows_as_for_one(sign_in, query):
    officer = sign_in(make_officer())
    fill(1)
    one = queries(officer, DIRECTORY + query)
    for i in range(3):
        make_organisation(f"Health group more {i}")
    four = queries(officer, DIRECTORY + query)
    assert one == four <= 8


def test_directory_uses_at_most_six_queries(sign_in):
    fill(4)
    officer = sign_in(make_officer())
    assert queries(officer, DIRECTORY) <= 6
    assert queries(officer, DIRECTORY + "?q=health") <= 6


def test_directory_says_what_it_shows(client):
    theme, ward = fill(3)
    make_organisation("Elsewhere")
    page = client.get(DIRECTORY, {"ward": ward.code, "theme": theme.code})
    assert page.context["found"].sentence == "3 organisations working on Health in Greenhill"
    assert [r.name for r in page.context["found"].rows] == [f"Health group {i}" for i in range(3)]


def test_directory_tells_an_empty_register_from_a_search_without_result(client):
    assert "No organisation is listed yet" in client.get(DIRECTORY).content.decode()
    assert "No organisation found" in client.get(DIRECTORY, {"q": "choir"}).content.decode()


def test_directory_finds_numbers_however_typed(client):
    make_organisation(
        "Ours", numbers={Identifier.Scheme.CHARITY: "1164883", Identifier.Scheme.COMPANY: "02534145"}
    )
    make_organisation("Other", numbers={Identifier.Scheme.CHARITY: "1164884"})
    for typed in ("1164883", "Reg. charity no. 1164883", "2534145", "02534145", "1164883-0"):
        rows = client.get(DIRECTORY, {"q": typed}).context["found"].rows
        assert [r.name for r in rows] == ["Ours"], typed


def test_directory_corrects_a_misspelt_word_and_says_so(client):
    make_organisation("Wealdstone Allotment Society")
    found = client.get(DIRECTORY, {"q": "alotmant"}).context["found"]
    assert ([r.name for r in found.rows], found.matches.corrected) == (
        ["Wealdstone Allotment Society"],
        "allotment",
    )


def test_directory_keeps_its_place_forwards_and_back(client, monkeypatch):
    monkeypatch.setattr("organisations.directory.SIZE", 2)
    for letter in "abcde":
        make_organisation(letter)

    def names(page):
        return [r.name for r in page.context["found"].rows]

    first = client.get(DIRECTORY)
    second = client.get(DIRECTORY + first.context["found"].next)
    third = client.get(DIRECTORY + second.context["found"].next)
    assert [names(p) for p in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert names(client.get(DIRECTORY + third.context["found"].previous)) == ["c", "d"]
    assert names(client.get(DIRECTORY + first.context["found"].last)) == ["d", "e"]


def test_directory_hides_unpublished_organisations_from_visitors(client, sign_in):
    make_organisation("Secret", is_published=False)
    assert client.get(DIRECTORY).context["found"].rows == []
    assert client.get(DIRECTORY, {"q": "secret"}).context["found"].rows == []
    assert "Secret" not in client.get(DIRECTORY, {"format": "csv"}).getvalue().decode()
    assert [r.name for r in sign_in(make_councillor()).get(DIRECTORY).context["found"].rows] == ["Secret"]


@pytest.mark.parametrize(
    "query",
    ["?theme=nonsense", "?after=%00", "?after=x|99999999999999999999", "?from=-1", "?from=99999", "?q=%00"],
)
def test_directory_survives_odd_addresses(client, query):
    make_organisation("A")
    assert client.get(DIRECTORY + query).status_code == 200


def test_csv_gives_visitors_published_contacts_and_addresses_only(client, sign_in):
    thing = make_organisation("Ours", postcode="HA1 2AA", address="1 High Street")
    officer = make_officer()
    for value, consent in (("yes@example.org", "yes"), ("no@example.org", "no")):
        operations.save_contact(thing.pk, by=officer, channel="email", value=value, consent=consent)

    def row(reader):
        text = reader.get(DIRECTORY, {"format": "csv"}).getvalue().decode("utf-8-sig")
        return next(csv.DictReader(io.StringIO(text)))

    public, private = row(client), row(sign_in(officer))
    assert (public["Email"], public["Postcode"]) == ("yes@example.org", "")
    assert (private["Email"], private["Postcode"]) == ("yes@example.org; no@example.org", "HA1 2AA")


def test_organisation_shows_visitors_what_was_consented_to(client):
    thing = make_organisation(
        "Ours", address="1 Hidden Street", postcode="HA1 2AA", ward=make_ward("Greenhill")
    )
    officer = make_officer(name="Zebedee Officer")
    operations.save_contact(thing.pk, by=officer, channel="email", value="no@example.org", consent="unknown")
    operations.edit_organisation(thing.pk, version=1, by=officer, status_reason="Private reason")
    page = client.get(thing.get_absolute_url()).content.decode()
    assert "Greenhill" in page
    for hidden in ("1 Hidden Street", "HA1 2AA", "no@example.org", "Private reason", "Zebedee"):
        assert hidden not in page


def test_organisation_shows_council_people_history_and_contacts(sign_in):
    thing = make_organisation("Ours")
    officer = make_officer(name="Zebedee Officer")
    operations.save_contact(thing.pk, by=officer, channel="email", value="no@example.org", consent="no")
    operations.edit_organisation(thing.pk, version=1, by=officer, status_reason="Private reason")
    page = sign_in(make_councillor()).get(thing.get_absolute_url()).content.decode()
    for shown in ("no@example.org", "Private reason", "Zebedee Officer"):
        assert shown in page


def test_organisation_uses_at_most_nine_queries(sign_in):
    thing = make_organisation()
    officer = make_officer()
    for i in range(4):
        operations.save_contact(
            thing.pk, by=officer, channel="email", value=f"a{i}@example.org", consent="yes"
        )
        make_member(thing)
    lead = make_lead(thing)
    operations.ask_for_membership(thing.pk, by=(asking := make_user()))
    for person in (officer, lead, make_member(thing), asking, make_councillor()):
        assert queries(sign_in(person), thing.get_absolute_url()) <= 9, person


def test_organisation_unpublished_is_not_there_for_visitors(client):
    thing = make_organisation(is_published=False)
    assert client.get(thing.get_absolute_url()).status_code == 404


def facts(**changes) -> dict:
    return {"name": "New", "status": "active", "is_published": "on", "version": "1"} | changes


def test_organisation_add_puts_it_on_the_register(sign_in):
    client = sign_in(make_officer())
    answer = client.post(reverse("organisations:organisation_add"), facts(charity_number="1164883"))
    thing = Organisation.objects.get()
    assert (answer.status_code, answer.url) == (302, thing.get_absolute_url())
    assert thing.identifiers.get().number == "1164883"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("charity_number", "12"),
        ("income", "lots"),
        ("income_year_end_0", "31"),
        ("postcode", "nowhere"),
        ("name", "x" * 10_000),
        ("website", "javascript:alert(1)"),
    ],
)
def test_organisation_add_says_what_is_wrong_and_keeps_nothing(sign_in, field, value):
    client = sign_in(make_officer())
    answer = client.post(reverse("organisations:organisation_add"), facts(**{field: value}))
    assert (answer.status_code, Organisation.objects.count()) == (200, 0)
    assert answer.context["form"].errors


def test_organisation_edit_by_a_lead_leaves_verified_facts_alone(sign_in):
    thing = make_organisation("Verified")
    client = sign_in(make_lead(thing))
    address = reverse("organisations:organisation_edit", args=[thing.pk])
    client.post(address, {"summary": "Ours", "version": "1", "name": "Taken over", "is_published": "on"})
    thing.refresh_from_db()
    assert (thing.name, thing.summary) == ("Verified", "Ours")


def test_organisation_edit_of_a_stale_form_is_a_conflict_that_keeps_the_input(sign_in):
    thing = make_organisation("Before")
    client = sign_in(make_officer())
    operations.edit_organisation(thing.pk, version=1, by=make_officer(), name="Theirs")
    address = reverse("organisations:organisation_edit", args=[thing.pk])
    answer = client.post(address, facts(name="Mine"))
    thing.refresh_from_db()
    assert (answer.status_code, thing.name) == (409, "Theirs")
    assert b"Mine" in answer.content
    assert client.post(address, facts(name="Mine", version="2")).status_code == 302


def test_membership_is_asked_for_confirmed_and_ended(sign_in):
    thing, user = make_organisation(), make_user()
    lead = make_lead(thing)
    assert sign_in(user).post(reverse("organisations:membership_ask", args=[thing.pk])).status_code == 302
    asked = Membership.objects.get(user=user)
    confirm = reverse("organisations:membership_confirm", args=[asked.pk])
    assert sign_in(make_user()).post(confirm).status_code == 404
    assert sign_in(user).post(confirm).status_code == 403
    assert sign_in(lead).post(confirm).status_code == 302
    assert sign_in(lead).post(confirm).status_code == 302
    assert list(Organisation.objects.spoken_for_by(user)) == [thing]
    end = reverse("upkeep:membership_end", args=[asked.pk])
    today = timezone.localdate()
    assert sign_in(user).get(end).status_code == 200
    sign_in(user).post(end, {"ends_on_0": today.day, "ends_on_1": today.month, "ends_on_2": today.year})
    asked.refresh_from_db()
    assert asked.ends_on == today


def test_membership_take_back_is_for_who_asked(sign_in):
    thing, user = make_organisation(), make_user()
    asked = operations.ask_for_membership(thing.pk, by=user)
    address = reverse("organisations:membership_take_back", args=[asked.pk])
    assert sign_in(make_officer()).post(address).status_code == 403
    assert sign_in(user).post(address).url == reverse("organisations:mine")
    asked.refresh_from_db()
    assert (asked.ends_on, asked.confirmed_at) == (timezone.localdate(), None)


def test_people_says_who_speaks_now_and_who_did_before(sign_in):
    thing, today = make_organisation(), timezone.localdate()
    now, before, leaving = (make_member(thing, name=n) for n in ("Nia Now", "Ben Before", "Lea Leaving"))
    Membership.objects.filter(user=before).update(starts_on=today - timedelta(9), ends_on=today)
    Membership.objects.filter(user=leaving).update(ends_on=today + timedelta(9))
    page = sign_in(make_officer()).get(reverse("organisations:people", args=[thing.pk]))
    assert [m.user for m in page.context["memberships"]] == [leaving, now]
    assert [m.user for m in page.context["former"]] == [before]


def test_contact_of_another_organisation_cannot_be_reached_through_this_one(sign_in):
    ours, theirs = make_organisation(), make_organisation()
    contact = Contact.objects.create(organisation=theirs, channel="email", value="a@example.org")
    client = sign_in(make_officer())
    assert client.get(reverse("organisations:contact_edit", args=[ours.pk, contact.pk])).status_code == 404
    client.post(reverse("organisations:contact_remove", args=[ours.pk, contact.pk]))
    assert Contact.objects.filter(pk=contact.pk).exists()


def test_mine_leads_straight_to_the_only_one(sign_in):
    thing = make_organisation()
    answer = sign_in(make_member(thing)).get(reverse("organisations:mine"))
    assert (answer.status_code, answer.url) == (302, thing.get_absolute_url())


def test_organisation_edit_keeps_codes_whose_list_entry_was_closed(sign_in):
    theme, now = make_theme("Old", is_current=False), make_theme("New")
    organisation = make_organisation(themes=[theme.code])
    lead = sign_in(make_lead(organisation))
    page = lead.get(f"/organisations/{organisation.pk}/edit/")
    assert [c.data["value"] for c in page.context["form"]["themes"].subwidgets if c.data["selected"]] == [
        theme.code
    ]
    form = {"themes": [theme.code, now.code], "version": 1}
    assert lead.post(f"/organisations/{organisation.pk}/edit/", form).status_code == 302
    assert Organisation.objects.get().themes == [theme.code, now.code]


def test_membership_ask_a_second_time_says_so(sign_in):
    organisation = make_organisation()
    person = sign_in(make_user())
    address = f"/organisations/{organisation.pk}/people/ask/"
    assert person.post(address).status_code == 302
    answer = person.post(address, follow=True)
    assert answer.redirect_chain == [(f"/organisations/{organisation.pk}/", 302)]
    assert "You have already asked" in answer.content.decode()
    assert Membership.objects.count() == 1


def test_membership_ask_is_not_for_council_people(sign_in):
    organisation = make_organisation()
    assert sign_in(make_officer()).post(f"/organisations/{organisation.pk}/people/ask/").status_code == 403


def test_directory_offers_no_filter_for_a_list_the_borough_does_not_keep(sign_in):
    make_organisation("Club")
    client = sign_in(make_user())
    page = client.get("/organisations/?theme=nonsense&support=nothing").content.decode()
    assert "Legal structure" in page
    assert "Support they offer others" not in page
