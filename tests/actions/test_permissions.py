"""Who may do what: a table of person against question."""

import pytest
from django.contrib.auth.models import AnonymousUser

from actions import operations, permissions
from actions.models import Action, MonitoringReport, Plan
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_organisation
from vcse_portal.accounts.models import Role

from .factories import make_action, make_plan, make_report, speak_for

pytestmark = pytest.mark.django_db


def people():
    return {
        "visitor": AnonymousUser(),
        "member": make_user(),
        "partnerships": make_officer(Role.PARTNERSHIPS),
        "performance": make_officer(Role.PERFORMANCE),
        "commissioning": make_officer(Role.COMMISSIONING),
        "property": make_officer(Role.PROPERTY),
        "administrator": make_administrator(),
        "councillor": make_councillor(),
    }


KEEPERS = {"partnerships", "performance"}


def allowed(question, *things) -> set[str]:
    return {name for name, user in people().items() if question(user, *things) is True}


def test_can_record_plan():
    assert allowed(permissions.can_record_plan) == KEEPERS


def test_can_edit_plan():
    assert allowed(permissions.can_edit_plan, make_plan()) == KEEPERS


def test_can_record_action():
    assert allowed(permissions.can_record_action, make_plan()) == KEEPERS


def test_can_edit_action():
    assert allowed(permissions.can_edit_action, make_action()) == KEEPERS


def test_can_start_report():
    assert allowed(permissions.can_start_report, make_plan()) == KEEPERS


def test_can_edit_report():
    assert allowed(permissions.can_edit_report, make_report()) == KEEPERS


def test_can_publish_report():
    assert allowed(permissions.can_publish_report, make_report()) == {"performance"}


def test_can_post_update_without_a_lead():
    assert allowed(permissions.can_post_update, make_action()) == KEEPERS


def test_can_post_update_the_person_who_leads():
    lead = make_user()
    action = make_action(lead=lead)
    assert permissions.can_post_update(lead, action) is True
    lead.is_active = False
    assert permissions.can_post_update(lead, action) is False


def test_can_post_update_whoever_speaks_for_the_leading_organisation():
    ours, other = make_organisation(), make_organisation()
    action = make_action(lead_organisation=ours)
    speaker, lead, past, outsider, unconfirmed = (make_user() for _ in range(5))
    speak_for(speaker, ours)
    speak_for(lead, ours, role="lead")
    speak_for(past, ours, ends_on="2021-01-01")
    speak_for(outsider, other)
    speak_for(unconfirmed, ours, confirmed_at=None, confirmed_by=None)
    answers = [permissions.can_post_update(u, action) for u in (speaker, lead, past, outsider, unconfirmed)]
    assert answers == [True, True, False, False, False]
    assert allowed(permissions.can_post_update, action) == KEEPERS


def seen(model, thing) -> set[str]:
    return {
        name for name, user in people().items() if model.objects.visible_to(user).filter(pk=thing.pk).exists()
    }


COUNCIL = {"partnerships", "performance", "commissioning", "property", "administrator", "councillor"}
EVERYONE = COUNCIL | {"visitor", "member"}


def test_plan_visible_to_council_as_draft_and_to_everyone_once_adopted():
    draft = make_plan(is_adopted=False)
    assert seen(Plan, draft) == COUNCIL
    adopted = make_plan()
    assert seen(Plan, adopted) == EVERYONE
    assert seen(Plan, operations.close_plan(adopted.pk, by=None)) == EVERYONE


def test_action_visible_as_its_plan():
    assert seen(Action, make_action(make_plan(is_adopted=False))) == COUNCIL
    assert seen(Action, make_action()) == EVERYONE


def test_report_visible_to_council_until_published():
    report = make_report(is_frozen=True)
    assert seen(MonitoringReport, report) == COUNCIL
    MonitoringReport.objects.filter(pk=report.pk).update(
        state="ready",
        file="x.pdf",
        page_count=1,
        rendered_at="2026-05-01T00:00Z",
        published_at="2026-05-01T00:00Z",
    )
    assert seen(MonitoringReport, report) == EVERYONE
