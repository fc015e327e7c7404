from allauth.mfa.adapter import get_adapter
from django.core.cache import cache
from django.db import transaction

from tests import factories
from vcse_portal.accounts.models import Role
from vcse_portal.celery import app


def test_make_user_has_no_role_and_a_verified_address(db):
    user = factories.make_user()
    assert user.roles == []
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [
        (user.email, True, True)
    ]


def test_make_officer_sits_in_a_directorate(db):
    officer = factories.make_officer(Role.PROPERTY)
    assert officer.roles == ["property"]
    assert officer.directorate is not None


def test_make_administrator_has_a_second_factor(db):
    assert get_adapter().is_mfa_enabled(factories.make_administrator())


def test_sign_in_gives_each_person_a_client_of_their_own(sign_in):
    first, second = factories.make_user(), factories.make_councillor()
    clients = [sign_in(first), sign_in(second)]
    assert [c.session["_auth_user_id"] for c in clients] == [str(first.pk), str(second.pk)]


def test_cache_is_empty_in_one_test(db):
    assert cache.get("left") is None
    cache.set("left", 1)


def test_cache_is_empty_in_the_next_test(db):
    assert cache.get("left") is None
    cache.set("left", 1)


def test_run_on_commit_runs_what_was_put_off(db, run_on_commit):
    done = []
    with run_on_commit():
        transaction.on_commit(lambda: done.append(1))
        assert done == []
    assert done == [1]


RAN = []


@app.task(name="tests.note")
def note():
    RAN.append(1)


def test_a_task_goes_nowhere_unless_asked_to_run():
    RAN.clear()
    note.delay()
    assert RAN == []


def test_eager_tasks_run_at_once(eager_tasks):
    RAN.clear()
    note.delay()
    assert RAN == [1]
