"""The public list with its calendar, and the figures for council people."""

from datetime import timedelta

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.borough.context import current_council
from vcse_portal.mail import ics
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from .. import listing, reports
from .. import permissions as may
from ..forms import EventFilterForm, FiguresForm
from ..models import Event, SignUp

MOST_IN_CALENDAR = 500


@public
@require_safe
def events(request):
    user = request.user
    form = EventFilterForm(request.GET, user=user)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = listing.narrow(user, asked)
    if request.GET.get("format") == "csv":
        return csv_response("events", listing.HEADER, listing.csv_rows(rows))
    found = page_of(request, rows.for_list())
    context = {
        "form": form,
        "page": found,
        "rows": listing.rows_of(found),
        "sentence": listing.sentence(found.paginator.count, asked),
        "is_narrowed": any(asked.values()),
        "mine": _mine(user),
        "feed": f"{settings.BASE_URL}{request.path}calendar.ics",
        "may_record": may.can_record_event(user),
        "may_see_figures": may.can_see_figures(user),
    }
    return render(request, "events/events.html", context)


def _mine(user) -> list[SignUp]:
    """What the reader signed up for and is still to come."""
    if not user.is_authenticated:
        return []
    mine = SignUp.objects.live().filter(user=user, event__ends_at__gt=timezone.now())
    return list(mine.select_related("event").order_by("event__starts_at", "pk")[:20])


@public
@require_safe
def calendar(request):
    """To subscribe to: what was published, from three months back. It never holds a link to join."""
    since = timezone.now() - timedelta(days=92)
    found = Event.objects.visible_to(request.user).exclude(published_at=None).filter(ends_at__gt=since)
    entries = [event.entry() for event in found.order_by("starts_at", "pk")[:MOST_IN_CALENDAR]]
    name = _("Events, %(council)s") % {"council": current_council().name}
    return ics.calendar_response(entries, name=name, file_name="events")


@require_safe
def figures(request):
    require(may.can_see_figures(request.user))
    today = timezone.localdate()
    form = FiguresForm(request.GET, years=reports.years(today))
    asked = form.cleaned_data if form.is_valid() else {}
    year = int(asked.get("year") or reports.year_of(today))
    found = reports.held_in(year)
    if asked.get("programme"):
        found = found.filter(programme=asked["programme"])
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    rows = reports.rows(found)
    if request.GET.get("format") == "csv":
        return csv_response(f"events-{year}", reports.HEADER, reports.csv_rows(rows))
    context = {
        "form": form,
        "rows": rows,
        "totals": reports.totals(rows),
        "kinds": reports.kinds_of([row.event.pk for row in rows]),
        "year_words": f"April {year} to March {year + 1}",
        "asked": asked,
        "now": timezone.now(),
    }
    return render(request, "events/figures.html", context)
