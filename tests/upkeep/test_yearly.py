"""The yearly question: off until switched on, a few a day, each organisation once, the right person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from organisations import operations as register
from organisations.models import Membership, Organisation
from organisations.search import is_unconfirmed
from organisations.upkeep import operations
from organisations.upkeep.models import RecordCheck, YearlyQuestion
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation
from tests.upkeep.factories import make_check
from vcse_portal.history.timeline import timeline
from vcse_portal.search.models import Entry
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
A_DAY = timedelta(days=1)


def switch(is_on=True, a_day=25, by=None):
    return operations.set_yearly_question(
        is_on=is_on, a_day=a_day, version=YearlyQuestion.now().version, by=by or make_officer()
    )


def make_reachable(name="", **facts):
    thing = make_organisation(name, **facts)
    register.save_contact(
        thing.pk, by=make_officer(), channel="email", value=f"c{thing.pk}@example.org", consent="unknown"
    )
    return thing


def asked() -> list[str]:
    return sorted(RecordCheck.objects.values_list("email", flat=True))


def test_nothing_is_sent_before_an_officer_turned_it_on():
    make_reachable()
    assert (operations.ask_due_records(MONDAY), asked()) == (0, [])
    switch()
    switch(is_on=False)
    assert (operations.ask_due_records(MONDAY), asked()) == (0, [])


def test_ask_due_records_asks_a_share_each_working_day_and_each_organisation_once_a_year():
    for _number in range(5):
        make_reachable()
    switch(a_day=2)
    saturday = MONDAY + 5 * A_DAY
    days = [MONDAY, MONDAY, MONDAY + A_DAY, saturday, MONDAY + 7 * A_DAY, MONDAY + 8 * A_DAY]
    assert [operations.ask_due_records(day) for day in days] == [2, 0, 2, 0, 1, 0]
    assert len(asked()) == len(set(asked())) == 5
    assert set(Organisation.objects.values_list("next_confirmation_on", flat=True)) == {
        date(2027, 11, 23),
        date(2027, 11, 24),
        date(2027, 11, 30),
    }
    assert operations.ask_due_records(MONDAY + 371 * A_DAY) == 2  # and again a year later


def test_ask_due_records_asks_leads_then_the_published_address_whatever_the_consent():
    led, twice, nobody = make_reachable(), make_reachable(), make_organisation()
    lead = make_lead(led)
    make_lead(led, is_active=False)
    register.save_contact(
        twice.pk, by=make_officer(), channel="email", value="published@example.org", consent="yes"
    )
    switch()
    operations.ask_due_records(MONDAY)
    assert asked() == sorted([lead.email, "published@example.org"])
    assert RecordCheck.objects.get(organisation=led).person == lead
    assert not RecordCheck.objects.filter(organisation=nobody).exists()
    assert timeline(led)[0].what == "Asked whether it is still right"


@pytest.mark.parametrize(
    ("facts", "is_due"),
    [
        ({}, True),
        ({"next_confirmation_on": date(2026, 11, 23)}, True),
        ({"next_confirmation_on": date(2026, 11, 24)}, False),
        ({"confirmed_on": date(2026, 1, 1)}, False),
        ({"confirmed_on": date(2025, 1, 1)}, True),
        ({"status": "dormant"}, True),
        ({"status": "closed"}, False),
    ],
)
def test_due(facts, is_due):
    make_reachable(**facts)
    assert operations.due(MONDAY.date()).exists() is is_due


def test_an_organisation_whose_asking_fails_does_not_keep_the_others_waiting(monkeypatch):
    first, second = make_reachable(), make_reachable()
    register.save_contact(
        first.pk,
        by=make_officer(),
        contact_id=first.contacts.get().pk,
        channel="telephone",
        value="1",
        consent="no",
    )
    bad = make_lead(first)
    type(bad).objects.filter(pk=bad.pk).update(email="no address")
    switch()
    assert operations.ask_due_records(MONDAY) == 2
    assert asked() == [second.contacts.get().value]


def test_set_yearly_question_keeps_history_and_refuses_nonsense():
    question = switch(a_day=10)
    assert [e.what for e in timeline(question)][0] == "Turned on"
    with pytest.raises(ValidationError):
        switch(a_day=0)
    with pytest.raises(Conflict):
        operations.set_yearly_question(is_on=False, a_day=5, version=1, by=make_officer())


def test_yearly_page_says_what_would_happen_and_is_for_partnerships(sign_in):
    make_reachable()
    make_organisation()
    client, address = sign_in(make_officer()), reverse("upkeep:yearly")
    page = client.get(address)
    assert (page.context["waiting"], page.context["nobody"]) == (1, 1)
    said = {"is_on": "yes", "a_day": "7", "version": page.context["form"]["version"].value()}
    assert client.post(address, said).status_code == 302
    assert (YearlyQuestion.now().is_on, YearlyQuestion.now().a_day) == (True, 7)
    assert client.post(address, said).status_code == 409
    off = {"is_on": "no", "a_day": "", "version": str(YearlyQuestion.now().version)}
    assert client.post(address, off).status_code == 302
    assert (YearlyQuestion.now().is_on, YearlyQuestion.now().a_day) == (False, 7)
    for user in (make_councillor(), make_officer("property"), make_user()):
        assert sign_in(user).get(address).status_code == 403


# Unconfirmed -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("days", [0, 364, 395, 396, 800])
def test_unconfirmed_records_are_those_that_sink_in_search(days):
    today = timezone.localdate()
    thing = make_organisation(confirmed_on=today - timedelta(days=days))
    assert operations.unconfirmed(today).filter(pk=thing.pk).exists() is is_unconfirmed(
        thing.confirmed_on, today
    )


def test_sink_unconfirmed_lowers_a_record_whose_year_ran_out_and_confirming_lifts_it():
    now = timezone.now()
    thing = make_organisation(confirmed_on=timezone.localdate() - timedelta(days=395))

    def weight():
        return Entry.objects.get(kind="organisation", object_id=thing.pk).weight

    high = weight()
    assert operations.sink_unconfirmed(now) == 0
    Organisation.objects.filter(pk=thing.pk).update(confirmed_on=timezone.localdate() - timedelta(days=396))
    YearlyQuestion.objects.update(sunk_until=timezone.localdate() - A_DAY)
    assert operations.sink_unconfirmed(now) == 1
    assert weight() < high
    operations.confirm_record(thing.pk, by=make_lead(thing))
    assert weight() == high


def queries(client, address, django_assert_num_queries=None) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_unconfirmed_lists_narrows_and_downloads_in_as_many_queries_for_four_as_for_one(sign_in):
    client, address = sign_in(make_officer()), reverse("upkeep:unconfirmed")
    make_reachable("Aardvark")
    one = queries(client, address)
    for name in "bcd":
        make_organisation(name)
    assert one == queries(client, address) <= 6
    assert [o.name for o in client.get(address, {"reach": "somebody"}).context["page"]] == ["Aardvark"]
    assert [o.name for o in client.get(address, {"reach": "nobody"}).context["page"]] == ["b", "c", "d"]
    assert [o.name for o in client.get(address, {"confirmed": "once"}).context["page"]] == []
    text = client.get(address, {"format": "csv", "q": "aard"}).getvalue().decode("utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()] == ["name", "Aardvark"]
    assert sign_in(make_user()).get(address).status_code == 403


def test_queue_asks_as_many_queries_for_four_rows_as_for_one_and_downloads(sign_in):
    client, address = sign_in(make_officer()), reverse("upkeep:queue")
    thing = make_organisation("Weavers")
    register.ask_for_membership(thing.pk, by=make_user())
    one = queries(client, address)
    for _number in range(3):
        register.ask_for_membership(thing.pk, by=make_user())
    assert one == queries(client, address) <= 9
    text = client.get(address, {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert len(text.splitlines()) == 5
    assert sign_in(make_councillor()).get(address).status_code == 200
    assert sign_in(make_user()).get(address).status_code == 403


def test_record_ask_offers_leads_and_contacts_and_takes_another_address(sign_in):
    thing = make_reachable("Weavers")
    lead = make_lead(thing)
    client, address = sign_in(make_officer()), reverse("upkeep:record_ask", args=[thing.pk])
    choices = [value for value, _label in client.get(address).context["form"].fields["to"].choices]
    assert choices == [lead.email, f"c{thing.pk}@example.org", "other"]
    assert client.post(address, {"to": lead.email}).url == thing.get_absolute_url()
    assert RecordCheck.objects.get().person == lead
    page = client.post(address, {"to": "other", "email": ""})
    assert list(page.context["form"].errors) == ["email"]
    client.post(address, {"to": "other", "email": "new@example.org", "words": "Hello"})
    assert RecordCheck.objects.get(email="new@example.org").person is None
    assert sign_in(lead).get(address).status_code == 403
    assert sign_in(make_councillor()).get(address).status_code == 403


def test_leads_who_are_gone_are_not_asked():
    thing = make_reachable()
    lead = make_lead(thing)
    Membership.objects.filter(user=lead).update(ends_on=timezone.localdate())
    assert operations.whom_to_ask(thing.pk) == [(f"c{thing.pk}@example.org", None)]
    assert make_check(thing, "x@example.org").person is None
