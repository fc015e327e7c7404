"""Monitoring reports: list, page, writing, freezing, the paper and its download."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vcse_portal.accounts.access import public, require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from .. import operations, paper
from .. import permissions as may
from .. import reports as figures_of
from ..forms import ClearanceForm, ConfirmForm, EditReportForm, StartReportForm
from ..models import MonitoringReport, Plan
from ..operations.reports import REPORT_FACTS
from .plans import plan_or_404


@public
def reports(request, code):
    plan = plan_or_404(request, code)
    rows = plan.reports.visible_to(request.user).for_list()
    context = {
        "plan": plan,
        "page": page_of(request, rows),
        "may_start": not plan.is_draft and may.can_start_report(request.user, plan),
        "is_council": request.user.is_authenticated and request.user.is_council,
    }
    return render(request, "actions/reports.html", context)


def report_start(request, code):
    plan = plan_or_404(request, code)
    require(may.can_start_report(request.user, plan))
    form = StartReportForm(request.POST or None, initial={"audience": "cabinet", "year_kind": "financial"})
    form.cancel_href = reverse("actions:reports", args=[plan.code])
    if request.method == "POST" and form.is_valid():
        started = form.perform(operations.start_report, plan.pk, by=request.user, **form.cleaned_data)
        if started:
            return redirect("actions:report_edit", pk=started.pk)
    return render(request, "actions/report_start.html", {"form": form, "plan": plan})


@public
def report(request, pk):
    """The report as a page: the same words and figures as the paper. A draft shows the figures of today."""
    report, user = _report(request, pk), request.user
    figures = report.figures if report.figures else _figures_today(report)
    may_edit = may.can_edit_report(user, report)
    is_council = user.is_authenticated and user.is_council
    context = {
        "report": report,
        **_contents(report, figures),
        "is_council": is_council,
        "may_edit": may_edit and report.is_draft,
        "may_make": may_edit and report.may_be_made,
        "may_clear": may_edit and report.may_be_made,
        "may_publish": report.is_ready and not report.is_published and may.can_publish_report(user, report),
        "history": timeline(report) if is_council else [],
        "places": _places(figures),
    }
    return render(request, "actions/report.html", context)


def _contents(report: MonitoringReport, figures: dict) -> dict:
    """What the paper shows, with rows that carry their column's name for narrow screens."""
    found = paper.contents(report, figures)
    for ambition in found["ambitions"]:
        ambition["rows"] = figures_of.labelled(ambition["table"])
    wide = {name: figures_of.labelled(found[name]) for name in ("rag_table", "clearances")}
    return {**found, "rag_rows": wide["rag_table"], "clearance_rows": wide["clearances"]}


def _places(figures: dict) -> list[tuple[str, str]]:
    """The contents of the page."""
    ambitions = [(a["title"], f"#ambition-{a['number']}") for a in figures["ambitions"]]
    ends = [(_("Front sheet and clearances"), "#front-sheet")]
    return [(_("Summary"), "#summary"), (_("Ratings by ambition"), "#ratings"), *ambitions, *ends]


def _figures_today(report: MonitoringReport) -> dict:
    period = {"period_from": report.period_from, "period_to": report.period_to}
    return figures_of.figures(report.plan, **period, today=timezone.localdate())


def report_edit(request, pk):
    report = _report(request, pk)
    require(may.can_edit_report(request.user, report))
    if not report.is_draft:
        messages.info(request, "This report is frozen, so its words no longer change.")
        return redirect(report)
    form = EditReportForm(
        request.POST or None, initial={name: getattr(report, name) for name in (*REPORT_FACTS, "version")}
    )
    form.cancel_href = report.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            edited = form.perform(operations.edit_report, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, _report(request, pk))
        if edited:
            messages.success(request, "The report has been saved.")
            return redirect(edited)
    return render(request, "actions/report_edit.html", {"form": form, "report": report})


def report_freeze(request, pk):
    report = _report(request, pk)
    require(may.can_edit_report(request.user, report))
    form = ConfirmForm.of(request, submit="Freeze report and make the paper")
    form.cancel_href = report.get_absolute_url()
    if form.is_valid() and form.perform(operations.freeze_report, pk, by=request.user):
        operations.make_paper(pk, by=request.user)
        return redirect("actions:report_progress", pk=pk)
    summary = figures_of.summary(_figures_today(report)["counts"]) if report.is_draft else ""
    return render(request, "actions/report_freeze.html", {"form": form, "report": report, "summary": summary})


@require_POST
def report_make(request, pk):
    report = _report(request, pk)
    require(may.can_edit_report(request.user, report))
    try:
        operations.make_paper(pk, by=request.user)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
        return redirect(report)
    return redirect("actions:report_progress", pk=pk)


def report_progress(request, pk):
    """How far the paper is: a page that can be left, and the same as JSON for its script."""
    report = _report(request, pk)
    require(request.user.is_council)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {
                "done": report.progress,
                "total": 100,
                "label": report.progress_words,
                "finished": not report.is_rendering,
                "href": report.get_absolute_url(),
            }
        )
    if not report.is_rendering:
        return redirect(report)
    return render(request, "actions/report_progress.html", {"report": report})


@public
def report_paper(request, pk):
    """The paper as a download, to whoever may read the report."""
    report = _report(request, pk)
    if not report.is_ready:
        raise Http404
    response = FileResponse(
        report.file.open("rb"), as_attachment=True, filename=report.file_name, content_type="application/pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


@public
def report_figures(request, pk):
    """The report's chart as CSV: each ambition with its actions at each rating."""
    report = _report(request, pk)
    table = figures_of.rag_chart(report.figures or _figures_today(report)).table
    return csv_response(f"{report.plan.code}-{report.year}-ratings", table.header, table.rows)


def clearance_record(request, pk):
    report = _report(request, pk)
    require(may.can_edit_report(request.user, report))
    form = ClearanceForm(request.POST or None, initial={"cleared_on": timezone.localdate()})
    form.cancel_href = report.get_absolute_url()
    facts = form.cleaned_data if form.is_valid() else None
    if facts and form.perform(operations.record_clearance, pk, by=request.user, **facts):
        messages.success(request, "Clearance recorded. Make the paper again to show it there.")
        return redirect(report)
    return render(request, "actions/clearance_record.html", {"form": form, "report": report})


def report_publish(request, pk):
    report = _report(request, pk)
    require(may.can_publish_report(request.user, report))
    form = ConfirmForm.of(request, submit="Publish report")
    form.cancel_href = report.get_absolute_url()
    if form.is_valid() and form.perform(operations.publish_report, pk, by=request.user):
        messages.success(request, "Report published. Everyone can read and download it now.")
        return redirect(report)
    return render(request, "actions/report_publish.html", {"form": form, "report": report})


def _report(request, pk: int) -> HttpResponse:
    reports = MonitoringReport.objects.visible_to(request.user).select_related(
        "plan", "frozen_by", "asked_by"
    )
    return get_object_or_404(reports.filter(plan__in=Plan.objects.visible_to(request.user)), pk=pk)
