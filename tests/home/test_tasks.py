from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from vcse_portal.home import tasks

pytestmark = pytest.mark.django_db


def test_clear_sessions_deletes_only_those_that_have_ended():
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="on", session_data="", expire_date=now + timedelta(minutes=1))
    tasks.clear_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["on"]
