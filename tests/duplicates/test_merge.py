"""Merging two records and undoing it."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisations import operations as register
from organisations.duplicates.models import Distinction, Merge, Pair
from organisations.duplicates.operations import (
    keep_apart,
    merge_organisations,
    undo_merge,
    withdraw_distinction,
)
from organisations.duplicates.words import changes
from organisations.models import Contact, Identifier, Link, Membership, Organisation
from tests.compact.factories import make_adopted, make_document, make_signature
from tests.factories import make_officer, make_theme, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.search.find import Ask, all_ids
from vcse_portal.search.models import Audience
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_officer(name="Pat Sidhu")


@pytest.fixture
def winner():
    return make_organisation("Weavers Lunch Club", summary="Lunches on Tuesdays.", volunteers=12)


@pytest.fixture
def loser():
    return make_organisation(
        "Weavers Luncheon Club",
        summary="Lunch.",
        website="https://weavers.example",
        numbers={"GB-CHC": "1123456"},
    )


def now(record):
    return Organisation.objects.get(pk=record.pk)


def tie(one, other, kind, by):
    return register.add_link(one.pk, to_organisation_id=other.pk, kind=kind, by=by)


def found(words):
    return all_ids(Ask(audience=Audience.EVERYONE, kind="organisation", q=words))


# What a merge does -----------------------------------------------------------------------------


def test_merge_leaves_one_record_and_a_way_on_from_the_other(winner, loser, officer):
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    gone = now(loser)
    assert (gone.status, gone.merged_into, gone.status_reason) == (
        "merged",
        winner,
        "Merged into Weavers Lunch Club",
    )
    assert (merge.winner, merge.loser, merge.loser_name, merge.done_by) == (
        winner,
        loser,
        loser.name,
        officer,
    )


def test_merge_keeps_the_winners_facts_and_fills_what_it_has_not(winner, loser, officer):
    merge_organisations(winner.pk, loser.pk, by=officer)
    kept = now(winner)
    assert (kept.name, kept.summary, kept.volunteers) == ("Weavers Lunch Club", "Lunches on Tuesdays.", 12)
    assert kept.website == "https://weavers.example"


def test_merge_takes_the_losers_fact_where_it_was_chosen(winner, loser, officer):
    merge = merge_organisations(
        winner.pk, loser.pk, choices={"name": "loser", "summary": "loser", "website": "winner"}, by=officer
    )
    kept = now(winner)
    assert (kept.name, kept.name_sort, kept.summary, kept.website) == (
        loser.name,
        "weavers luncheon club",
        "Lunch.",
        "",
    )
    assert merge.fields == {
        "name": ["Weavers Lunch Club", "Weavers Luncheon Club"],
        "summary": ["Lunches on Tuesdays.", "Lunch."],
    }


@pytest.mark.parametrize(
    ("choice", "themes"), [("both", ["health", "food"]), ("winner", ["health"]), ("loser", ["food"])]
)
def test_merge_unites_lists_or_takes_one(choice, themes, officer):
    make_theme("Health", code="health"), make_theme("Food", code="food")
    one, other = make_organisation("A", themes=["health"]), make_organisation("B", themes=["food"])
    merge_organisations(one.pk, other.pk, choices={"themes": choice}, by=officer)
    assert now(one).themes == themes


def test_merge_takes_an_address_whole(officer):
    """A masked address of one record must not be published by the tick of the other."""
    public = make_organisation("A", address="1 High Street", postcode="HA1 2XY", is_address_public=True)
    masked = make_organisation("B", address="A refuge", postcode="HA9 9ZZ")
    merge_organisations(public.pk, masked.pk, choices={"address": "loser"}, by=officer)
    kept = now(public)
    assert (kept.address, kept.postcode, kept.is_address_public) == ("A refuge", "HA9 9ZZ", False)


def test_merge_keeps_a_postcode_without_a_street(officer):
    one, other = make_organisation("A", postcode="HA1 2XY"), make_organisation("B", postcode="HA9 9ZZ")
    merge = merge_organisations(one.pk, other.pk, by=officer)
    assert (now(one).postcode, merge.fields) == ("HA1 2XY", {})


def test_merge_page_tells_a_group_of_facts_whole(officer):
    one = make_organisation("A", address="1 High Street", postcode="HA1 2XY")
    other = make_organisation("B", address="2 High Street", postcode="HA1 2XY")
    merge = merge_organisations(one.pk, other.pk, choices={"address": "loser"}, by=officer)
    assert changes(merge) == [
        ("Address", "1 High Street, HA1 2XY, not published", "2 High Street, HA1 2XY, not published")
    ]


def test_undo_merge_publishes_no_address_by_a_tick_made_since(officer):
    """An address is one thing: where part of it was edited since, none of it is put back."""
    masked = make_organisation("A", address="A refuge", postcode="HA1 2XY")
    other = make_organisation("B", address="2 High Street", postcode="HA1 2XY")
    merge = merge_organisations(masked.pk, other.pk, choices={"address": "loser"}, by=officer)
    register.edit_organisation(masked.pk, version=now(masked).version, is_address_public=True, by=officer)
    assert undo_merge(merge.pk, by=officer).kept == [
        "Address of A was edited since, so it was left as it is."
    ]
    assert (now(masked).address, now(masked).is_address_public) == ("2 High Street", True)


def test_merge_moves_numbers_contacts_people_ties_and_signatures(winner, loser, officer):
    lead = make_lead(loser)
    body = make_organisation("Borough Voluntary Action")
    tie(loser, body, "member", officer)
    register.save_contact(loser.pk, channel="email", value="a@b.example", consent="yes", by=officer)
    signature = make_signature(make_adopted(make_document()), loser)
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    assert list(winner.identifiers.values_list("number", flat=True)) == ["1123456"]
    assert list(winner.contacts.values_list("value", "consent")) == [("a@b.example", "yes")]
    assert list(Organisation.objects.led_by(lead)) == [winner]
    assert list(winner.links_out.values_list("kind", "to_organisation")) == [("member", body.pk)]
    signature.refresh_from_db()
    assert signature.organisation == winner
    assert merge.stayed == {}


def test_merge_keeps_a_contact_the_winner_has_too_with_the_loser(winner, loser, officer):
    for record, value in ((winner, "a@b.example"), (loser, "A@B.example"), (loser, "c@b.example")):
        register.save_contact(record.pk, channel="email", value=value, consent="no", by=officer)
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    assert sorted(winner.contacts.values_list("value", flat=True)) == ["a@b.example", "c@b.example"]
    assert merge.stayed == {"organisations.Contact.organisation": 1}


def test_merge_keeps_a_second_signature_with_the_loser_and_counts_one(winner, loser, officer):
    version = make_adopted(make_document())
    make_signature(version, winner), make_signature(version, loser)
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    assert merge.stayed == {"compact.Signature.organisation": 1}
    assert [s.organisation for s in version.signatures.current()] == [winner]


def test_merge_ends_a_mandate_the_person_has_from_both(winner, loser, officer):
    person = make_member(winner)
    weaker = Membership.objects.create(
        organisation=loser, user=person, starts_on=timezone.localdate() - dt.timedelta(days=9)
    )
    merge_organisations(winner.pk, loser.pk, by=officer)
    weaker.refresh_from_db()
    assert (weaker.organisation, weaker.ends_on) == (winner, timezone.localdate())
    assert winner.memberships.current().get().user == person


def test_merge_keeps_the_stronger_of_two_mandates(winner, loser, officer):
    person = make_lead(loser)
    weaker = Membership.objects.create(organisation=winner, user=person, starts_on=timezone.localdate())
    merge_organisations(winner.pk, loser.pk, by=officer)
    assert list(Organisation.objects.led_by(person)) == [winner]
    weaker.refresh_from_db()
    assert weaker.ends_on == timezone.localdate()


def test_merge_ends_a_tie_both_have_and_leaves_one_between_them(winner, loser, officer):
    body = make_organisation("Borough Voluntary Action")
    for record in (winner, loser):
        tie(record, body, "member", officer)
    between = tie(loser, winner, "hosted", officer)
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    assert Link.objects.current().filter(from_organisation=winner).count() == 1
    between.refresh_from_db()
    assert (between.from_organisation, between.to_organisation) == (loser, winner)
    assert merge.stayed == {"organisations.Link.from_organisation": 1}


def test_merge_lets_search_forget_the_loser_and_find_the_winner_by_its_name_and_number(
    winner, loser, officer
):
    assert found("luncheon") == [loser.pk]
    merge_organisations(winner.pk, loser.pk, by=officer)
    assert found("luncheon") == [winner.pk]
    assert found("1123456") == [winner.pk]


def test_merge_gives_nobody_the_name_of_an_unpublished_record(winner, loser, officer):
    Organisation.objects.filter(pk=loser.pk).update(is_published=False)
    merge_organisations(winner.pk, loser.pk, by=officer)
    assert found("luncheon") == []


def test_merge_is_in_the_history_of_both(winner, loser, officer):
    merge_organisations(winner.pk, loser.pk, by=officer)
    entry, other = timeline(winner)[0], timeline(loser)[0]
    assert (entry.what, entry.who) == ("Merged", "Pat Sidhu")
    assert entry.reason == "Weavers Luncheon Club was merged into this record."
    assert (other.what, other.reason) == ("Merged", "It was merged into Weavers Lunch Club.")


def test_merge_is_mailed_to_the_leads_of_both_once(winner, loser, officer):
    people = [make_lead(winner, email="one@example.org"), make_lead(loser, email="two@example.org")]
    make_member(loser, email="representative@example.org")
    key = uuid4()
    for _ in range(2):
        merge_organisations(winner.pk, loser.pk, key=key, by=officer)
    message = Message.objects.get(kind="organisations_merged")
    assert message.subject == "Weavers Luncheon Club and Weavers Lunch Club are now one record"
    sent = Delivery.objects.filter(message=message).values_list("email", flat=True)
    assert sorted(sent) == [person.email for person in people]


def test_merge_by_a_second_click_is_the_first(winner, loser, officer):
    key = uuid4()
    first, second = (merge_organisations(winner.pk, loser.pk, key=key, by=officer) for _ in range(2))
    assert first == second


def test_merge_takes_the_pair_off_the_list(winner, loser, officer):
    Pair.objects.create(first=winner, second=loser, reasons=["same_name"], score=0.9)
    merge_organisations(winner.pk, loser.pk, by=officer)
    assert Pair.objects.count() == 0


# What it refuses -------------------------------------------------------------------------------


def refused(*args, **kwargs) -> str:
    with pytest.raises(ValidationError) as error:
        merge_organisations(*args, **kwargs)
    return error.value.messages[0]


def test_merge_refuses_one_record_twice(winner, officer):
    assert refused(winner.pk, winner.pk, by=officer) == "Choose two different records."


@pytest.mark.parametrize("which", [0, 1])
def test_merge_refuses_what_was_merged(which, winner, loser, officer):
    merge_organisations(winner.pk, loser.pk, by=officer)
    pair = [make_organisation("C").pk, loser.pk]
    if which:
        pair.reverse()
    assert refused(*pair, by=officer) == "Weavers Luncheon Club has been merged into another record already."


@pytest.mark.parametrize("edited", [0, 1])
def test_merge_refuses_when_either_was_saved_since_it_was_compared(edited, winner, loser, officer):
    versions = (winner.version, loser.version)
    record = (winner, loser)[edited]
    register.edit_organisation(record.pk, version=record.version, summary="Otherwise.", by=officer)
    with pytest.raises(Conflict):
        merge_organisations(winner.pk, loser.pk, versions=versions, by=officer)
    assert Merge.objects.count() == 0


@pytest.mark.parametrize("turned", [False, True])
def test_merge_refuses_a_branch_and_its_parent(turned, winner, loser, officer):
    ends = (winner, loser) if turned else (loser, winner)
    tie(*ends, "branch", officer)
    assert refused(winner.pk, loser.pk, by=officer) == (
        "One is recorded as a branch of the other, so they are two organisations. "
        "If that is wrong, end the tie on either record first."
    )
    assert now(loser).status == "active"


def test_merge_refuses_a_relation_nobody_declared(winner, loser, officer, monkeypatch):
    from organisations.duplicates import relations

    monkeypatch.delitem(relations.declared, "compact.Signature.organisation")
    assert refused(winner.pk, loser.pk, by=officer) == (
        "These records cannot be merged yet: the portal does not know what becomes of "
        "compact.Signature.organisation. Please tell your administrator."
    )
    assert now(loser).status == "active"


# Undoing ---------------------------------------------------------------------------------------


def facts(record) -> dict:
    left_out = {"version", "updated_at", "_state"}
    return {name: value for name, value in vars(now(record)).items() if name not in left_out}


def held(*records) -> list:
    rows = []
    for model in (Identifier, Contact, Membership):
        for row in model.objects.filter(organisation__in=records).order_by("pk"):
            known = {n: v for n, v in vars(row).items() if n not in {"_state", "version"}}
            rows.append((model.__name__, known))
    return rows


def test_undo_merge_puts_everything_back(winner, loser, officer):
    make_lead(loser), make_member(winner)
    both = make_member(winner)
    Membership.objects.create(organisation=loser, user=both, starts_on=timezone.localdate())
    register.save_contact(loser.pk, channel="email", value="a@b.example", consent="yes", by=officer)
    before = [facts(winner), facts(loser), held(winner, loser)]
    merge = merge_organisations(winner.pk, loser.pk, choices={"summary": "loser"}, by=officer)
    assert [facts(winner), facts(loser), held(winner, loser)] != before
    undone = undo_merge(merge.pk, by=officer)
    assert [facts(winner), facts(loser), held(winner, loser)] == before
    assert (undone.kept, undone.undone_by) == ([], officer)
    assert found("luncheon") == [loser.pk]


def test_undo_merge_keeps_what_was_changed_since_and_says_so(winner, loser, officer):
    register.save_contact(loser.pk, channel="email", value="a@b.example", consent="yes", by=officer)
    merge = merge_organisations(winner.pk, loser.pk, choices={"summary": "loser"}, by=officer)
    register.edit_organisation(
        winner.pk, version=now(winner).version, summary="Lunches every day.", volunteers=20, by=officer
    )
    contact = winner.contacts.get()
    contact.delete()
    undone = undo_merge(merge.pk, by=officer)
    assert undone.kept == [
        "1 contact is no longer there.",
        "What it does of Weavers Lunch Club was edited since, so it was left as it is.",
    ]
    kept = now(winner)
    assert (kept.summary, kept.volunteers, kept.website) == ("Lunches every day.", 20, "")


def test_undo_merge_leaves_what_was_handed_on_since(winner, loser, officer):
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    third = make_organisation("Third")
    Identifier.objects.filter(number="1123456").update(organisation=third)
    undone = undo_merge(merge.pk, by=officer)
    assert undone.kept == ["1 number was changed since, so it was left as it is."]
    assert third.identifiers.get().number == "1123456"


def test_undo_merge_leaves_what_came_after_with_the_winner(winner, loser, officer):
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    newcomer = make_member(winner)
    undo_merge(merge.pk, by=officer)
    assert list(Organisation.objects.spoken_for_by(newcomer)) == [winner]


def test_undo_merge_is_in_the_history_and_mailed_to_the_leads_of_both(winner, loser, officer):
    make_lead(winner, email="one@example.org"), make_lead(loser, email="two@example.org")
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    undo_merge(merge.pk, by=officer)
    assert [timeline(winner)[0].what, timeline(loser)[0].what] == ["Merge undone", "Merge undone"]
    message = Message.objects.get(kind="merge_undone")
    assert sorted(message.deliveries.values_list("email", flat=True)) == [
        "one@example.org",
        "two@example.org",
    ]


def test_undo_merge_refuses_a_second_time(winner, loser, officer):
    merge = merge_organisations(winner.pk, loser.pk, by=officer)
    undo_merge(merge.pk, by=officer)
    with pytest.raises(ValidationError, match="already been undone"):
        undo_merge(merge.pk, by=officer)


def test_merged_records_can_be_merged_again_after_undoing(winner, loser, officer):
    undo_merge(merge_organisations(winner.pk, loser.pk, by=officer).pk, by=officer)
    merge_organisations(loser.pk, winner.pk, by=officer)
    assert now(winner).merged_into == loser


# Chains ----------------------------------------------------------------------------------------


def test_chain_of_merges_leads_straight_to_the_last_and_is_undone_backwards(winner, loser, officer):
    last = make_organisation("Weavers Trust")
    first = merge_organisations(winner.pk, loser.pk, by=officer)
    second = merge_organisations(last.pk, winner.pk, by=officer)
    assert [now(loser).merged_into, now(winner).merged_into] == [last, last]
    assert last.identifiers.get().number == "1123456"
    assert found("luncheon") == [last.pk]
    with pytest.raises(ValidationError) as error:
        undo_merge(first.pk, by=officer)
    assert error.value.messages == [
        "Weavers Lunch Club has since been merged into Weavers Trust. Undo that merge first."
    ]
    undo_merge(second.pk, by=officer)
    assert [now(loser).merged_into, now(winner).merged_into] == [winner, None]
    assert winner.identifiers.get().number == "1123456"
    undo_merge(first.pk, by=officer)
    assert now(loser).status == "active"
    assert loser.identifiers.get().number == "1123456"


def test_two_merges_into_one_are_undone_in_any_order(winner, loser, officer):
    third = make_organisation("Weavers Dinner Club", numbers={"GB-COH": "02534145"})
    first = merge_organisations(winner.pk, loser.pk, by=officer)
    merge_organisations(winner.pk, third.pk, by=officer)
    assert undo_merge(first.pk, by=officer).kept == []
    assert [i.number for i in loser.identifiers.all()] == ["1123456"]
    assert [i.number for i in winner.identifiers.all()] == ["02534145"]


# Keeping apart ---------------------------------------------------------------------------------


def test_keep_apart_takes_the_pair_off_the_list_and_says_who(winner, loser, officer):
    Pair.objects.create(first=winner, second=loser, reasons=["same_name"], score=0.9)
    said = keep_apart(loser.pk, winner.pk, reason="One meets in Hale.", by=officer)
    assert (said.first, said.second, said.decided_by, said.reason) == (
        winner,
        loser,
        officer,
        "One meets in Hale.",
    )
    assert Pair.objects.count() == 0
    assert keep_apart(winner.pk, loser.pk, by=officer) == said
    assert timeline(said)[0].what == "Kept apart"


def test_keep_apart_refuses_one_record_and_a_merged_one(winner, loser, officer):
    with pytest.raises(ValidationError, match="two different"):
        keep_apart(winner.pk, winner.pk, by=officer)
    merge_organisations(winner.pk, loser.pk, by=officer)
    with pytest.raises(ValidationError, match="merged already"):
        keep_apart(winner.pk, loser.pk, by=officer)


def test_withdraw_distinction_once(winner, loser, officer):
    said = keep_apart(winner.pk, loser.pk, by=officer)
    assert withdraw_distinction(said.pk, by=officer).withdrawn_by == officer
    assert Distinction.objects.standing().count() == 0
    with pytest.raises(ValidationError, match="already been taken back"):
        withdraw_distinction(said.pk, by=officer)


def test_a_merged_record_cannot_be_edited_or_joined(winner, loser, officer):
    merge_organisations(winner.pk, loser.pk, by=officer)
    with pytest.raises(ValidationError, match="merged into another"):
        register.edit_organisation(loser.pk, version=now(loser).version, summary="x", by=officer)
    with pytest.raises(ValidationError):
        register.ask_for_membership(loser.pk, by=make_user())
