"""Who comes, who is missing: figures of a forum, each also as a download."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import require
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from .. import listing, reports
from .. import permissions as may
from ..forms.figures import MeetingsBackForm
from .fetching import forum_or_404

LATEST = 12


@require_safe
def attendance(request, pk):
    """By organisation and by seniority, over the latest meetings."""
    forum = forum_or_404(request, pk)
    user = request.user
    require(may.can_read_names(user, forum))
    with_payments = may.can_read_addresses(user, forum)
    if request.GET.get("format") == "csv":
        header = [*listing.ATTENDANCE_HEADER, *([listing.PAID] if with_payments else [])]
        rows = listing.attendance_rows(forum, with_payments=with_payments)
        return csv_response(f"{forum.name} attendance", header, rows)
    form, number = _asked(request, LATEST)
    context = {
        "forum": forum,
        "form": form,
        "number": number,
        "meetings": reports.last_meetings(forum, number).count(),
        "rows": list(reports.attendance_by_seat(forum, meetings=number)),
        "by_seniority": reports.attendance_by_seniority(forum, meetings=number),
        "with_payments": with_payments,
        "may_see_missing": may.can_see_who_is_missing(user, forum),
    }
    context["paid"] = sum(row["total_paid"] or 0 for row in context["rows"])
    return render(request, "forums/attendance.html", context)


@require_safe
def missing(request, pk):
    forum = forum_or_404(request, pk)
    user = request.user
    require(may.can_see_who_is_missing(user, forum))
    form, number = _asked(request, reports.MEETINGS)
    if request.GET.get("format") == "csv":
        return _download(forum, user, request.GET.get("table"), number)
    found = reports.representation(forum, user)
    larger = page_of(request, reports.larger_not_seen(forum, user, meetings=number))
    context = {
        "forum": forum,
        "form": form,
        "number": number,
        "found": found,
        "contents": [(table.title, f"#{table.code}") for table in found.tables]
        + [(_("Larger organisations not seen"), "#larger"), (_("The council’s own attendance"), "#council")],
        "larger": larger,
        "senior": reports.council_at_meetings(forum, meetings=LATEST),
    }
    return render(request, "forums/missing.html", context)


def _download(forum, user, table: str, number: int):
    if table == "larger":
        rows = reports.larger_rows(reports.larger_not_seen(forum, user, meetings=number))
        return csv_response(f"{forum.name} larger bodies not seen", reports.LARGER_HEADER, rows)
    if table == "council":
        rows = reports.council_rows(reports.council_at_meetings(forum, meetings=reports.MOST_MEETINGS))
        return csv_response(f"{forum.name} council attendance", reports.COUNCIL_HEADER, rows)
    rows = reports.shares_rows(reports.representation(forum, user))
    return csv_response(f"{forum.name} who is missing", reports.SHARES_HEADER, rows)


def _asked(request, usual: int) -> tuple[MeetingsBackForm, int]:
    """How many of the latest meetings count; the usual number when none, or a wrong one, is given."""
    form = MeetingsBackForm(request.GET)
    number = (form.cleaned_data.get("meetings") if form.is_valid() else None) or usual
    return MeetingsBackForm({"meetings": number}), number
