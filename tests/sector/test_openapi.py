"""The description of the open data keeps its word: schemathesis asks what it allows, and what it does not.

EXAMPLES=2500 asks as many of each address.
"""

import os
from time import process_time

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import allow_header_conformance, unsupported_method

from organisations.sector.openapi import description
from tests.factories import make_theme
from tests.organisations.factories import make_organisation
from vcse_portal.wsgi import application

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    """Something to find. A request at its end must not close the connection the test is in, as Django's client knows."""
    make_organisation("Ours", themes=[make_theme("Health").code])
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


EXAMPLES = int(os.environ.get("EXAMPLES", "15"))


schema = schemathesis.openapi.from_dict(description())
schema.app = application


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_address_answers_as_described(case, register):
    """Methods no page takes are refused before it is known whose address it is; a POST for want of a token (403)."""
    before = process_time()
    case.call_and_validate(excluded_checks=[allow_header_conformance, unsupported_method])
    assert process_time() - before < 2
