"""What waits for commissioning and partnerships officers."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from vcse_portal.accounts.models import Role
from vcse_portal.borough.working_days import add_working_days
from vcse_portal.discussion.models import Comment
from vcse_portal.mail import digest

from .models import Circular, Intention

ANSWER_WITHIN = 10  # working days
MOST = 50  # of each sort: nobody works through more in a week


@digest.source
def comments_to_answer(user, today):
    """Comments on intentions the officer leads; partnerships officers get those that are late."""
    if not user.is_officer:
        return
    about = ContentType.objects.get_for_model(Intention)
    waiting = Comment.objects.unanswered().filter(about_type=about).select_related("author", "party")
    mine = Intention.objects.filter(lead_officer=user).values("pk")
    found = waiting if user.has_role(Role.PARTNERSHIPS) else waiting.filter(about_id__in=mine)
    comments = list(found.order_by("posted_at")[:MOST])
    led = Intention.objects.in_bulk({c.about_id for c in comments})
    for comment in comments:
        intention = led[comment.about_id]
        due_on = add_working_days(timezone.localdate(comment.posted_at), ANSWER_WITHIN)
        if intention.lead_officer_id == user.pk or due_on < today:
            yield digest.Due(
                what=f"comment from {comment.party} on {intention}",
                url=reverse("discussion:comment_answer", args=[comment.pk]),
                due_on=due_on,
                verb="Answer",
                group="Comments",
            )


@digest.source
def drafts_left(user, today):
    """Drafts the officer leads that nobody touched for thirty days."""
    if not user.has_role(Role.COMMISSIONING):
        return
    before = timezone.now() - timedelta(days=30)
    for intention in Intention.objects.drafts().filter(lead_officer=user, updated_at__lt=before)[:MOST]:
        yield digest.Due(
            what=f"draft intention {intention}",
            url=intention.get_absolute_url(),
            due_on=intention.stale_on,
            verb="Publish or withdraw",
            urgency=digest.Urgency.LATER,
            group="Intentions",
        )


@digest.source
def circular_to_approve(user, today):
    """The circular waits for partnerships officers; it is due five working days after it was assembled."""
    if not user.has_role(Role.PARTNERSHIPS):
        return
    for circular in Circular.objects.drafts().filter(entries__is_dropped=False).distinct():
        yield digest.Due(
            what=circular.title,
            url=reverse("commissioning:circular_edit", args=[circular.period]),
            due_on=add_working_days(timezone.localdate(circular.assembled_at), 5),
            verb="Edit and approve",
            group="Circular",
        )
