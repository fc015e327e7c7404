"""Set up, change and wind up a forum."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from ..models import Forum, Seat, Side
from .writing import change, create, keep_findable, locked, refuse_unless


@transaction.atomic
def set_up_forum(*, key: UUID | None = None, by: User, **facts) -> Forum:
    """Begin a standing group, with the seat of a chair for each side, both vacant.

    `facts` are name, kind, remit, is_public and payment (pounds, usual for a small group). The same `key`
    again gives the forum of the first click.
    """
    if key and (first := of_first_click(Forum.objects.all(), key)):
        return first
    with history.deed("set up", by=by):
        forum = create(Forum(**facts, **({"key": key} if key else {})))
        for side, title in ((Side.COUNCIL, _("Council")), (Side.SECTOR, _("Voluntary sector"))):
            create(Seat(forum=forum, side=side, title=title, is_chair=True))
        keep_findable(forum)
    return forum


@transaction.atomic
def edit_forum(forum_id: int, *, version: int, by: User, **facts) -> Forum:
    """Change what a forum is called, is for, and who may read it. Raises Conflict on a stale version."""
    forum = locked(Forum, forum_id)
    check_version(forum, version)
    with history.deed("edited", by=by):
        change(forum, **facts)
        keep_findable(forum)
        search.index("meeting", forum.meetings.values_list("pk", flat=True))
    return forum


@transaction.atomic
def close_forum(forum_id: int, *, by: User, now: datetime | None = None) -> Forum:
    """Wind a forum up: it stays to be read, but holds no more meetings. Refused while one is to come."""
    forum = locked(Forum, forum_id)
    refuse_unless(forum.is_standing, _("This forum has been wound up already."))
    ahead = forum.meetings.coming(now).exists()
    refuse_unless(not ahead, _("A meeting is still to come. Hold or cancel it first."))
    with history.deed("wound up", by=by):
        change(forum, closed_at=now or timezone.now(), closed_by=by)
        keep_findable(forum)
    return forum
