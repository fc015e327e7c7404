"""Verified facts wait for an officer: proposed, changed, withdrawn, decided, and decided by two at once."""

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from organisations import operations as register
from organisations.models import Identifier, Membership, Organisation
from organisations.upkeep import facts, operations, permissions
from organisations.upkeep.models import ProposedEdit
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation
from tests.upkeep.factories import make_proposal
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
CHARITY = Identifier.Scheme.CHARITY


@pytest.fixture
def thing():
    return make_organisation("Old name", known_as="Oldies", numbers={CHARITY: "1164883"})


@pytest.fixture
def lead(thing):
    return make_lead(thing, name="Lea Lead")


def seen(proposal) -> str:
    return facts.fingerprint(facts.stands(proposal.organisation, proposal.facts))


def accept(proposal, **changes):
    said = {"version": proposal.version, "seen": seen(proposal), "by": make_officer()} | changes
    return operations.accept_proposal(proposal.pk, **said)


# Operations ----------------------------------------------------------------------------------------
def test_propose_facts_leaves_the_record_alone_and_keeps_only_what_differs(thing, lead):
    proposal = make_proposal(thing, lead, name="New name", known_as="Oldies", charity_number="1164883-0")
    thing.refresh_from_db()
    assert (thing.name, proposal.facts, proposal.base) == (
        "Old name",
        {"name": "New name"},
        {"name": "Old name"},
    )
    assert timeline(proposal)[0].what == "Proposed"


def test_propose_facts_again_changes_the_one_that_waits(thing, lead):
    first = make_proposal(thing, lead)
    again = operations.propose_facts(
        thing.pk, said={"name": "Newer name"}, version=first.version, by=make_lead(thing)
    )
    assert (again.pk, again.version, again.facts) == (first.pk, 2, {"name": "Newer name"})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "Old name", "charity_number": "1164883"}, "Nothing differs"),
        ({"charity_number": "12"}, "charity number"),
        ({"name": " "}, "Enter the name"),
    ],
)
def test_propose_facts_refuses(thing, lead, said, words):
    with pytest.raises(ValidationError, match=words):
        make_proposal(thing, lead, **said)


def test_propose_facts_of_a_stale_form_is_a_conflict(thing, lead):
    first = make_proposal(thing, lead)
    operations.propose_facts(thing.pk, said={"name": "Theirs"}, version=first.version, by=lead)
    with pytest.raises(Conflict):
        operations.propose_facts(thing.pk, said={"name": "Mine"}, version=first.version, by=lead)


def test_accept_proposal_changes_the_record_tells_the_lead_and_says_why_in_the_history(thing, lead):
    proposal = make_proposal(
        thing, lead, "New constitution", name="New name", company_number="02534145", legal_structure="clg"
    )
    done = accept(proposal)
    thing.refresh_from_db()
    numbers = dict(thing.identifiers.values_list("scheme", "number"))
    assert (thing.name, thing.legal_structure) == ("New name", "clg")
    assert numbers == {CHARITY: "1164883", Identifier.Scheme.COMPANY: "02534145"}
    assert (done.status, done.version) == ("accepted", 2)
    entry = timeline(thing)[0]
    assert (entry.what, entry.reason) == ("Edited", "Proposed by Lea Lead: New constitution")
    message = Message.objects.get(kind="proposal_decided")
    assert message.subject == "Your changes to New name are on the register"
    assert [d.email for d in message.deliveries.all()] == [lead.email]


def test_accept_proposal_can_take_a_number_off(thing, lead):
    accept(make_proposal(thing, lead, charity_number=""))
    assert not thing.identifiers.exists()


def test_decline_proposal_mails_the_reason_and_changes_nothing(thing, lead):
    proposal = make_proposal(thing, lead)
    operations.decline_proposal(proposal.pk, version=1, reason="No deed.", by=make_officer())
    thing.refresh_from_db()
    assert thing.name == "Old name"
    assert "No deed." in Message.objects.get(kind="proposal_decided").text
    with pytest.raises(ValidationError):
        operations.decline_proposal(make_proposal(thing, lead).pk, version=1, reason="", by=make_officer())


def test_withdraw_proposal_leaves_nothing_waiting(thing, lead):
    proposal = make_proposal(thing, lead)
    operations.withdraw_proposal(proposal.pk, by=lead)
    assert not ProposedEdit.objects.waiting().exists()
    with pytest.raises(ValidationError, match="no longer waiting: it is withdrawn"):
        accept(proposal)


def test_accept_proposal_is_a_conflict_when_the_record_changed_since_it_was_shown(thing, lead):
    proposal = make_proposal(thing, lead)
    shown = seen(proposal)
    register.edit_organisation(thing.pk, version=1, by=make_officer(), name="Third name")
    with pytest.raises(Conflict):
        accept(proposal, seen=shown)
    thing.refresh_from_db()
    assert thing.name == "Third name"


def test_accept_proposal_does_not_mind_a_lead_who_edits_what_is_not_in_it(thing, lead):
    proposal = make_proposal(thing, lead)
    shown = seen(proposal)
    register.edit_organisation(thing.pk, version=1, by=lead, summary="We have moved.")
    accept(proposal, seen=shown)
    thing.refresh_from_db()
    assert (thing.name, thing.summary) == ("New name", "We have moved.")


def test_accept_proposal_is_a_conflict_when_the_lead_changed_it_meanwhile(thing, lead):
    proposal = make_proposal(thing, lead)
    operations.propose_facts(thing.pk, said={"name": "Quite another"}, version=1, by=lead)
    with pytest.raises(Conflict):
        accept(proposal)


def test_accept_proposal_is_refused_for_a_number_that_is_anothers(thing, lead):
    make_organisation("Holder", numbers={CHARITY: "1164884"})
    with pytest.raises(ValidationError, match="1164884 already belongs to Holder"):
        accept(make_proposal(thing, lead, charity_number="1164884"))
    assert thing.identifiers.get().number == "1164883"


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_decide_at_once_decide_once():
    thing = make_organisation("Old name")
    proposal = make_proposal(thing, make_lead(thing))
    officers, outcomes, start = [make_officer(), make_officer()], [], Barrier(2)
    shown = seen(proposal)

    def decide(officer, is_accepted):
        start.wait()
        try:
            if is_accepted:
                operations.accept_proposal(proposal.pk, version=1, seen=shown, by=officer)
            else:
                operations.decline_proposal(proposal.pk, version=1, reason="No.", by=officer)
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(o, i == 0)) for i, o in enumerate(officers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    thing.refresh_from_db()
    proposal.refresh_from_db()
    assert sorted(outcomes) == ["done", "refused"]
    assert (thing.name == "New name") is (proposal.status == "accepted")
    assert Delivery.objects.filter(message__kind="proposal_decided").count() == 1


# Who may ------------------------------------------------------------------------------------------
def test_permissions_of_a_proposal(thing, lead):
    proposal = make_proposal(thing, lead)
    former = make_lead(thing)
    Membership.objects.filter(user=former).update(ends_on="2020-01-01", starts_on="2019-01-01")
    people = {
        "lead": lead,
        "other lead": make_lead(thing),
        "representative": make_member(thing),
        "former lead": former,
        "lead of another": make_lead(make_organisation()),
        "partnerships": make_officer(),
        "property": make_officer("property"),
        "councillor": make_councillor(),
    }
    asked = {
        "sees": lambda u: ProposedEdit.objects.visible_to(u).filter(pk=proposal.pk).exists(),
        "proposes": lambda u: permissions.can_propose_facts(u, thing),
        "withdraws": lambda u: permissions.can_withdraw_proposal(u, proposal),
        "decides": lambda u: permissions.can_decide_proposal(u, proposal),
        "confirms the record": lambda u: permissions.can_confirm_record(u, thing),
    }
    yes = {what: sorted(n for n, user in people.items() if can(user) is True) for what, can in asked.items()}
    leads = ["lead", "other lead"]
    assert yes == {
        "sees": ["councillor", "lead", "other lead", "partnerships", "property"],
        "proposes": leads,
        "withdraws": leads,
        "decides": ["partnerships"],
        "confirms the record": leads,
    }


def test_an_officer_does_not_decide_what_they_proposed_as_a_lead(thing):
    both = make_officer()
    Membership.objects.create(
        organisation=thing,
        user=both,
        role="lead",
        starts_on="2026-01-01",
        confirmed_at="2026-01-01T00:00Z",
        confirmed_by=make_officer(),
    )
    assert permissions.can_decide_proposal(both, make_proposal(thing, both)) is False


# Pages ---------------------------------------------------------------------------------------------
def form(**changes) -> dict:
    said = {"name": "New name", "known_as": "Oldies", "charity_number": "1164883", "company_number": ""}
    return said | {"legal_structure": "", "note": "", "version": "0"} | changes


def test_facts_propose_and_the_page_that_waits(sign_in, thing, lead):
    client, address = sign_in(lead), reverse("upkeep:facts_propose", args=[thing.pk])
    assert client.get(address).status_code == 200
    answer = client.post(address, form())
    proposal = ProposedEdit.objects.get()
    assert answer.url == proposal.get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert [w for w in ("Old name", "New name", "Take it back") if w not in page] == []
    assert client.post(reverse("upkeep:proposal_withdraw", args=[proposal.pk])).status_code == 302
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"


def test_facts_propose_of_a_stale_form_answers_409_and_keeps_the_input(sign_in, thing, lead):
    client, address = sign_in(lead), reverse("upkeep:facts_propose", args=[thing.pk])
    make_proposal(thing, lead, name="Theirs")
    page = client.post(address, form(name="Mine"))
    assert page.status_code == 409
    assert [w for w in ("Mine", "Theirs") if w not in page.content.decode()] == []
    again = client.post(address, form(name="Mine", version=page.context["form"]["version"].value()))
    assert again.status_code == 302
    assert ProposedEdit.objects.get().facts == {"name": "Mine"}


def decision(page, **changes) -> dict:
    hidden = {name: page.context["form"][name].value() for name in ("version", "seen")}
    return {"decision": "accept", "reason": ""} | hidden | changes


def test_proposal_page_shows_old_beside_new_and_three_ways_when_the_record_moved(sign_in, thing, lead):
    proposal, officer = make_proposal(thing, lead), sign_in(make_officer())
    page = officer.get(proposal.get_absolute_url())
    assert (page.context["has_moved"], "When it was proposed" in page.content.decode()) == (False, False)
    register.edit_organisation(thing.pk, version=1, by=make_officer(), name="Third name")
    stale = officer.post(proposal.get_absolute_url(), decision(page))
    assert stale.status_code == 409
    words = stale.content.decode()
    assert [w for w in ("When it was proposed", "Old name", "Third name", "New name") if w not in words] == []
    assert officer.post(proposal.get_absolute_url(), decision(stale)).status_code == 302
    thing.refresh_from_db()
    assert thing.name == "New name"


def test_proposal_decided_twice_shows_the_second_officer_who_was_first(sign_in, thing, lead):
    proposal, ann = make_proposal(thing, lead), make_officer(name="Ann First")
    page = sign_in(ann).get(proposal.get_absolute_url())
    sign_in(ann).post(proposal.get_absolute_url(), decision(page))
    second = sign_in(make_officer()).post(
        proposal.get_absolute_url(), decision(page, decision="decline", reason="x")
    )
    assert second.status_code == 409
    assert "Ann First has accepted it" in second.content.decode()
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == ("accepted", ann)


@pytest.mark.parametrize(
    ("who", "expected"),
    [("lead", (200, 403)), ("outsider", (404, 404)), ("property", (200, 403)), ("councillor", (200, 403))],
)
def test_proposal_page_is_decided_by_partnerships_alone(sign_in, thing, lead, who, expected):
    proposal = make_proposal(thing, lead)
    people = {
        "lead": lambda: lead,
        "outsider": make_user,
        "property": lambda: make_officer("property"),
        "councillor": make_councillor,
    }
    client = sign_in(people[who]())
    address = proposal.get_absolute_url()
    posted = client.post(address, {"decision": "accept", "version": 1, "seen": seen(proposal)})
    assert (client.get(address).status_code, posted.status_code) == expected
    assert Organisation.objects.get(pk=thing.pk).name == "Old name"


def test_facts_as_json_and_back():
    thing = make_organisation(
        "Facts", themes=[], staff_fte=Decimal("3.0"), income=Decimal("1200.50"), is_anchor=True
    )
    stored = facts.stands(thing, ["staff_fte", "income", "is_anchor", "themes", "income_year_end"])
    thing.refresh_from_db()
    assert facts.stands(thing, stored) == {
        "staff_fte": "3",
        "income": "1200.5",
        "is_anchor": True,
        "themes": [],
        "income_year_end": None,
    }
    assert facts.changed(facts.stands(thing, ["staff_fte"]), {"staff_fte": thing.staff_fte}) == {}
