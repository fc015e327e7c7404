"""F10: sixteen people want the last place at the same moment, a hundred times over."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction

from organisations.events import operations
from organisations.events.models import Event, SignUp, State
from organisations.events.operations import record, sign_ups
from tests.factories import make_user

from .factories import make_event, make_place

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, TRIALS = 16, 100


class Crowd:
    """Sixteen people, each in a thread with a connection of its own, who start together."""

    def __init__(self, deed):
        self.people = [make_user() for _ in range(CLIENTS)]
        self.deed, self.start = deed, threading.Barrier(CLIENTS)
        self.pool = ThreadPoolExecutor(CLIENTS)
        ContentType.objects.get_for_model(Event)  # an emptied database has none, and mails point to it

    def rush(self, event: Event) -> list:
        return list(self.pool.map(lambda person: self._go(event, person), self.people))

    def _go(self, event, person):
        self.start.wait(30)
        return self.deed(event.pk, by=person)

    def go_home(self):
        done = [self.pool.submit(connections.close_all) for _ in range(CLIENTS)]
        [one.result() for one in done]
        self.pool.shutdown()


def overbooked(deed, trials: int, places: int = 1) -> list[int]:
    """How many people got a place in each trial."""
    crowd, template = Crowd(deed), make_event(places=places)
    taken = []
    try:
        for _ in range(trials):
            crowd.rush(template)
            taken.append(template.sign_ups.placed().count())
            SignUp.objects.all().delete()
    finally:
        crowd.go_home()
    return taken


def ring(event_id, *, by) -> SignUp:
    """An officer takes the call of somebody without an address: the same places, and no mail to write."""
    return operations.add_person(event_id, name=by.name, key=uuid4(), by=by)


@pytest.mark.slow
def test_f10_sixteen_calls_and_one_place_a_hundred_times():
    assert overbooked(ring, TRIALS) == [1] * TRIALS


def test_f10_sixteen_people_with_accounts_and_one_place():
    assert overbooked(operations.sign_up, 5) == [1] * 5


@pytest.mark.parametrize("deed", [ring, operations.sign_up])
def test_f10_control_without_the_lock_more_people_get_the_place(deed, monkeypatch):
    monkeypatch.setattr(sign_ups, "lock", lambda pk: Event.objects.get(pk=pk))
    assert max(overbooked(deed, 5)) > 1


def test_f10_the_last_of_several_places_and_the_order_of_the_list():
    crowd, event = Crowd(operations.sign_up), make_event(places=5)
    try:
        crowd.rush(event)
    finally:
        crowd.go_home()
    assert event.sign_ups.placed().count() == 5
    assert event.sign_ups.waiting().count() == CLIENTS - 5
    last_placed = event.sign_ups.placed().order_by("-joined_at").first()
    assert last_placed.joined_at <= event.sign_ups.waiting().first().joined_at


def test_f10_one_leaves_while_others_come_and_no_place_is_lost_or_doubled():
    event = make_event(places=3)
    leavers = [make_place(event) for _ in range(3)]
    crowd = Crowd(operations.sign_up)
    go = {person.pk: leaver for person, leaver in zip(crowd.people, leavers, strict=False)}

    def deed(pk, *, by):
        return operations.leave(go[by.pk].pk, by=by) if by.pk in go else operations.sign_up(pk, by=by)

    crowd.deed = deed
    try:
        crowd.rush(event)
    finally:
        crowd.go_home()
    assert event.sign_ups.placed().count() == 3
    assert event.sign_ups.waiting().count() == CLIENTS - 3 - 3


def test_f10_two_clicks_of_one_person_at_once_take_one_place():
    event, person = make_event(), make_user()
    both = threading.Barrier(2)

    def click(_):
        both.wait(10)
        try:
            return operations.sign_up(event.pk, by=person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(click, range(2))
    assert first == second
    assert SignUp.objects.count() == 1


def test_edit_event_waits_for_whoever_is_signing_up():
    """Fewer places and one more person at the same moment: the edit counts the person, or the person waits."""
    event = make_event(places=2)
    make_place(event)
    held, released = threading.Event(), threading.Event()

    def signing_up():
        with transaction.atomic():
            place = operations.sign_up(event.pk, by=person)
            held.set()
            released.wait(5)
        connections.close_all()
        return place

    person = make_user()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(signing_up)
        held.wait(5)
        threading.Timer(0.3, released.set).start()
        with pytest.raises(record.ValidationError, match="2 places are taken already"):
            operations.edit_event(event.pk, version=event.version, by=event.organiser, places=1)
        assert running.result().state == State.PLACED
