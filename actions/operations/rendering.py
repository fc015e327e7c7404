"""Make a report's paper in the background, safe against a killed worker.

The row is the truth, a task's message only a wake-up. A worker claims the report with a lease it renews at
every step; when a worker dies the lease runs out and the next one begins again from the frozen figures. Only
the holder of the lease can finish, so two workers never both deliver.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pikepdf
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import KombuError

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import emails, paper
from ..models import MonitoringReport
from .writing import refuse_unless, save

logger = logging.getLogger(__name__)
State = MonitoringReport.State
LEASE = timedelta(minutes=3)  # longer than any one step of the rendering
WAKE_AFTER = timedelta(minutes=1)  # a message not answered by then was lost
ATTEMPTS = 3
GAVE_UP = "The paper was begun three times and never finished. Tell an administrator, then try again."


@transaction.atomic
def make_paper(report_id: int, *, by: User | None, now: datetime | None = None) -> MonitoringReport:
    """Ask for a frozen report's paper. It is made in the background; a second click changes nothing."""
    with history.deed("asked for the paper", by=by):
        report = MonitoringReport.objects.select_for_update().get(pk=report_id)
        refuse_unless(not report.is_draft, "Freeze the report before its paper is made.")
        refuse_unless(not report.is_published, "This report has been published, so its paper stays as it is.")
        if report.is_rendering:
            return report
        report.state, report.error = State.RENDERING, ""
        report.progress, report.progress_words, report.attempts = 0, "Waiting to begin", 0
        report.lease = report.leased_until = None
        report.asked_at, report.asked_by = now or timezone.now(), by
        save(report, "state", "error", "asked_at", "asked_by", *RUN_FIELDS)
        _wake(report.pk)
        return report


RUN_FIELDS = ("progress", "progress_words", "attempts", "lease", "leased_until")


def render_report(report_id: int, *, now: datetime | None = None) -> bool:
    """Make the paper of a report that waits for it; False when there is nothing to do or somebody else does it.

    Not one transaction: the rendering takes seconds, and what it does is undone by doing it again.
    """
    lease = _claim(report_id, now or timezone.now())
    if lease is None:
        return False
    report = MonitoringReport.objects.select_related("plan").get(pk=report_id)
    try:
        content = paper.make(report, progress=lambda done, words: _tell(report_id, lease, done, words))
        pages = len(pikepdf.open(ContentFile(content)).pages)
    except LeaseLost:
        return False
    except Exception as problem:
        _fail(report_id, lease, f"{type(problem).__name__}: {problem}"[:2000])
        raise
    return _finish(report_id, lease, content, pages)


def resume_reports(*, now: datetime | None = None) -> int:
    """Wake every report whose worker died or whose message was lost; give up one begun three times."""
    now = now or timezone.now()
    died = Q(leased_until__lt=now)
    lost = Q(leased_until=None, asked_at__lt=now - WAKE_AFTER)
    woken = 0
    for report_id in MonitoringReport.objects.being_made().filter(died | lost).values_list("pk", flat=True):
        try:
            woken += _resume(report_id, now)
        except Exception:  # one report's trouble must not keep the others waiting
            logger.exception("Report %s could not be resumed", report_id)
    return woken


def _resume(report_id: int, now: datetime) -> bool:
    if _give_up(report_id, now):
        return False
    _wake(report_id)
    return True


class LeaseLost(Exception):
    """Another worker has taken the report over."""


def _claim(report_id: int, now: datetime) -> UUID | None:
    """Take the lease by one conditional update, so that of two workers one gets it."""
    lease = uuid4()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = MonitoringReport.objects.being_made().filter(free, pk=report_id, attempts__lt=ATTEMPTS)
    fresh = {"progress": 1, "progress_words": "Reading the frozen figures"}
    taken = waiting.update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1, **fresh)
    return lease if taken else None


def _tell(report_id: int, lease: UUID, done: int, words: str) -> None:
    """Show how far it is and renew the lease. Raises LeaseLost when it has gone to another worker."""
    mine = MonitoringReport.objects.being_made().filter(pk=report_id, lease=lease)
    until = timezone.now() + LEASE
    if not mine.update(progress=min(done, 99), progress_words=words[:100], leased_until=until):
        raise LeaseLost


def _finish(report_id: int, lease: UUID, content: bytes, pages: int) -> bool:
    """File the paper and mark the report ready, if the lease is still ours; else leave no file behind."""
    name = default_storage.save(f"reports/{report_id}/{lease}.pdf", ContentFile(content))
    with transaction.atomic(), history.deed("made the paper"):
        report = _held(report_id, lease)
        if report is None:
            default_storage.delete(name)
            return False
        report.state, report.file, report.file_size = State.READY, name, len(content)
        report.page_count, report.rendered_at = pages, timezone.now()
        report.progress, report.progress_words = 100, "Finished"
        report.lease = report.leased_until = None
        save(report, "state", "file", "file_size", "page_count", "rendered_at", *RUN_FIELDS)
        emails.report_ready(report)
        transaction.on_commit(lambda: _tidy(report_id))
    return True


def _fail(report_id: int, lease: UUID, error: str) -> None:
    with transaction.atomic(), history.deed("could not make the paper"):
        report = _held(report_id, lease)
        if report:
            _park(report, error)


@transaction.atomic
def _give_up(report_id: int, now: datetime) -> bool:
    report = MonitoringReport.objects.select_for_update().get(pk=report_id)
    is_over = (
        report.is_rendering
        and report.attempts >= ATTEMPTS
        and report.leased_until
        and report.leased_until < now
    )
    if is_over:
        with history.deed("could not make the paper"):
            _park(report, GAVE_UP)
    return bool(is_over)


def _park(report: MonitoringReport, error: str) -> None:
    """Leave a report that cannot be made with its reason, and tell the person who asked."""
    report.state, report.error = State.FAILED, error
    report.lease = report.leased_until = None
    save(report, "state", "error", *RUN_FIELDS)
    emails.report_failed(report)


def _held(report_id: int, lease: UUID) -> MonitoringReport | None:
    return MonitoringReport.objects.being_made().select_for_update().filter(pk=report_id, lease=lease).first()


def _tidy(report_id: int) -> None:
    """Remove the paper that was replaced, and what killed workers left in the report's folder."""
    keep = MonitoringReport.objects.values_list("file", flat=True).get(pk=report_id)
    folder = f"reports/{report_id}"
    for name in default_storage.listdir(folder)[1]:
        if f"{folder}/{name}" != keep:
            default_storage.delete(f"{folder}/{name}")


def _wake(report_id: int) -> None:
    transaction.on_commit(lambda: _send(report_id))


def _send(report_id: int) -> None:
    """A broker that is away is no reason to fail: the sweep finds the row a minute later."""
    from ..tasks import render_report as task

    with suppress(KombuError, OSError):
        task.delay(report_id)
