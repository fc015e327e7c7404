"""What a forum waits for: items and a reply from its members, agreement from chairs, minutes from who keeps it."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Membership
from vcse_portal.accounts.models import Role
from vcse_portal.mail import digest

from .models import Attendance, Item, Meeting, Side, Term

MOST = 20
REPLY_DAYS = 21  # before a meeting, people are asked whether they come
RECORD_DAYS, MINUTES_DAYS = 3, 14  # after it, its attendance and its minutes are expected


def _my_terms(user, today: date):
    """Seats that wait for this person: held by them, or by an organisation of theirs without a named account."""
    mine = Membership.objects.current(today).organisations_of(user)
    return (
        Term.objects.reached_by(user, today)
        .filter(Q(user=user) | Q(user=None, organisation__in=mine))
        .values("seat__forum")
    )


@digest.source
def items_to_propose(user, today: date) -> Iterator[digest.Due]:
    """Agendas open for items in which the person has proposed none yet."""
    proposed = Item.objects.filter(meeting=OuterRef("pk"), proposed_by=user)
    open_now = Meeting.objects.filter(
        status=Meeting.Status.OPEN, items_until__gte=today, forum__in=_my_terms(user, today)
    )
    for meeting in open_now.exclude(Exists(proposed)).for_list()[:MOST]:
        yield digest.Due(
            what=_("Anything for the agenda of %(meeting)s?") % {"meeting": meeting},
            url=meeting.get_absolute_url(),
            due_on=meeting.items_until,
            verb=_("Propose an item"),
            group=_("Forums"),
        )


@digest.source
def replies_to_give(user, today: date) -> Iterator[digest.Due]:
    """Meetings in the next three weeks for which a seat of theirs has not said whether they come."""
    replied = Attendance.objects.filter(meeting=OuterRef("seat__forum__meetings"), seat=OuterRef("seat"))
    until = today + timedelta(days=REPLY_DAYS)
    mine = Membership.objects.current(today).organisations_of(user)
    waiting = (
        Term.objects.reached_by(user, today)
        .filter(Q(user=user) | Q(user=None, organisation__in=mine))
        .filter(
            seat__forum__meetings__status__in=Meeting.AHEAD,
            seat__forum__meetings__starts_at__date__range=(today, until),
        )
        .exclude(Exists(replied.exclude(reply="")))
        .values_list(
            "seat__forum__meetings",
            "seat__forum__name",
            "seat__forum__meetings__starts_at",
            "organisation__name",
        )
    )
    for meeting, forum, starts_at, organisation in waiting.distinct()[:MOST]:
        words = _("Are you coming to %(forum)s?")
        if organisation:
            words = _("Is anybody of %(organisation)s coming to %(forum)s?")
        yield digest.Due(
            what=words % {"forum": forum, "organisation": organisation},
            url=reverse("forums:reply", args=[meeting]),
            due_on=timezone.localdate(starts_at),
            verb=_("Reply"),
            group=_("Forums"),
        )


@digest.source
def agendas_to_agree(user, today: date) -> Iterator[digest.Due]:
    """For chairs: agendas to which items can no longer be proposed, and their own side has not agreed."""
    chairs = Term.objects.reached_by(user, today).filter(user=user, seat__is_chair=True)
    for side in Side.values:
        forums = chairs.filter(seat__side=side).values("seat__forum")
        waiting = Meeting.objects.filter(
            forum__in=forums, status=Meeting.Status.OPEN, items_until__lt=today, **{f"{side}_agreed_at": None}
        )
        for meeting in waiting.for_list()[:MOST]:
            yield digest.Due(
                what=_("The agenda of %(meeting)s") % {"meeting": meeting},
                url=meeting.get_absolute_url(),
                due_on=timezone.localdate(meeting.starts_at) - timedelta(days=7),
                verb=_("Agree agenda"),
                group=_("Forums"),
            )


@digest.source
def minutes_to_publish(user, today: date) -> Iterator[digest.Due]:
    """For partnerships officers and chairs: meetings that are over and not closed."""
    over = Meeting.objects.exclude(status__in=[Meeting.Status.CLOSED, Meeting.Status.CANCELLED])
    over = over.filter(starts_at__date__lt=today)
    if not user.has_role(Role.PARTNERSHIPS):
        chairs = Term.objects.reached_by(user, today).filter(user=user, seat__is_chair=True)
        over = over.filter(forum__in=chairs.values("seat__forum"))
    for meeting in over.for_list()[:MOST]:
        held = meeting.status == Meeting.Status.HELD
        yield digest.Due(
            what=str(meeting),
            url=meeting.get_absolute_url(),
            due_on=timezone.localdate(meeting.starts_at)
            + timedelta(days=MINUTES_DAYS if held else RECORD_DAYS),
            verb=_("Publish minutes") if held else _("Record attendance"),
            group=_("Forums"),
        )
