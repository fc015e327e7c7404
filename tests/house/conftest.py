import pytest
from django.db import transaction
from django.test import override_settings

from .scene import build


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole small borough, made once a module; what a test changes is rolled back at the test's end.

    The module needs `pytestmark = pytest.mark.django_db`: the test's transaction lies within this one.
    """
    media = override_settings(
        MEDIA_ROOT=str(tmp_path_factory.mktemp("media")),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with django_db_blocker.unblock(), media, transaction.atomic():
        yield build()
        transaction.set_rollback(True)
