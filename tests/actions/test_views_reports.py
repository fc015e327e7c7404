"""Reports' pages: written, frozen, made, downloaded, published; closed to outsiders before their time."""

import pytest
from django.urls import reverse

from actions import operations, paper
from actions.models import MonitoringReport
from tests.factories import make_councillor, make_officer, make_user

from .factories import make_action, make_ambition, make_plan, make_report
from .test_rendering import one_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(paper, "make", lambda report, *, progress: one_page())


def url(name: str, *args) -> str:
    return reverse(f"actions:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def made(plan=None, **facts) -> MonitoringReport:
    report = operations.make_paper(make_report(plan, is_frozen=True, **facts).pk, by=None)
    operations.render_report(report.pk)
    return MonitoringReport.objects.get(pk=report.pk)


PAGES = ["report", "report_paper", "report_figures"]


@pytest.mark.parametrize("name", PAGES)
def test_report_is_not_there_for_outsiders_until_published(name, client, sign_in):
    report = made()
    clients = [client, sign_in(make_user()), sign_in(make_councillor()), sign_in(make_officer("property"))]
    assert [c.get(url(name, report.pk)).status_code for c in clients] == [404, 404, 200, 200]
    operations.publish_report(report.pk, by=None)
    assert [c.get(url(name, report.pk)).status_code for c in clients] == [200, 200, 200, 200]


def test_report_paper_is_an_attachment_of_its_own_name(sign_in):
    plan = make_plan(code="strategy-x")
    response = sign_in(make_officer()).get(url("report_paper", made(plan).pk))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert response["Content-Disposition"] == 'attachment; filename="strategy-x-2026-cabinet.pdf"'
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "private" in response["Cache-Control"]


def test_report_paper_is_not_there_before_it_is_made(sign_in):
    assert sign_in(make_officer()).get(url("report_paper", make_report(is_frozen=True).pk)).status_code == 404


def test_reports_list_hides_what_is_not_published(client, sign_in):
    plan = make_plan()
    report = make_report(plan)
    assert report.title not in text(client.get(url("reports", plan.code)))
    assert report.title in text(sign_in(make_councillor()).get(url("reports", plan.code)))


@pytest.mark.parametrize("rows", [1, 4])
def test_reports_list_takes_as_many_queries_for_one_as_for_four(rows, sign_in, django_assert_max_num_queries):
    plan = make_plan(starts_on="2020-04-01")
    for year in range(2026 - rows, 2026):
        make_report(plan, year=year)
    client = sign_in(make_officer())
    client.get(url("reports", plan.code))
    with django_assert_max_num_queries(6):
        client.get(url("reports", plan.code))


@pytest.mark.parametrize("rows", [1, 4])
def test_report_draft_takes_as_many_queries_for_one_action_as_for_four(
    rows, client, sign_in, django_assert_num_queries
):
    plan = make_plan()
    for _ in range(rows - 1):
        make_action(ambition=make_ambition(plan))
    report = make_report(plan)
    client = sign_in(make_councillor())
    client.get(url("report", report.pk))
    with django_assert_num_queries(9):
        client.get(url("report", report.pk))


def test_report_frozen_takes_few_queries(client, sign_in, django_assert_max_num_queries):
    report = made()
    operations.publish_report(report.pk, by=None)
    client = sign_in(make_councillor())
    client.get(url("report", report.pk))
    with django_assert_max_num_queries(9):
        client.get(url("report", report.pk))


def test_report_start_write_freeze_make_publish(sign_in, run_on_commit, eager_tasks):
    plan, officer = make_plan(), make_officer("performance")
    client = sign_in(officer)
    started = {"audience": "cabinet", "year_kind": "financial", "year": "2026"}
    response = client.post(url("report_start", plan.code), started)
    report = plan.reports.get()
    assert response.url == url("report_edit", report.pk)
    assert client.post(url("report_start", plan.code), started).url == response.url  # a double click
    words = {"title": "Yearly report", "introduction": "Hello", "version": report.version}
    flags = {"is_key_decision": "yes", "key_decision_reason": "two wards", "is_subject_to_call_in": "no"}
    assert client.post(url("report_edit", report.pk), words | flags).status_code == 302
    with run_on_commit():
        response = client.post(url("report_freeze", report.pk))
    assert response.url == url("report_progress", report.pk)
    report.refresh_from_db()
    assert (report.state, report.introduction, report.is_key_decision) == ("ready", "Hello", True)
    assert client.get(response.url).url == report.get_absolute_url()
    again = client.post(url("report_freeze", report.pk))  # a double click
    assert "This report is already frozen." in text(again)
    assert client.post(url("report_publish", report.pk)).status_code == 302
    report.refresh_from_db()
    assert report.published_by == officer


def test_report_edit_asks_for_the_reason_of_a_key_decision_only(sign_in):
    report, client = make_report(), sign_in(make_officer())
    words = {"title": "T", "introduction": "", "is_subject_to_call_in": "yes", "version": report.version}
    response = client.post(url("report_edit", report.pk), words | {"is_key_decision": "yes"})
    assert list(response.context["form"].errors) == ["key_decision_reason"]
    response = client.post(url("report_edit", report.pk), words | {"is_key_decision": "no"})
    assert response.status_code == 302
    report.refresh_from_db()
    assert (report.is_key_decision, report.key_decision_reason) == (False, "")


def test_report_edit_stale_gives_409(sign_in):
    report, client = make_report(), sign_in(make_officer())
    words = {"title": "T", "is_key_decision": "no", "is_subject_to_call_in": "yes", "version": report.version}
    assert client.post(url("report_edit", report.pk), words).status_code == 302
    assert client.post(url("report_edit", report.pk), words).status_code == 409


def test_report_edit_of_a_frozen_report_leads_back(sign_in):
    report = make_report(is_frozen=True)
    assert sign_in(make_officer()).get(url("report_edit", report.pk)).url == report.get_absolute_url()


def test_report_progress_as_json_and_as_a_page(sign_in):
    report = operations.make_paper(make_report(is_frozen=True).pk, by=None)
    client = sign_in(make_officer())
    assert "Waiting to begin" in text(client.get(url("report_progress", report.pk)))
    found = client.get(url("report_progress", report.pk), headers={"accept": "application/json"}).json()
    assert found == {
        **{"done": 0, "total": 100, "label": "Waiting to begin", "finished": False},
        "href": report.get_absolute_url(),
    }


def test_report_make_again_and_refused_in_words(sign_in):
    client = sign_in(make_officer())
    report = made()
    assert client.post(url("report_make", report.pk)).url == url("report_progress", report.pk)
    draft = make_report()
    response = client.post(url("report_make", draft.pk), follow=True)
    assert "Freeze the report before its paper is made." in text(response)


def test_clearance_record(sign_in):
    report, client = made(), sign_in(make_officer())
    facts = {
        "kind": "finance",
        "name": "Ann Example",
        "cleared_on_0": "4",
        "cleared_on_1": "11",
        "cleared_on_2": "2026",
    }
    assert client.post(url("clearance_record", report.pk), facts).status_code == 302
    again = client.post(url("clearance_record", report.pk), facts)
    assert "This clearance has been recorded already." in text(again)
    assert "The paper has to be made again" in text(client.get(report.get_absolute_url()))


@pytest.mark.parametrize("name", ["report_edit", "report_freeze", "clearance_record"])
def test_report_forms_are_for_plan_keepers(name, client, sign_in):
    report = make_report()
    people = [make_councillor(), make_officer("property"), make_officer("partnerships")]
    assert [sign_in(p).get(url(name, report.pk)).status_code for p in people] == [403, 403, 200]
    assert sign_in(make_user()).get(url(name, report.pk)).status_code == 404
    assert client.get(url(name, report.pk)).status_code == 302


def test_report_publish_is_for_performance(sign_in):
    report = made()
    people = [make_officer("partnerships"), make_officer("performance")]
    assert [sign_in(p).get(url("report_publish", report.pk)).status_code for p in people] == [403, 200]


def test_report_figures_as_csv(sign_in):
    response = sign_in(make_officer()).get(url("report_figures", made().pk))
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Ambition,Red,Amber,Green,Complete,Not due", "1. Ambition 1,0,0,0,0,1"]
