"""Questions whose SQL is written once give what Django gives, and refuse what they cannot put in its place."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from organisations.models import Identifier, Membership, Organisation
from tests.factories import make_user, make_ward
from tests.organisations.factories import make_member, make_organisation
from vcse_portal.accounts.backends import AccountBackend
from vcse_portal.accounts.models import User
from vcse_portal.history.timeline import timeline
from vcse_portal.prepared import Prepared

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()


def test_prepared_gives_models_with_what_they_are_joined_with(django_assert_num_queries):
    asked = Prepared(lambda pk: Organisation.objects.filter(pk=pk).select_related("ward"), int)
    ward = make_ward("Greenhill")
    things = [make_organisation("One", ward=ward), make_organisation("Two")]
    for thing in things * 2:
        with django_assert_num_queries(1):
            found = asked(thing.pk)
            assert [(o.pk, o.name, o.themes, o.ward) for o in found] == [
                (thing.pk, thing.name, thing.themes, thing.ward)
            ]
        assert found == [thing]
    assert asked(0) == []
    assert asked(10**30) == asked(2**63) == asked(-(10**30)) == []


def test_prepared_asks_what_django_would_ask():
    def make(pk, day):
        return Membership.objects.filter(organisation=pk).current(day).select_related("user")

    asked, thing = Prepared(make, int, dt.date), make_organisation()
    make_member(thing)
    for day in (TODAY - dt.timedelta(days=1), TODAY, TODAY + dt.timedelta(days=400)):
        with CaptureQueriesContext(connection) as queries:
            assert asked(thing.pk, day) == list(make(thing.pk, day))
        first, second = (query["sql"] for query in queries.captured_queries)
        assert first == second


def test_prepared_sees_what_changed_since():
    asked = Prepared(lambda pk: Organisation.objects.filter(pk=pk), int)
    thing = make_organisation("Before")
    assert asked(thing.pk)[0].name == "Before"
    Organisation.objects.filter(pk=thing.pk).update(name="After")
    assert asked(thing.pk)[0].name == "After"


def test_prepared_takes_other_rows_than_models():
    asked = Prepared(lambda pk: Organisation.objects.filter(pk=pk).values_list("name", flat=True), int)
    assert asked(make_organisation("One").pk) == ["One"]


@pytest.mark.parametrize("values", [("1",), (None,), (True,), (1, 2), (), (TODAY,), (1.0,)])
def test_prepared_refuses_values_of_other_kinds(values):
    asked = Prepared(lambda pk: Organisation.objects.filter(pk=pk), int)
    with pytest.raises(TypeError):
        asked(*values)


@pytest.mark.parametrize(
    "make",
    [
        lambda pk: Organisation.objects.filter(pk=Value(0)),
        lambda pk: Organisation.objects.filter(pk=pk).prefetch_related("identifiers"),
        lambda pk: Organisation.objects.filter(name=pk),
    ],
)
def test_prepared_refuses_a_question_it_cannot_put_the_value_into(make):
    with pytest.raises(ValueError, match="not found in the SQL"):
        Prepared(make, int)(1)


@pytest.mark.django_db(transaction=True)
def test_prepared_uses_each_thread_s_own_connection():
    asked = Prepared(lambda pk: Identifier.objects.filter(organisation=pk), int)
    asked(1)
    seen = []

    def other():
        with CaptureQueriesContext(connection) as queries:
            asked(2)
        seen.append(len(queries))
        connection.close()

    with CaptureQueriesContext(connection) as mine:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert (seen, len(mine)) == ([1], 0)


def test_the_person_of_a_session_is_who_they_are_now(django_assert_num_queries):
    backend, person = AccountBackend(), make_user(["partnerships"])
    with django_assert_num_queries(1):
        assert backend.get_user(str(person.pk)) == person
    User.objects.filter(pk=person.pk).update(roles=[])
    assert backend.get_user(person.pk).roles == []
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert backend.get_user(person.pk) is None
    assert backend.get_user(0) is None


def test_each_kind_of_record_has_its_own_timeline():
    thing, person = make_organisation(), make_user()
    assert len(timeline(thing)) == 1
    assert len(timeline(person)) == 1
    assert len(timeline(thing, limit=1)) == 1
