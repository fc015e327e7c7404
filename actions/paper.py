"""A monitoring report as the paper that goes to Cabinet or Scrutiny, made from its frozen figures only."""

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vcse_portal.borough.models import Council
from vcse_portal.pdf.charts import Table
from vcse_portal.pdf.render import STYLESHEETS, Progress, render_pdf

from . import reports
from .models import Clearance, MonitoringReport

ALWAYS_SHOWN = (Clearance.Kind.FINANCE, Clearance.Kind.LEGAL)


def make(report: MonitoringReport, *, progress: Progress | None = None) -> bytes:
    """The paper as PDF/UA-1. Raises UnfitPaper when it would be unreadable to some."""
    council = Council.objects.filter(pk=1).first() or Council(pk=1)
    return render_pdf(
        "actions/paper.html",
        {**contents(report, report.figures), "report": report, "council": council},
        title=report.title,
        progress=progress,
        now=report.frozen_at,
        base_url=settings.BASE_URL,
        stylesheets=(*STYLESHEETS, "actions/paper.css"),
    )


def contents(report: MonitoringReport, figures: dict) -> dict:
    """Everything page and paper show, from one set of figures: so that they cannot differ."""
    return {
        "front_sheet": front_sheet(report),
        "summary": reports.summary(figures["counts"]),
        "plan_summary": figures["plan"]["summary"],
        "as_at": reports.day(figures["as_at"]),
        "updates_in_period": figures["updates_in_period"],
        "period": [reports.day(iso) for iso in figures["period"]],
        "rag_table": reports.rag_table(figures),
        "chart": reports.rag_chart(figures),
        "ambitions": [
            {
                **ambition,
                "table": reports.action_table(ambition),
                "summary": reports.summary(ambition["counts"]),
            }
            for ambition in figures["ambitions"]
        ],
        "indicators": reports.indicator_table(figures),
        "clearances": clearances(report),
        "seal": report.figures_sha256,
    }


def front_sheet(report: MonitoringReport) -> list[tuple[str, object]]:
    """The rows of a committee report's first page, in the order committees expect."""
    key = _("Yes") if report.is_key_decision else _("No")
    reason = report.key_decision_reason if report.is_key_decision else ""
    rows = [
        (_("Report for"), report.get_audience_display()),
        (_("Date of meeting"), date_format(report.meeting_on, "j F Y") if report.meeting_on else ""),
        (_("Subject"), report.title),
        (_("Key decision"), ": ".join(filter(None, [key, reason]))),
        (_("Responsible officer"), report.responsible_officer),
        (_("Portfolio holder"), report.portfolio_holder),
        (_("Exempt"), report.exempt or _("No")),
        (_("Decision subject to call-in"), _("Yes") if report.is_subject_to_call_in else _("No")),
        (_("Wards affected"), report.wards_affected),
        (_("Enclosures"), _enclosures(report)),
    ]
    return [(label, value or _("To be confirmed")) for label, value in rows]


def _enclosures(report: MonitoringReport) -> str | list[str]:
    lines = [line.strip() for line in report.enclosures.splitlines() if line.strip()]
    return lines if len(lines) > 1 else (lines or [_("None")])[0]


def clearances(report: MonitoringReport) -> Table:
    """Those given, and the two statutory ones still awaited."""
    given = {clearance.kind: clearance for clearance in report.clearances.all()}
    shown = [kind for kind in Clearance.Kind if kind in given or kind in ALWAYS_SHOWN]
    header = [_("Clearance by"), _("Name"), _("On behalf of"), _("Date")]
    rows = [(str(kind.label), *_cleared(given.get(kind.value))) for kind in shown]
    return Table(header, rows)


def _cleared(clearance: Clearance | None) -> tuple[str, str, str]:
    if clearance is None:
        return _("Not yet given"), "–", "–"
    return clearance.name, clearance.on_behalf_of or "–", date_format(clearance.cleared_on, "j F Y")
