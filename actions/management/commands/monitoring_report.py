"""The yearly report on a plan as a PDF, by the same operations as its pages."""

import time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from actions import operations, reports
from actions.models import MonitoringReport, Plan, Rag
from vcse_portal.accounts.models import User

State = MonitoringReport.State
PATIENCE = 600  # seconds to wait for a worker that took the paper on


class Command(BaseCommand):
    help = (
        "Write the monitoring report on a plan's year as a PDF. Uses the report if it is there, else begins and"
        " freezes it. A draft somebody is still writing is left alone unless --freeze is given."
    )

    def add_arguments(self, parser):
        parser.add_argument("plan", help="the plan's code or number")
        parser.add_argument("--year", type=int, required=True, help="the year it begins in, such as 2026")
        parser.add_argument("--audience", default="cabinet", help="cabinet or scrutiny (cabinet)")
        parser.add_argument("--year-kind", default="financial", help="financial or plan (financial)")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE.pdf")
        parser.add_argument("--introduction", type=Path, metavar="FILE.md", help="Markdown, for a new report")
        parser.add_argument("--freeze", action="store_true", help="freeze a draft that somebody else began")
        parser.add_argument("--by", metavar="EMAIL", help="the officer who answers for it; else the portal")

    def handle(self, *args, **options):
        folder = options["output"].absolute().parent
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            report = self._report(options)
            report = self._paper(report, self._person(options["by"]))
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        _copy(report, options["output"])
        counts = report.figures["counts"]
        figures = " ".join(f"{name}={counts[name]}" for name in ("total", *Rag.values, "overdue"))
        self.stdout.write(reports.summary(counts))
        self.stdout.write(f"{figures} pages={report.page_count} bytes={report.file_size}")
        self.stdout.write(str(options["output"]))

    def _report(self, options: dict) -> MonitoringReport:
        """The frozen report asked for, begun and frozen if need be."""
        plan, by = _plan(options["plan"]), self._person(options["by"])
        identity = {
            "year": options["year"],
            "year_kind": options["year_kind"],
            "audience": options["audience"],
        }
        report = plan.reports.filter(**identity).first()
        if report is None:
            words = {"introduction": _text(options["introduction"])}
            report = operations.start_report(plan.pk, by=by, **identity, **words)
        elif report.is_draft and report.started_by not in (None, by) and not options["freeze"]:
            raise CommandError(
                f"{report.started_by} is still writing this report. Freeze it on its page, or add --freeze."
            )
        return operations.freeze_report(report.pk, by=by) if report.is_draft else report

    def _paper(self, report: MonitoringReport, by: User | None) -> MonitoringReport:
        """The report with its paper, made here or by the worker that was quicker."""
        if not report.is_ready:
            operations.make_paper(report.pk, by=by)
            try:
                operations.render_report(report.pk)
            except Exception as error:
                raise CommandError(f"The paper could not be made: {error}") from error
        waited = time.monotonic() + PATIENCE
        while (report := MonitoringReport.objects.select_related("plan").get(pk=report.pk)).is_rendering:
            if time.monotonic() > waited:
                raise CommandError(
                    "A worker has taken the paper on and does not finish. Run this again later."
                )
            time.sleep(1)
        if not report.is_ready:
            raise CommandError(f"The paper could not be made: {report.error}")
        return report

    def _person(self, email: str | None) -> User | None:
        if not email:
            return None
        person = User.objects.officers().filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"No officer has the address {email}.")
        return person


def _plan(wanted: str) -> Plan:
    by_number = {"pk": int(wanted)} if wanted.isdecimal() and len(wanted) < 10 else {"pk": None}
    plan = Plan.objects.filter(code=wanted).first() or Plan.objects.filter(**by_number).first()
    if plan is None:
        known = ", ".join(Plan.objects.adopted().values_list("code", flat=True)[:10]) or "none yet"
        raise CommandError(f"There is no plan {wanted}. Plans: {known}.")
    return plan


def _text(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The introduction cannot be read: {error}") from error


def _copy(report: MonitoringReport, path: Path) -> None:
    """Whole or not at all: written beside its place first, then put there."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with report.file.open("rb") as source:
            beside.write_bytes(source.read())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CommandError(f"The report cannot be written to {path}: {error}") from error
