"""Papers of a meeting. What kind of file it is was checked by its content when the form was filled in."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User

from ..models import Item, Paper
from .writing import change, create, locked, locked_meeting, refuse_unless

MOST_PAPERS = 40  # a meeting


@transaction.atomic
def attach_paper(
    meeting_id: int,
    *,
    title: str,
    file,
    kind: str,
    item: Item | None = None,
    is_for_members: bool = False,
    key: UUID | None = None,
    by: User,
) -> Paper:
    """Attach a file to a meeting or one of its items. Late papers do not take the chairs' agreement back."""
    meeting = locked_meeting(meeting_id)
    if key and (first := of_first_click(meeting.papers.all(), key)):
        return first
    refuse_unless(not meeting.is_closed, _("The minutes are published: papers can no longer be attached."))
    refuse_unless(not meeting.is_cancelled, _("This meeting was cancelled."))
    refuse_unless(item is None or item.meeting_id == meeting.pk, _("Choose an item of this meeting."))
    few = meeting.papers.kept().count() < MOST_PAPERS
    refuse_unless(few, _("A meeting has %(most)s papers at most.") % {"most": MOST_PAPERS})
    known = {"key": key} if key else {}
    paper = Paper(
        meeting=meeting,
        item=item,
        title=title.strip(),
        file=file,
        kind=kind,
        size=file.size,
        is_for_members=is_for_members,
        attached_by=by,
        **known,
    )
    with history.deed("attached", by=by):
        return create(paper)


@transaction.atomic
def remove_paper(paper_id: int, *, by: User) -> Paper:
    """Take a paper back. Nobody can open it any more; that it was there, the history keeps."""
    paper = locked(Paper, paper_id)
    if paper.removed_at:
        return paper
    with history.deed("removed", by=by):
        return change(paper, removed_at=timezone.now())
