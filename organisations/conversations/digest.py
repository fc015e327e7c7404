"""What waits for officers: things to follow up, organisations to speak with again, drafts to post."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from vcse_portal.accounts.models import Role
from vcse_portal.mail import digest
from vcse_portal.ui.words import count_of

from .models import Conversation, FollowUp, QuietRule
from .quiet import due_on, kept_by, quiet

MOST = 50
SOON = timedelta(days=14)
DRAFT_DAYS = 7
GROUP = "Relationships"


@digest.source
def followups_to_do(user, today: date) -> Iterator[digest.Due]:
    """What the officer undertook to do: overdue, or due within a fortnight."""
    if not user.is_officer:
        return
    mine = FollowUp.objects.open().filter(owner=user, due_on__lte=today + SOON).select_related("conversation")
    for one in mine.order_by("due_on", "pk")[:MOST]:
        yield digest.Due(
            what=f"{one.what} (after “{one.conversation}”)",
            url=reverse("conversations:conversation", args=[one.conversation_id]) + "#follow-ups",
            due_on=one.due_on,
            verb="Follow up",
            group=GROUP,
        )


@digest.source
def organisations_to_speak_with(user, today: date) -> Iterator[digest.Due]:
    """Organisations whose relationship the officer keeps and with which nobody has spoken for so many months."""
    if not user.is_officer:
        return
    months = QuietRule.objects.months_on(today)
    mine = kept_by(user.pk, quiet(today, months), today).order_by("counted_from", "name_sort")
    record = reverse("conversations:conversation_record")
    for one in mine.only("pk", "name")[:MOST]:
        since = f"since {date_format(one.last_contact_on, 'j F Y')}" if one.last_contact_on else "yet"
        yield digest.Due(
            what=f"No conversation with {one.name} {since}",
            url=f"{record}?organisation={one.pk}",
            due_on=due_on(one.counted_from, months),
            verb="Record a conversation",
            group=GROUP,
        )


@digest.source
def relationships_nobody_keeps(user, today: date) -> Iterator[digest.Due]:
    """For partnerships officers, in one line: organisations that matter, quiet, and nobody's to speak with."""
    if not user.has_role(Role.PARTNERSHIPS):
        return
    months = QuietRule.objects.months_on(today)
    number = kept_by(None, quiet(today, months)).count()
    if number:
        yield digest.Due(
            what=f"{count_of(number, 'organisation')} without a relationship manager not spoken with for {months} months",
            url=reverse("conversations:relationships") + "?quiet=on&kept=nobody",
            due_on=None,
            verb="Name somebody",
            group=GROUP,
        )


@digest.source
def drafts_to_post(user, today: date) -> Iterator[digest.Due]:
    """The officer's own drafts nobody else can see, a week after they were last touched."""
    if not user.is_officer:
        return
    untouched = Conversation.objects.drafts().filter(
        author=user, updated_at__date__lte=today - timedelta(days=DRAFT_DAYS), held_on__lte=today
    )
    for one in untouched.order_by("updated_at")[:MOST]:
        yield digest.Due(
            what=f"Your draft “{one}” has not been posted",
            url=one.get_absolute_url(),
            due_on=timezone.localdate(one.updated_at) + timedelta(days=DRAFT_DAYS),
            verb="Post or discard",
            group=GROUP,
        )
