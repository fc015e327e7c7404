"""How forums and their meetings are found: agendas once agreed, minutes and decisions once published."""

from django.utils.translation import gettext_lazy as _

from vcse_portal.search.models import Audience
from vcse_portal.search.registry import Document, source

from .models import Forum, Meeting


def _audience(forum: Forum) -> Audience:
    """Search knows no members of a forum: what is not public is found by council people."""
    return Audience.EVERYONE if forum.is_public else Audience.COUNCIL


@source("forum", label=_("Forums"))
def forums(ids: list[int] | None):
    found = Forum.objects.all() if ids is None else Forum.objects.filter(pk__in=ids)
    for forum in found:
        yield Document(
            object_id=forum.pk,
            title=forum.name,
            also=str(forum.get_kind_display()),
            url=forum.get_absolute_url(),
            summary=forum.remit[:300],
            body=forum.remit,
            audience=_audience(forum),
            weight=0.5 if forum.is_standing else 0.0,
        )


@source("meeting", label=_("Meetings"))
def meetings(ids: list[int] | None):
    found = Meeting.objects.select_related("forum").prefetch_related("items", "decisions")
    if ids is not None:
        found = found.filter(pk__in=ids)
    for meeting in found.exclude(status=Meeting.Status.CANCELLED):
        yield Document(
            object_id=meeting.pk,
            title=f"{meeting.forum}: {meeting.heading}"[:250],
            url=meeting.get_absolute_url(),
            summary=f"{meeting.day}, {meeting.place}".strip(", "),
            body="\n".join(_words(meeting)),
            audience=_audience(meeting.forum),
        )


def _words(meeting: Meeting):
    """Only what is out: nobody finds a draft by a word in it."""
    if meeting.agenda_is_out:
        yield from (f"{i.title} {i.about}" for i in meeting.items.all() if not i.is_left_off)
    if meeting.is_closed:
        yield meeting.minutes
        yield from (decision.text for decision in meeting.decisions.all())
