"""Begin a monitoring report, write it, freeze it, record its clearances, publish it."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import reports, years
from ..models import Clearance, MonitoringReport, Plan
from .writing import change, create, refuse_unless, save

State = MonitoringReport.State
IDENTITY = ("year", "year_kind", "audience")
REPORT_FACTS = (
    *("title", "introduction", "meeting_on", "responsible_officer", "portfolio_holder"),
    *(
        "is_key_decision",
        "key_decision_reason",
        "exempt",
        "is_subject_to_call_in",
        "wards_affected",
        "enclosures",
    ),
)
CLEARANCE_FACTS = ("kind", "name", "on_behalf_of", "cleared_on")


@transaction.atomic
def start_report(
    plan_id: int,
    *,
    year: int,
    audience: str,
    by: User | None,
    year_kind: str = MonitoringReport.YearKind.FINANCIAL,
    now: datetime | None = None,
    **facts,
) -> MonitoringReport:
    """Begin the report on a plan's year for one audience: one each.

    A second click by the same person gives the draft already begun. Refused for a plan that is not adopted,
    and for a year that has not begun or lies wholly before the plan.
    """
    now = now or timezone.now()
    with history.deed("started", by=by):
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        identity = {"year": year, "year_kind": year_kind, "audience": audience}
        begun = plan.reports.filter(**identity, state=State.DRAFT, started_by=by).first()
        if begun:
            return begun
        first, last = _period(plan, year, year_kind, timezone.localdate(now))
        facts.setdefault("title", f"{plan.title}: monitoring report {years.in_words(first, last)}")
        return create(
            MonitoringReport,
            (*IDENTITY, *REPORT_FACTS),
            {**identity, **facts},
            **{"plan": plan, "period_from": first, "period_to": last, "started_at": now, "started_by": by},
        )


def _period(plan: Plan, year: int, year_kind: str, today: date) -> tuple[date, date]:
    refuse_unless(not plan.is_draft, "This plan has not been adopted yet.")
    if not 2000 <= year <= 2100:
        raise ValidationError({"year": "Enter a year between 2000 and 2100."})
    first, last = years.period(year_kind, year, plan.starts_on)
    if first > today:
        raise ValidationError({"year": "That year has not begun yet."})
    if last < plan.starts_on:
        raise ValidationError({"year": "That year ended before the plan began."})
    return first, last


@transaction.atomic
def edit_report(report_id: int, *, by: User | None, version: int, **facts) -> MonitoringReport:
    """Write the introduction and the front sheet of a draft. Raises Conflict when somebody else just did."""
    with history.deed("edited", by=by):
        report = _locked(report_id)
        refuse_unless(report.is_draft, "This report is frozen, so its words no longer change.")
        check_version(report, version)
        return change(report, REPORT_FACTS, facts)


@transaction.atomic
def freeze_report(report_id: int, *, by: User | None, now: datetime | None = None) -> MonitoringReport:
    """Take the plan's figures as they stand now and keep them, with the words, for good.

    The plan's actions are locked meanwhile, so the figures all belong to one moment. The database refuses
    any later change to what was frozen.
    """
    now = now or timezone.now()
    with history.deed("frozen", by=by):
        report = _locked(report_id)
        refuse_unless(report.is_draft, "This report is already frozen.")
        plan = Plan.objects.select_for_update().get(pk=report.plan_id)
        refuse_unless(
            bool(plan.actions.select_for_update().order_by("pk").values_list("pk")),
            "The plan has no actions.",
        )
        report.as_at = timezone.localdate(now)
        report.figures = reports.figures(
            plan, period_from=report.period_from, period_to=report.period_to, today=report.as_at
        )
        report.figures_sha256 = reports.seal(report.figures)
        report.state, report.frozen_at, report.frozen_by = State.FROZEN, now, by
        return save(report, "state", "figures", "figures_sha256", "as_at", "frozen_at", "frozen_by")


@transaction.atomic
def record_clearance(report_id: int, *, by: User | None, now: datetime | None = None, **facts) -> Clearance:
    """Record that a statutory officer has cleared the frozen report, before it is published.

    A paper made earlier does not show it, and has to be made again.
    """
    with history.deed("cleared", by=by):
        report = _locked(report_id)
        refuse_unless(
            not report.is_draft, "Freeze the report first: a clearance is for words that stay as they are."
        )
        refuse_unless(not report.is_published, "This report has been published.")
        refuse_unless(
            not report.is_rendering, "The paper is being made. Record the clearance when it is ready."
        )
        found = create(
            Clearance,
            CLEARANCE_FACTS,
            facts,
            report=report,
            recorded_by=by,
            recorded_at=now or timezone.now(),
        )
        if report.is_ready:
            report.state = State.FROZEN
        save(report, "state")
        return found


@transaction.atomic
def publish_report(report_id: int, *, by: User | None, now: datetime | None = None) -> MonitoringReport:
    """Open the finished report, page and paper, to everyone. One with exempt information stays closed."""
    with history.deed("published", by=by):
        report = _locked(report_id)
        refuse_unless(not report.is_published, "This report has already been published.")
        refuse_unless(not report.exempt, "This report holds exempt information, so it must not be published.")
        refuse_unless(report.is_ready, "Make the paper first: readers get both the page and the paper.")
        report.published_at, report.published_by = now or timezone.now(), by
        return save(report, "published_at", "published_by")


def _locked(report_id: int) -> MonitoringReport:
    return MonitoringReport.objects.select_for_update().get(pk=report_id)
