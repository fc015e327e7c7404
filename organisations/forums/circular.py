"""What the forums offer the circular: agendas agreed and minutes published, of forums everyone may read."""

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.mail import circular

from .models import Meeting

SHOWN = 3  # items named in a summary


def _public():
    return Meeting.objects.filter(forum__is_public=True).select_related("forum")


@circular.source
def meetings_to_come(since, until):
    """Meetings whose agenda both chairs agreed in the span."""
    found = _public().filter(agenda_agreed_at__gte=since, agenda_agreed_at__lt=until)
    for meeting in found.exclude(status=Meeting.Status.CANCELLED).prefetch_related("items"):
        titles = [item.title for item in meeting.items.all() if not item.is_left_off]
        yield circular.Entry(
            section=circular.Section.MEETINGS,
            title=_("%(forum)s meets on %(day)s") % {"forum": meeting.forum, "day": meeting.day},
            summary=_("On the agenda: %(items)s.") % {"items": "; ".join(titles[:SHOWN])},
            url=meeting.get_absolute_url(),
            at=meeting.agenda_agreed_at,
        )


@circular.source
def minutes(since, until):
    """Minutes published in the span."""
    found = _public().filter(closed_at__gte=since, closed_at__lt=until)
    for meeting in found.annotate(decided=Count("decisions")):
        words = ngettext("%(count)s decision.", "%(count)s decisions.", meeting.decided)
        yield circular.Entry(
            section=circular.Section.MEETINGS,
            title=_("Minutes of %(forum)s, %(day)s") % {"forum": meeting.forum, "day": meeting.day},
            summary=_("Read what was said and decided: %(decisions)s")
            % {"decisions": words % {"count": meeting.decided}}
            if meeting.decided
            else _("Read what was said."),
            url=meeting.get_absolute_url(),
            at=meeting.closed_at,
        )
