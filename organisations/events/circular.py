"""What events offer the circular: those published in the month and still to come, and notes to read."""

from django.utils.translation import gettext as _

from vcse_portal.mail import circular

from .models import Event


@circular.source
def new_events(since, until):
    """Published in the span, not cancelled since, and not over when the span ends."""
    found = Event.objects.published().filter(published_at__gte=since, published_at__lt=until)
    for e in found.filter(ends_at__gt=until).order_by("starts_at"):
        yield _entry(e, e.title, f"{e.when_words}. {e.where_words}. {e.summary}", e.published_at)


@circular.source
def notes_to_read(since, until):
    """Notes published in the span."""
    found = Event.objects.filter(notes_published_at__gte=since, notes_published_at__lt=until)
    for e in found.order_by("notes_published_at"):
        yield _entry(e, _("Notes of “%(event)s”") % {"event": e.title}, e.summary, e.notes_published_at)


def _entry(event, title, summary, at):
    return circular.Entry(
        section=circular.Section.MEETINGS,
        title=title,
        summary=summary,
        url=event.get_absolute_url(),
        at=at,
        themes=event.themes,
    )
