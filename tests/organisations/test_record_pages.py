"""Every fact of a record through its form; contacts kept by leads; the address of a merged record."""

from datetime import date
from decimal import Decimal

import pytest

from organisations import operations
from organisations.forms import OrganisationForm, ProfileForm
from organisations.models import Contact, Organisation
from tests.factories import make_community, make_officer, make_support, make_theme, make_ward
from tests.organisations.factories import make_lead, make_member, make_organisation

pytestmark = pytest.mark.django_db
PROFILE = {
    "summary": "Evenings for young people.",
    "website": "https://club.example",
    "opening_text": "Tuesdays 6 to 9",
    "themes": ["young-people"],
    "communities": ["carers"],
    "languages": "Gujarati, Somali,  Gujarati",
    "wards_worked": [],
    "is_equalities_led": "on",
    "address": "1 Hall Road",
    "is_address_public": "on",
    "income": "9,500",
    "income_year_end_0": "31",
    "income_year_end_1": "3",
    "income_year_end_2": "2026",
    "staff_fte": "1.5",
    "volunteers": "1,200",
    "trustees": "6",
    "beneficiaries": "300",
    "premises": "council_leased",
    "support_wanted": ["funding"],
    "support_needs": "Bid writing",
    "support_offered": ["premises"],
}


@pytest.fixture(autouse=True)
def _lists(db):
    make_theme("Young people", code="young-people"), make_community("Carers", code="carers")
    make_support("Funding", code="funding"), make_support("Premises", code="premises")


def test_organisation_edit_by_a_lead_saves_every_fact_of_the_profile(sign_in):
    thing = make_organisation(
        "Club", income=Decimal(5), income_source="Annual accounts", is_infrastructure=True
    )
    client = sign_in(make_lead(thing))
    answer = client.post(
        f"{thing.get_absolute_url()}edit/", {**PROFILE, "version": 1, "name": "Another name"}
    )
    assert answer.status_code == 302
    thing.refresh_from_db()
    assert {
        name: getattr(thing, name)
        for name in (
            "languages",
            "income",
            "income_source",
            "volunteers",
            "trustees",
            "beneficiaries",
            "name",
        )
    } == {
        "languages": ["Gujarati", "Somali"],
        "income": Decimal(9500),
        "income_source": "The organisation",
        "volunteers": 1200,
        "trustees": 6,
        "beneficiaries": 300,
        "name": "Club",
    }
    assert (thing.support_wanted, thing.support_offered) == (["funding"], ["premises"])
    assert (thing.income_year_end, thing.staff_fte) == (date(2026, 3, 31), Decimal("1.5"))
    assert (thing.is_infrastructure, thing.is_equalities_led) == (True, True)


def test_profile_form_gives_back_what_the_record_holds(sign_in):
    thing = make_organisation("Club")
    client = sign_in(make_lead(thing))
    url = f"{thing.get_absolute_url()}edit/"
    client.post(url, {**PROFILE, "version": 1})
    thing.refresh_from_db()
    before = {f.name: getattr(thing, f.attname) for f in Organisation._meta.concrete_fields}
    shown = ProfileForm(initial=ProfileForm.facts_of(thing))
    sent = {}
    for bound in shown:
        value = bound.value()
        if isinstance(value, date):
            sent |= {
                f"{bound.name}_0": value.day,
                f"{bound.name}_1": value.month,
                f"{bound.name}_2": value.year,
            }
        elif value not in (None, False, ""):
            sent[bound.name] = value
    assert client.post(url, sent).status_code == 302
    thing.refresh_from_db()
    after = {f.name: getattr(thing, f.attname) for f in Organisation._meta.concrete_fields}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"version", "updated_at"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("languages", "x" * 41, "40 characters"),
        ("languages", ",".join(f"l{n}" for n in range(31)), "at most 30"),
        ("volunteers", "-1", "0 or more"),
        ("trustees", "many", "whole number"),
        ("support_offered", ["nothing"], "choice"),
    ],
)
def test_profile_form_says_what_is_wrong(sign_in, field, value, said):
    thing = make_organisation("Club")
    client = sign_in(make_lead(thing))
    answer = client.post(f"{thing.get_absolute_url()}edit/", {**PROFILE, "version": 1, field: value})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert Organisation.objects.get(pk=thing.pk).version == 1


def test_ward_is_set_by_hand_where_the_postcode_does_not_say(sign_in):
    ward, other = make_ward("Bankside"), make_ward("Greenhill")
    thing = make_organisation("Club", postcode="M33 1AA")
    client, url = sign_in(make_officer()), f"{thing.get_absolute_url()}edit/"
    facts = {"name": "Club", "status": "active", "postcode": "M33 1AB"}
    assert client.post(url, {**facts, "ward": ward.pk, "version": 1}).status_code == 302
    thing.refresh_from_db()
    assert thing.ward == ward  # chosen together with the new postcode
    client.post(url, {**facts, "postcode": "M33 1AD", "ward": ward.pk, "version": 2})
    thing.refresh_from_db()
    assert thing.ward is None  # it belonged to the postcode before
    client.post(url, {**facts, "postcode": "", "ward": other.pk, "version": 3})
    thing.refresh_from_db()
    assert thing.ward == other


def test_organisation_form_offers_a_ward_of_earlier_boundaries_that_the_record_has():
    old = make_ward("Old Town", is_current=False)
    thing = make_organisation("Club", ward=old)
    form = OrganisationForm(initial=OrganisationForm.facts_of(thing))
    assert (str(old.pk), "Old Town") in form.fields["ward"].choices
    assert (str(old.pk), "Old Town") not in OrganisationForm().fields["ward"].choices


def test_lead_keeps_contacts_and_decides_what_is_published(sign_in, client):
    thing, apart = make_organisation("Club"), make_organisation("Apart")
    lead = sign_in(make_lead(thing))
    facts = {"channel": "email", "value": "club@example.org", "consent": "no", "name": "Sam"}
    assert lead.post(f"{thing.get_absolute_url()}contacts/add/", facts).status_code == 302
    contact = Contact.objects.get()
    url = f"{thing.get_absolute_url()}contacts/{contact.pk}/"
    assert "club@example.org" not in client.get(thing.get_absolute_url()).content.decode()
    assert lead.post(url, {**facts, "consent": "yes", "version": contact.version}).status_code == 302
    assert "club@example.org" in client.get(thing.get_absolute_url()).content.decode()
    for user in (make_member(thing), make_lead(apart)):
        assert sign_in(user).get(url).status_code == 403
    assert lead.post(f"{url}remove/").status_code == 302
    assert Contact.objects.count() == 0


def test_contact_edit_of_a_stale_form_is_a_conflict_that_keeps_the_input(sign_in):
    thing, officer = make_organisation("Club"), make_officer()
    facts = {"channel": "email", "value": "one@example.org", "consent": "no"}
    contact = operations.save_contact(thing.pk, by=officer, **facts)
    seen = contact.version
    operations.save_contact(
        thing.pk, by=officer, contact_id=contact.pk, **facts | {"value": "two@example.org"}
    )
    client = sign_in(officer)
    url = f"{thing.get_absolute_url()}contacts/{contact.pk}/"
    answer = client.post(url, {**facts, "value": "three@example.org", "version": seen})
    assert answer.status_code == 409
    assert "three@example.org" in answer.content.decode()
    assert Contact.objects.get().value == "two@example.org"


def test_organisation_merged_leads_to_what_took_its_place_and_refuses_changes(client, sign_in):
    loser, winner = make_organisation("Club"), make_organisation("The Club")
    Organisation.objects.filter(pk=loser.pk).update(status="merged", merged_into=winner)
    answer = client.get(loser.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, winner.get_absolute_url())
    client = sign_in(make_officer())
    answer = client.post(f"{loser.get_absolute_url()}edit/", {"name": "X", "status": "active", "version": 1})
    assert "merged into another" in answer.content.decode()


def test_organisation_merged_into_an_unpublished_one_is_not_told_to_visitors(client):
    loser, winner = make_organisation("Club"), make_organisation("Quiet House", is_published=False)
    Organisation.objects.filter(pk=loser.pk).update(status="merged", merged_into=winner)
    assert client.get(loser.get_absolute_url(), follow=True).status_code == 404


def test_wishes_are_for_the_organisation_and_council_staff(client, sign_in):
    thing = make_organisation("Club", support_needs="A treasurer", support_wanted=["funding"])
    readers = {
        "visitor": client,
        "another's lead": sign_in(make_lead(make_organisation("Apart"))),
        "representative": sign_in(make_member(thing)),
        "lead": sign_in(make_lead(thing)),
        "officer": sign_in(make_officer("property")),
    }
    shown = {
        n for n, c in readers.items() if "A treasurer" in c.get(thing.get_absolute_url()).content.decode()
    }
    assert shown == {"representative", "lead", "officer"}
