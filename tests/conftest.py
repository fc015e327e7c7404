"""What every test may use.

* `sign_in(user)` returns a client of that person's own, with the second factor already proven.
* `run_on_commit` runs, at the end of its block, what the code put off until the transaction commits:
  `with run_on_commit(): publish_intention(...)`.
* `eager_tasks` makes Celery tasks run at once in the test's own process; without it they go nowhere.
* Queries: `django_assert_max_num_queries` and `django_assert_num_queries` come from pytest-django:
  `with django_assert_max_num_queries(6): client.get(url)`. Make the first request outside the block, so that
  what is cached once for everybody (the council, code lists) is not counted.
* The cache is real Redis under a prefix of this test process, and is empty when a test begins.
"""

import os
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, TransactionTestCase

from vcse_portal.accounts.middleware import SESSION_KEY
from vcse_portal.celery import app as celery_app


def pytest_configure(config):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = django_settings.DATABASES["default"]["NAME"]
    django_settings.CACHES["default"]["KEY_PREFIX"] = f"test-{database}-{worker}"
    celery_app.conf.broker_url = "memory://"
    config.addinivalue_line(
        "filterwarnings", "ignore:No directory at:UserWarning"
    )  # nothing is collected here


@pytest.fixture(autouse=True)
def _clean_slate(settings):
    """No test sees what another one cached, and none waits for a slow password hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.delete_pattern("*")


@pytest.fixture
def sign_in(db):
    """Function: user → a client signed in as that person, its second factor proven."""

    def sign_in(user, **client_options) -> Client:
        client = Client(**client_options)
        client.force_login(user)
        session = client.session
        session[SESSION_KEY] = True
        session.save()
        return client

    return sign_in


@pytest.fixture
def run_on_commit(django_capture_on_commit_callbacks):
    """Context manager: what was put off until commit runs when the block ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def eager_tasks():
    """Celery tasks run at once, in this process, and their errors are raised."""
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture(autouse=True, scope="session")
def _quick_emptying():
    """Tests of several connections (browser, workers) empty the tables afterwards, and only that.

    Django would also make anew the rows that `migrate` makes: some hundred content types and permissions, seconds
    for each test. Content types are made again when asked for; nothing here asks for permissions.
    """

    def empty(self):
        for name in self._databases_names(include_mirrors=False):
            call_command("flush", verbosity=0, interactive=False, database=name, inhibit_post_migrate=True)
        ContentType.objects.clear_cache()

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", empty):
        yield
