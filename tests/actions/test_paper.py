"""The paper itself: PDF/UA-1, everything a committee expects in it, nothing fetched, nothing of a member's run."""

import json
from datetime import UTC, date, datetime

import pytest

from actions import operations, paper
from actions.models import MonitoringReport
from tests.factories import make_officer
from tests.pdf.conftest import Paper

from .factories import make_plan, make_report, make_update
from .strategy import CONTENT, make_strategy

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)


def freeze(plan, **facts) -> MonitoringReport:
    report = operations.start_report(plan.pk, year=2026, audience="cabinet", by=None, now=NOW)
    report = operations.edit_report(report.pk, by=None, version=report.version, **facts)
    return operations.freeze_report(report.pk, by=make_officer(), now=NOW)


def text_of(content: bytes, tmp_path) -> str:
    import subprocess

    (tmp_path / "paper.pdf").write_bytes(content)
    found = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, check=True, text=True
    )
    return " ".join(found.stdout.split())


@pytest.mark.slow
def test_paper_of_the_strategy_is_accessible_and_says_what_a_committee_looks_for(tmp_path):
    report = freeze(
        make_strategy(),
        introduction="## What happened\n\nA good year.\n\n1. One\n2. Two",
        meeting_on=date(2026, 12, 10),
        portfolio_holder="Councillor Example",
        enclosures="Appendix 1: Strategy\nAppendix 2: Figures",
    )
    operations.record_clearance(
        report.pk, by=None, kind="finance", name="Ann Example", cleared_on=date(2026, 7, 2)
    )
    steps = []
    content = paper.make(report, progress=lambda done, words: steps.append(done))
    made = Paper(content)
    assert made.is_compliant
    assert str(made.pdf.Root.Lang) == "en-GB"
    assert str(made.pdf.docinfo["/Title"]) == report.title
    assert 8 <= len(made.pdf.pages) <= 20
    assert steps == sorted(steps)
    assert len(made.elements("Figure")) == 1
    assert len(made.elements("H1")) == 1
    chapters = [str(item.title) for item in made.pdf.open_outline().root]
    assert chapters == [
        "Summary",
        "Ratings by ambition",
        "Ambition 1: Deepening partnership",
        "Ambition 2: Building capacity",
        "Ambition 3: Enabling participation",
        "Statutory officer clearance",
    ]
    text = text_of(content, tmp_path)
    for words in (
        "Report for Cabinet",
        "Date of meeting 10 December 2026",
        "Portfolio holder Councillor Example",
        "Key decision No",
        "Exempt No",
        "Decision subject to call-in Yes",
        "Of 28 actions, ",
        "Figures are as at 1 July 2026",
        "28. Track this plan",
        "Chief Financial Officer Ann Example",
        "Monitoring Officer Not yet given",
        "Page 1 of ",
        report.figures_sha256[:32],
    ):
        assert words in text, words
    # front sheet, ratings, the chart's own, one an ambition, clearances
    assert len({str(t.get("/ID", i)) for i, t in enumerate(made.elements("Table"))}) >= 7


@pytest.mark.slow
def test_paper_f25_members_words_fetch_and_run_nothing(tmp_path):
    plan = make_plan()
    make_update(
        plan.actions.get(),
        text='<img src="http://127.0.0.1:1/x.png"><script>alert(1)</script>\n\n![a](file:///etc/passwd)\n\n'
        '<link rel="attachment" href="file:///etc/passwd">[x](javascript:alert(1)) **bold words**',
    )
    content = paper.make(freeze(plan, introduction="<iframe src='file:///etc/passwd'></iframe> hello"))
    made = Paper(content)
    assert made.is_compliant
    assert "/EmbeddedFiles" not in made.pdf.Root.get("/Names", {})
    assert made.links() == []
    text = text_of(content, tmp_path)
    assert "root:" not in text
    assert "bold words" in text


def test_paper_is_the_same_bytes_from_the_same_figures():
    report = make_report(is_frozen=True)
    assert paper.make(report) == paper.make(MonitoringReport.objects.select_related("plan").get(pk=report.pk))


def test_the_plan_content_has_28_actions_in_three_ambitions():
    content = json.loads(CONTENT.read_text(encoding="utf-8"))
    assert [a["number"] for a in content["actions"]] == list(range(1, 29))
    per_ambition = [sum(a["ambition"] == n for a in content["actions"]) for n in (1, 2, 3)]
    assert per_ambition == [8, 11, 9]
    assert {a["resources"] for a in content["actions"]} == {"existing", "realign", "to_be_costed"}
