"""Intentions and circulars for tests, made by the operations that make them in life."""

from datetime import date
from uuid import uuid4

from commissioning.circulars.models import Circular
from commissioning.circulars.operations import assemble_circular
from commissioning.models import Intention
from commissioning.operations import publish_intention, record_intention
from tests.factories import make_directorate, make_officer, make_theme, numbers
from tests.organisations.factories import make_member as make_representative
from tests.organisations.factories import make_organisation
from vcse_portal.borough.models import Theme


def facts(**changes) -> dict:
    """All an intention needs before it can be published."""
    number = next(numbers)
    theme = Theme.objects.first() or make_theme("Health and wellbeing")
    return {
        "title": f"Youth work {number}",
        "summary": "Open access youth work in the evenings.",
        "need": "Young people told us they have nowhere to go.",
        "directorate": changes.get("directorate") or make_directorate(),
        "lead_officer": changes.get("lead_officer") or make_officer("commissioning"),
        "themes": [theme.code],
        "starts_on": date(2030, 4, 1),
        **changes,
    }


def make_draft(*, by=None, now=None, **changes) -> Intention:
    known = facts(**changes)
    return record_intention(key=uuid4(), by=by or known["lead_officer"], now=now, **known)


def make_intention(*, by=None, now=None, **changes) -> Intention:
    """A published one."""
    draft = make_draft(by=by, now=now, **changes)
    return publish_intention(draft.pk, by=by or draft.lead_officer, now=now)


def make_member(organisation=None, **fields):
    """A person who may speak today for an organisation, which is theirs as `.organisation`."""
    organisation = organisation or make_organisation()
    user = make_representative(organisation, **fields)
    user.organisation = organisation
    return user


def make_circular(period: str = "2026-12", *, now=None) -> Circular:
    return assemble_circular(period, now=now)[0]
