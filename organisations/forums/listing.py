"""Lists of meetings and of attendance: narrowed by what the reader asked, and as rows of a download."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Attendance, Forum, Meeting

MEETINGS_HEADER = ["Forum", "Meeting", "Begins", "Ends", "Place", "State", "Minutes published", "Page"]
ATTENDANCE_HEADER = ["Meeting", "Side", "Organisation", "Seat", "Person", "Seniority", "Attendance"]
PAID = "Paid for its time (£)"


def narrow(user, asked: dict, now=None):
    """Meetings the reader may know of: to come unless past ones are asked for."""
    now = now or timezone.now()
    rows = Meeting.objects.visible_to(user).for_list()
    if asked.get("forum"):
        rows = rows.filter(forum=asked["forum"])
    if asked.get("when") == "past":
        return rows.filter(starts_at__lt=now).order_by("-starts_at", "-pk")
    if asked.get("when") == "all":
        return rows.order_by("-starts_at", "-pk")
    return rows.filter(starts_at__gte=now).order_by("starts_at", "pk")


def sentence(count: int, asked: dict, forums: dict) -> str:
    """“3 meetings of the Compact Board to come”."""
    words = {
        "past": ngettext("%(count)s past meeting", "%(count)s past meetings", count),
        "all": ngettext("%(count)s meeting, past or to come", "%(count)s meetings, past and to come", count),
    }.get(asked.get("when"), ngettext("%(count)s meeting to come", "%(count)s meetings to come", count))
    said = words % {"count": f"{count:,}"}
    name = forums.get(str(asked.get("forum") or ""))
    return _("%(meetings)s of %(forum)s") % {"meetings": said, "forum": name} if name else said


def meeting_rows(rows) -> Iterator[list]:
    for meeting in rows.iterator(chunk_size=500):
        yield [
            meeting.forum.name,
            meeting.heading,
            meeting.starts_at,
            meeting.ends_at,
            meeting.place,
            meeting.get_status_display(),
            meeting.closed_at,
            f"{settings.BASE_URL}{meeting.get_absolute_url()}",
        ]


def attendance_rows(forum: Forum, *, with_payments: bool) -> Iterator[list]:
    """Every attendance of the forum's meetings, the latest meeting first."""
    rows = Attendance.objects.filter(meeting__forum=forum).exclude(came="")
    rows = rows.select_related("meeting", "organisation", "seat").order_by("-meeting__starts_at", "pk")
    for one in rows.iterator(chunk_size=500):
        organisation = one.organisation.name if one.organisation_id else ""
        seat = one.seat.title if one.seat_id else _("Guest")
        cells = [timezone.localdate(one.meeting.starts_at), one.get_side_display(), organisation, seat]
        cells += [one.who_came, one.get_seniority_display(), one.get_came_display()]
        yield [*cells, one.paid] if with_payments else cells
