"""Reports: begun, written, frozen, cleared, published. What is frozen stays."""

from datetime import UTC, date, datetime

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction

from actions import operations, paper, reports
from actions.models import MonitoringReport
from tests.factories import make_officer
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict

from .factories import make_action, make_plan, make_report, make_update

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)


def refusal(error) -> str:
    return " ".join(error.value.messages)


def ready(report: MonitoringReport) -> MonitoringReport:
    """As if its paper had been made."""
    made = {"state": "ready", "file": "reports/none.pdf", "page_count": 3, "file_size": 1, "rendered_at": NOW}
    MonitoringReport.objects.filter(pk=report.pk).update(**made)
    return MonitoringReport.objects.get(pk=report.pk)


def test_start_report_begins_a_draft_for_a_financial_year():
    officer = make_officer()
    plan = make_plan(title="Strategy")
    report = operations.start_report(plan.pk, year=2026, audience="cabinet", by=officer, now=NOW)
    assert (report.period_from, report.period_to) == (date(2026, 4, 1), date(2027, 3, 31))
    assert (report.title, report.state) == ("Strategy: monitoring report 2026 to 2027", "draft")
    assert [(e.what, e.who) for e in timeline(report)] == [("Started", officer.name)]


def test_start_report_for_a_year_of_the_plan():
    plan = make_plan(starts_on=date(2024, 2, 29))
    first = operations.start_report(
        plan.pk, year=2024, year_kind="plan", audience="cabinet", by=None, now=NOW
    )
    second = operations.start_report(
        plan.pk, year=2025, year_kind="plan", audience="cabinet", by=None, now=NOW
    )
    assert (first.period_from, first.period_to) == (date(2024, 2, 29), date(2025, 2, 28))
    assert (second.period_from, second.period_to) == (date(2025, 3, 1), date(2026, 2, 28))


def test_start_report_again_gives_the_same_person_the_draft_begun():
    officer, plan = make_officer(), make_plan()
    first, again = make_report(plan, by=officer), make_report(plan, by=officer)
    assert (again, plan.reports.count()) == (first, 1)


def test_start_report_is_one_a_year_and_audience():
    plan = make_plan()
    make_report(plan, by=make_officer())
    with pytest.raises(ValidationError) as error:
        make_report(plan, by=make_officer())
    assert refusal(error) == "There is already a report on this plan for that year and audience."
    assert make_report(plan, audience="scrutiny").audience == "scrutiny"


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        (1999, "Enter a year between 2000 and 2100."),
        (2101, "Enter a year between 2000 and 2100."),
        (2027, "That year has not begun yet."),
        (2024, "That year ended before the plan began."),
    ],
)
def test_start_report_refuses_years_there_is_nothing_to_report_on(year, sentence):
    plan = make_plan(starts_on=date(2026, 4, 1))
    with pytest.raises(ValidationError) as error:
        make_report(plan, year=year, now=NOW)
    assert refusal(error) == sentence


def test_start_report_refuses_a_draft_plan():
    with pytest.raises(ValidationError) as error:
        make_report(make_plan(is_adopted=False))
    assert refusal(error) == "This plan has not been adopted yet."


def test_edit_report_writes_the_introduction_until_it_is_frozen():
    report = make_report()
    edited = operations.edit_report(report.pk, by=None, version=1, introduction="Hello", is_key_decision=True)
    assert (edited.introduction, edited.is_key_decision, edited.version) == ("Hello", True, 2)
    with pytest.raises(Conflict):
        operations.edit_report(report.pk, by=None, version=1, introduction="Other")
    frozen = operations.freeze_report(report.pk, by=None)
    with pytest.raises(ValidationError) as error:
        operations.edit_report(report.pk, by=None, version=frozen.version, introduction="Later")
    assert refusal(error) == "This report is frozen, so its words no longer change."


def test_freeze_report_keeps_figures_with_their_seal():
    officer, plan = make_officer(), make_plan()
    make_update(plan.actions.get(), rag="amber", text="Slow.", now=datetime(2026, 5, 1, tzinfo=UTC))
    report = operations.freeze_report(make_report(plan).pk, by=officer, now=NOW)
    assert (report.state, report.as_at, report.frozen_at, report.frozen_by) == (
        "frozen",
        date(2026, 11, 3),
        NOW,
        officer,
    )
    assert report.figures["counts"] == {
        **{"red": 0, "amber": 1, "green": 0, "complete": 0, "none": 0},
        **{"overdue": 0, "total": 1},
    }
    assert report.figures["ambitions"][0]["actions"][0]["update"]["text"] == "Slow."
    report.refresh_from_db()
    assert reports.seal(report.figures) == report.figures_sha256
    assert (timeline(report)[0].what, timeline(report)[0].who) == ("Frozen", officer.name)


def test_freeze_report_twice_is_refused():
    report = make_report(is_frozen=True)
    with pytest.raises(ValidationError) as error:
        operations.freeze_report(report.pk, by=None)
    assert refusal(error) == "This report is already frozen."


def test_freeze_report_failing_half_way_leaves_a_draft(monkeypatch):
    report = make_report()
    monkeypatch.setattr(reports, "seal", lambda figures: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        operations.freeze_report(report.pk, by=None)
    report.refresh_from_db()
    assert (report.state, report.figures, report.frozen_at) == ("draft", None, None)


def shown(report: MonitoringReport) -> str:
    """What its page and paper are made from."""
    report = MonitoringReport.objects.select_related("plan").get(pk=report.pk)
    period = {"period_from": report.period_from, "period_to": report.period_to}
    figures = report.figures or reports.figures(report.plan, **period, today=date(2026, 11, 3))
    content = paper.contents(report, figures)
    return repr(
        [
            content["summary"],
            content["rag_table"],
            content["chart"],
            [a["table"] for a in content["ambitions"]],
        ]
    )


def change_everything(plan):
    action = plan.actions.first()
    make_update(action, text="All different now.", rag="red")
    operations.edit_action(action.pk, by=None, version=action.version + 1, title="Another title")
    make_action(plan)


def test_frozen_report_stays_when_its_actions_change():
    plan = make_plan()
    report = operations.freeze_report(make_report(plan).pk, by=None, now=NOW)
    before = shown(report)
    change_everything(plan)
    assert shown(report) == before


def test_draft_report_follows_its_actions():
    """The control of the test above: without freezing, the same changes show."""
    plan = make_plan()
    report = make_report(plan)
    before = shown(report)
    change_everything(plan)
    assert shown(report) != before


@pytest.mark.parametrize(
    "change",
    [
        {"introduction": "x"},
        {"figures": {}},
        {"figures_sha256": "0" * 64},
        {"title": "x"},
        {"frozen_at": NOW},
    ],
)
def test_database_refuses_to_change_what_is_frozen(change):
    report = make_report(is_frozen=True)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        MonitoringReport.objects.filter(pk=report.pk).update(**change)


def test_database_would_change_it_without_the_guard():
    """The control: it is the trigger that refuses."""
    report = make_report(is_frozen=True)
    with pgtrigger.ignore("actions.MonitoringReport:frozen_stays"):
        assert MonitoringReport.objects.filter(pk=report.pk).update(introduction="x") == 1


CLEARANCE = {"kind": "finance", "name": "Ann Example", "cleared_on": date(2026, 11, 4)}


def test_record_clearance_once_of_a_kind_and_asks_for_a_new_paper():
    report = ready(make_report(is_frozen=True))
    officer = make_officer()
    clearance = operations.record_clearance(report.pk, by=officer, now=NOW, **CLEARANCE)
    assert (clearance.name, clearance.recorded_by) == ("Ann Example", officer)
    report.refresh_from_db()
    assert report.state == "frozen"
    with pytest.raises(ValidationError) as error:
        operations.record_clearance(report.pk, by=officer, **CLEARANCE)
    assert refusal(error) == "This clearance has been recorded already."


def test_record_clearance_needs_words_that_stay():
    report = make_report()
    with pytest.raises(ValidationError) as error:
        operations.record_clearance(report.pk, by=None, **CLEARANCE)
    assert refusal(error).startswith("Freeze the report first")


def test_publish_report_opens_it_once():
    report = ready(make_report(is_frozen=True))
    officer = make_officer("performance")
    published = operations.publish_report(report.pk, by=officer, now=NOW)
    assert (published.published_at, published.published_by) == (NOW, officer)
    assert timeline(report)[0].what == "Published"
    with pytest.raises(ValidationError) as error:
        operations.publish_report(report.pk, by=officer)
    assert refusal(error) == "This report has already been published."
    with pytest.raises(ValidationError) as error:
        operations.record_clearance(report.pk, by=officer, **CLEARANCE)
    assert refusal(error) == "This report has been published."


def test_publish_report_with_exempt_information_is_refused():
    report = make_report(exempt="Paragraph 3")
    ready(operations.freeze_report(report.pk, by=None))
    with pytest.raises(ValidationError) as error:
        operations.publish_report(report.pk, by=None)
    assert refusal(error) == "This report holds exempt information, so it must not be published."


def test_publish_report_needs_its_paper():
    with pytest.raises(ValidationError) as error:
        operations.publish_report(make_report(is_frozen=True).pk, by=None)
    assert refusal(error) == "Make the paper first: readers get both the page and the paper."
