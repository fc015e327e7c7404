"""What intentions offer the circular: what is new, and what moved to another stage."""

from django.utils.translation import gettext as _

from vcse_portal.mail import circular

from .models import Intention, Stage


@circular.source
def new_intentions(since, until):
    """Published in the span and not withdrawn since."""
    for i in Intention.objects.published().filter(published_at__gte=since, published_at__lt=until):
        yield _entry(i, i.title, i.published_at)


@circular.source
def moved_intentions(since, until):
    """Moved to another stage in the span, having been published before it."""
    moved = Intention.objects.published().filter(stage_moved_at__gte=since, stage_moved_at__lt=until)
    for i in moved.exclude(published_at__gte=since):
        stage = Stage(i.stage).label
        yield _entry(
            i, _("%(title)s: now at “%(stage)s”") % {"title": i.title, "stage": stage}, i.stage_moved_at
        )


def _entry(intention, title, at):
    return circular.Entry(
        section=circular.Section.INTENTIONS,
        title=title,
        summary=intention.summary,
        url=intention.get_absolute_url(),
        at=at,
        themes=intention.themes,
    )
