"""The paper made in the background: claimed, renewed, resumed after a kill, parked when it cannot be made."""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from actions import operations, paper, tasks
from actions.models import MonitoringReport
from actions.operations import rendering
from tests.factories import make_officer
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery

from .factories import make_report

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def quick_paper(monkeypatch):
    """A paper of one empty page instead of seconds of typesetting."""

    def make(report, *, progress):
        progress(50, "Half done")
        return one_page()

    monkeypatch.setattr(paper, "make", make)


@pytest.fixture
def celery_at_once(request):
    """Function: from now on tasks run at once, in this process."""
    return lambda: request.getfixturevalue("eager_tasks")


def one_page() -> bytes:
    import io

    import pikepdf

    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out := io.BytesIO())
    return out.getvalue()


def asked(**facts) -> MonitoringReport:
    by = make_officer()
    return operations.make_paper(make_report(is_frozen=True, by=by, **facts).pk, by=by)


def mails() -> list[str]:
    return list(Delivery.objects.values_list("message__kind", flat=True))


def test_make_paper_waits_for_a_worker_and_a_second_click_changes_nothing():
    report = asked()
    assert (report.state, report.progress_words) == ("rendering", "Waiting to begin")
    again = operations.make_paper(report.pk, by=make_officer())
    assert (again.asked_by, again.version) == (report.asked_by, report.version)
    assert timeline(report)[0].what == "Asked for the paper"


def test_make_paper_refuses_a_draft():
    with pytest.raises(ValidationError) as error:
        operations.make_paper(make_report().pk, by=None)
    assert error.value.messages == ["Freeze the report before its paper is made."]


def test_render_report_files_the_paper_and_tells_who_asked(quick_paper, media):
    report = asked()
    assert operations.render_report(report.pk) is True
    report.refresh_from_db()
    assert (report.state, report.page_count, report.progress, report.lease) == ("ready", 1, 100, None)
    assert report.file.read() == one_page() or report.file_size == len(one_page())
    assert mails() == ["report_ready"]
    assert timeline(report)[0].what == "Made the paper"


def test_render_report_twice_makes_one_paper(quick_paper):
    report = asked()
    assert [operations.render_report(report.pk), operations.render_report(report.pk)] == [True, False]
    assert mails() == ["report_ready"]


def test_render_report_leaves_a_report_another_worker_holds(quick_paper):
    report = asked()
    assert rendering._claim(report.pk, timezone.now()) is not None
    assert operations.render_report(report.pk) is False


def test_render_report_that_cannot_be_made_is_parked_with_its_reason(monkeypatch):
    monkeypatch.setattr(paper, "make", lambda report, *, progress: 1 / 0)
    report = asked()
    with pytest.raises(ZeroDivisionError):
        operations.render_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.error) == ("failed", "ZeroDivisionError: division by zero")
    assert mails() == ["report_failed"]
    assert operations.resume_reports(now=timezone.now() + HOUR) == 0


def test_a_failed_report_can_be_asked_for_again(monkeypatch, quick_paper):
    report = asked()
    MonitoringReport.objects.filter(pk=report.pk).update(state="failed", error="x")
    operations.make_paper(report.pk, by=report.asked_by)
    assert operations.render_report(report.pk) is True
    report.refresh_from_db()
    assert (report.state, report.error) == ("ready", "")


def test_a_worker_that_lost_its_lease_delivers_nothing(monkeypatch, media):
    report = asked()

    def slow(found, *, progress):
        MonitoringReport.objects.filter(pk=found.pk).update(leased_until=timezone.now() - HOUR)
        rendering._claim(found.pk, timezone.now())  # another worker takes it over
        return one_page()

    monkeypatch.setattr(paper, "make", slow)
    assert operations.render_report(report.pk) is False
    assert default_storage.listdir(f"reports/{report.pk}") == ([], [])


def test_a_new_paper_takes_the_place_of_the_old_one(quick_paper, run_on_commit):
    report = asked()
    with run_on_commit():
        operations.render_report(report.pk)
        operations.make_paper(report.pk, by=None)
        default_storage.save(f"reports/{report.pk}/left-by-a-killed-worker.pdf", rendering.ContentFile(b"x"))
        operations.render_report(report.pk)
    report.refresh_from_db()
    assert default_storage.listdir(f"reports/{report.pk}")[1] == [report.file.name.rsplit("/", 1)[1]]


def test_resume_reports_finds_a_lost_message_but_not_a_fresh_one(quick_paper, run_on_commit, eager_tasks):
    report = asked()
    assert operations.resume_reports() == 0
    with run_on_commit():
        assert operations.resume_reports(now=timezone.now() + timedelta(minutes=2)) == 1
    report.refresh_from_db()
    assert report.state == "ready"


def test_resume_reports_gives_up_after_three_attempts():
    report = asked()
    now = timezone.now()
    for _ in range(3):
        assert rendering._claim(report.pk, now) is not None
        now += HOUR
    assert operations.resume_reports(now=now) == 0
    report.refresh_from_db()
    assert (report.state, report.error) == ("failed", rendering.GAVE_UP)
    assert mails() == ["report_failed"]


def test_tasks_call_the_operations(quick_paper, eager_tasks):
    report = asked()
    tasks.render_report.delay(report.pk)
    tasks.resume_reports.delay()
    report.refresh_from_db()
    assert report.state == "ready"


# F42: a worker killed while it makes a paper ---------------------------------------------------------


def _die_while_rendering(report_id: int) -> None:
    """In a process of its own: claims the report, gets half way, is killed as the kernel kills."""
    connection.close()

    def make(report, *, progress):
        progress(50, "Half done")
        os.kill(os.getpid(), signal.SIGKILL)

    paper.make = make
    operations.render_report(report_id)


def _kill_a_worker(report: MonitoringReport) -> None:
    connection.close()
    worker = multiprocessing.get_context("fork").Process(target=_die_while_rendering, args=[report.pk])
    worker.start()
    worker.join(30)
    assert worker.exitcode == -signal.SIGKILL
    report.refresh_from_db()
    assert (report.state, report.progress, report.attempts) == ("rendering", 50, 1)


@pytest.mark.django_db(transaction=True)
def test_f42_a_killed_rendering_resumes_when_its_lease_is_over(quick_paper, celery_at_once):
    report = asked()
    _kill_a_worker(report)
    celery_at_once()
    assert operations.resume_reports() == 0  # the lease may still be somebody's
    MonitoringReport.objects.filter(pk=report.pk).update(leased_until=timezone.now() - HOUR)
    assert operations.resume_reports() == 1
    report.refresh_from_db()
    assert (report.state, report.page_count, report.attempts) == ("ready", 1, 2)
    assert mails() == ["report_ready"]


@pytest.mark.django_db(transaction=True)
def test_f42_control_without_the_sweep_a_killed_rendering_stays(quick_paper, celery_at_once):
    report = asked()
    _kill_a_worker(report)
    celery_at_once()
    tasks.render_report.delay(report.pk)  # the broker hands the message out again, while the lease still runs
    report.refresh_from_db()
    assert report.state == "rendering"
