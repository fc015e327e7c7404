"""F10 and F11: sixteen people change the same record in the same moment; one is heard and the others are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from organisations import operations
from organisations.models import Identifier, Link, Membership, Organisation
from organisations.operations import contacts, record
from tests.factories import make_officer, make_user
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 16


def at_once(deed) -> list:
    """What `deed(0)` to `deed(15)` gave or raised, each on a connection of its own, begun together."""
    together = Barrier(CLIENTS)

    def one(number):
        try:
            together.wait(20)
            return deed(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(one, range(CLIENTS)))


def kinds(answers) -> dict[str, int]:
    names = [type(answer).__name__ for answer in answers]
    return {name: names.count(name) for name in names}


def edit_at_once():
    thing, officer = make_organisation("Club"), make_officer()
    answers = at_once(
        lambda n: operations.edit_organisation(thing.pk, version=1, by=officer, summary=f"As {n} wrote it")
    )
    return thing, answers


def test_f11_edit_organisation_at_once_keeps_one_and_tells_the_others():
    thing, answers = edit_at_once()
    assert kinds(answers) == {"Organisation": 1, "Conflict": CLIENTS - 1}
    winner = next(a for a in answers if isinstance(a, Organisation))
    thing.refresh_from_db()
    assert (thing.summary, thing.version) == (winner.summary, 2)
    assert thing.events.filter(pgh_label="changed").count() == 1


def test_f11_without_the_guard_edits_would_be_lost(monkeypatch):
    monkeypatch.setattr(record, "check_version", lambda thing, version: None)
    _thing, answers = edit_at_once()
    assert kinds(answers) == {"Organisation": CLIENTS}


def contact_at_once():
    thing, officer = make_organisation("Club"), make_officer()
    facts = {"channel": "email", "consent": "no"}
    contact = operations.save_contact(thing.pk, by=officer, value="a@example.org", **facts)
    return at_once(
        lambda n: operations.save_contact(
            thing.pk, by=officer, contact_id=contact.pk, version=1, value=f"c{n}@example.org", **facts
        )
    )


def test_f11_save_contact_at_once_keeps_one():
    assert kinds(contact_at_once()) == {"Contact": 1, "Conflict": CLIENTS - 1}


def test_f11_without_the_guard_contacts_would_be_lost(monkeypatch):
    monkeypatch.setattr(contacts, "check_version", lambda contact, version: None)
    assert kinds(contact_at_once()) == {"Contact": CLIENTS}


def test_f10_a_number_given_to_many_at_once_belongs_to_one():
    officer = make_officer()
    things = [make_organisation(f"Club {n}") for n in range(CLIENTS)]
    answers = at_once(
        lambda n: operations.add_number(things[n].pk, scheme="GB-CHC", number="1164883", by=officer)
    )
    assert kinds(answers) == {"Identifier": 1, "ValidationError": CLIENTS - 1}
    assert Identifier.objects.count() == 1
    assert "already belongs to Club" in next(a for a in answers if isinstance(a, ValidationError)).messages[0]


def test_f10_the_same_tie_at_once_is_recorded_once():
    one, other, officer = make_organisation("One"), make_organisation("Other"), make_officer()
    answers = at_once(
        lambda n: operations.add_link(one.pk, kind="member", to_organisation_id=other.pk, by=officer)
    )
    assert kinds(answers) == {"Link": 1, "ValidationError": CLIENTS - 1}
    assert Link.objects.count() == 1


def test_f10_ties_both_ways_at_once_do_not_wait_for_each_other_for_ever():
    one, other, officer = make_organisation("One"), make_organisation("Other"), make_officer()
    ends = [(one.pk, other.pk), (other.pk, one.pk)]
    answers = at_once(
        lambda n: operations.add_link(
            ends[n % 2][0], kind="branch", to_organisation_id=ends[n % 2][1], by=officer
        )
    )
    assert kinds(answers) == {"Link": 1, "ValidationError": CLIENTS - 1}


def test_f10_a_person_asks_many_times_at_once():
    thing, person = make_organisation("Club"), make_user()
    make_officer()
    answers = at_once(lambda n: operations.ask_for_membership(thing.pk, by=person))
    assert kinds(answers) == {"Membership": 1, "ValidationError": CLIENTS - 1}
    assert Membership.objects.count() == 1
