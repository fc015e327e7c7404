"""The command an operator relies on: the report as a file, or a sentence why not."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from actions import operations
from actions.models import MonitoringReport
from tests.factories import make_officer
from tests.pdf.conftest import Paper

from .factories import make_plan, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def run(plan, path, **options) -> str:
    out = StringIO()
    call_command("monitoring_report", str(plan), output=path, stdout=out, **{"year": 2026} | options)
    return out.getvalue()


def test_monitoring_report_writes_an_accessible_paper_and_says_what_is_in_it(tmp_path):
    plan, path = make_plan(), tmp_path / "report.pdf"
    said = run(plan.code, path).splitlines()
    report = MonitoringReport.objects.get()
    assert Paper(path.read_bytes()).is_compliant
    assert said == [
        "Of 1 action, 1 is not due.",
        "total=1 red=0 amber=0 green=0 complete=0 none=1 overdue=0"
        f" pages={report.page_count} bytes={path.stat().st_size}",
        str(path),
    ]
    assert (report.state, report.audience, report.frozen_by) == ("ready", "cabinet", None)


def test_monitoring_report_again_gives_the_same_report(tmp_path):
    plan = make_plan()
    run(plan.pk, tmp_path / "one.pdf")
    run(plan.code, tmp_path / "two.pdf", audience="cabinet")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert MonitoringReport.objects.count() == 1


def test_monitoring_report_leaves_a_draft_somebody_is_writing(tmp_path):
    plan, officer = make_plan(), make_officer(name="Jo Officer")
    report = make_report(plan, by=officer)
    with pytest.raises(CommandError, match="Jo Officer is still writing this report"):
        run(plan.code, tmp_path / "report.pdf")
    report.refresh_from_db()
    assert report.state == "draft"
    run(plan.code, tmp_path / "report.pdf", by=officer.email)
    report.refresh_from_db()
    assert (report.state, report.frozen_by) == ("ready", officer)


def test_monitoring_report_takes_an_introduction(tmp_path):
    words = tmp_path / "introduction.md"
    words.write_text("Hello", encoding="utf-8")
    run(make_plan().code, tmp_path / "report.pdf", introduction=words)
    assert MonitoringReport.objects.get().introduction == "Hello"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"plan": "nonsense"}, "There is no plan nonsense. Plans: strategy-x."),
        ({"plan": "99999999999999999999"}, "There is no plan 99999999999999999999."),
        ({"year": 2024}, "That year ended before the plan began."),
        ({"year": 1}, "Enter a year between 2000 and 2100."),
        ({"audience": "press"}, "Value 'press' is not a valid choice."),
        ({"by": "nobody@example.org"}, "No officer has the address nobody@example.org."),
        ({"path": "nowhere/report.pdf"}, "There is no folder"),
    ],
)
def test_monitoring_report_refuses_in_a_sentence(options, sentence, tmp_path):
    make_plan(code="strategy-x")
    path = tmp_path / options.pop("path", "report.pdf")
    with pytest.raises(CommandError) as error:
        run(options.pop("plan", "strategy-x"), path, **options)
    assert str(error.value).startswith(sentence)
    assert (path.exists(), MonitoringReport.objects.count()) == (False, 0)


def test_monitoring_report_says_why_a_paper_cannot_be_made(tmp_path, monkeypatch):
    monkeypatch.setattr("actions.paper.make", lambda report, *, progress: 1 / 0)
    with pytest.raises(CommandError, match="The paper could not be made: division by zero"):
        run(make_plan().code, tmp_path / "report.pdf")
    assert operations.resume_reports() == 0
