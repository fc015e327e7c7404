"""What a forum writes to the people in it. Those without an account get everything in the mail itself."""

from django.utils.translation import gettext as _

from vcse_portal.accounts.models import Role, User
from vcse_portal.mail import ics
from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import Recipient, queue_mail

from .links import paper_link
from .models import Attendance, Forum, Item, Meeting, Side, Term
from .standing import chair_of

MOST_INVITATIONS = 6  # of the meetings to come, to somebody who takes a seat


def in_calendar(meeting: Meeting, *, with_join_url: bool = False) -> ics.Entry:
    """How a meeting stands in a calendar. The address to join is for people with a seat only."""
    join = meeting.join_url if with_join_url else ""
    about = _("Join online: %(url)s") % {"url": join} if join else ""
    return ics.Entry(
        uid=ics.uid("meeting", meeting.pk),
        title=f"{meeting.forum}: {meeting.title}" if meeting.title else str(meeting.forum),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place or (_("Online") if meeting.join_url else ""),
        about=about,
        url=absolute("forums:meeting", meeting.pk),
        sequence=meeting.sequence,
        is_cancelled=meeting.is_cancelled,
    )


def seated(meeting: Meeting) -> list[Recipient]:
    """Everybody who holds a seat on the day of the meeting and can be written to, each address once."""
    from .operations.attendance import terms_at

    found = {}
    for term in terms_at(meeting):
        recipient = _recipient(term)
        if recipient:
            found.setdefault(recipient.email.lower(), recipient)
    return list(found.values())


def _recipient(term: Term) -> Recipient | None:
    if term.user_id and term.user.is_active:
        return Recipient(term.user.email, term.user.display_name)
    return Recipient(term.email, term.name) if term.email else None


def _context(meeting: Meeting, **more) -> dict:
    return {
        "meeting": meeting,
        "forum": meeting.forum,
        "url": absolute("forums:meeting", meeting.pk),
        **more,
    }


def _answers_go_to(forum: Forum) -> str:
    """Who reads what people without an account answer: the council's chair, or a partnerships officer."""
    chair = chair_of(forum, Side.COUNCIL)
    if chair and chair.user_id and chair.user.is_active:
        return chair.user.email
    officer = User.objects.with_role(Role.PARTNERSHIPS).order_by("pk").first()
    return officer.email if officer else ""


def _mail(meeting: Meeting, name: str, key, *, to, subject: str, invitation=None, **context) -> None:
    """One mail about a meeting; `key` says which time it is, so that a deed done once mails once.

    What asks people to do something before the meeting is not sent once that has begun.
    """
    is_in_time = name == "minutes_published" or not meeting.has_begun()
    if not to or not is_in_time:
        return
    queue_mail(
        kind=f"forum_{name}",
        key=f"forum_{name}:{meeting.pk}:{key}",
        to=to,
        subject=subject,
        template=f"forums/{name}",
        context=_context(meeting, **context),
        because=_("You sit in %(forum)s.") % {"forum": meeting.forum},
        reply_to=_answers_go_to(meeting.forum),
        about=meeting,
        expires_at=None if name == "minutes_published" else meeting.starts_at,
        invitation=invitation,
    )


def seat_filled(term: Term) -> None:
    """To the person who takes a seat, with what is coming."""
    recipient = _recipient(term)
    if recipient is None:
        return
    forum = term.seat.forum
    queue_mail(
        kind="forum_seat_filled",
        key=f"forum_seat_filled:{term.pk}:{recipient.email}",
        to=recipient,
        subject=_("You have a seat in %(forum)s") % {"forum": forum},
        template="forums/seat_filled",
        context={
            "term": term,
            "forum": forum,
            "meetings": list(forum.meetings.coming()[:3]),
            "url": absolute("forums:forum", forum.pk),
        },
        because=_("You were named for this seat."),
        about=forum,
    )
    for meeting in forum.meetings.coming()[:MOST_INVITATIONS]:
        _invite(meeting, f"{meeting.sequence}:{term.pk}:{recipient.email}", recipient)


def invited(meeting: Meeting) -> None:
    """The invitation, or the new one when time or place changed, for everybody's calendar."""
    _invite(meeting, meeting.sequence, seated(meeting))


def _invite(meeting: Meeting, key, to) -> None:
    words = _("%(forum)s meets on %(day)s") if meeting.sequence == 0 else _("Changed: %(forum)s, %(day)s")
    _mail(
        meeting,
        "invited",
        key,
        to=to,
        subject=words % {"forum": meeting.forum, "day": meeting.day},
        invitation=in_calendar(meeting, with_join_url=True),
    )


def cancelled(meeting: Meeting) -> None:
    _mail(
        meeting,
        "cancelled",
        meeting.sequence,
        to=seated(meeting),
        subject=_("Cancelled: %(forum)s, %(day)s") % {"forum": meeting.forum, "day": meeting.day},
        invitation=in_calendar(meeting),
    )


def agenda_opened(meeting: Meeting) -> None:
    """Asks everybody with a seat for items, once for each last day."""
    _mail(
        meeting,
        "agenda_opened",
        meeting.items_until.isoformat(),
        to=seated(meeting),
        subject=_("What should %(forum)s talk about on %(day)s?")
        % {"forum": meeting.forum, "day": meeting.day},
    )


def agenda_waits(meeting: Meeting) -> None:
    """To the other chair: one has agreed, the other's word is missing."""
    side = Side.SECTOR if meeting.council_agreed_at else Side.COUNCIL
    chair = chair_of(meeting.forum, side)
    recipient = _recipient(chair) if chair else None
    _mail(
        meeting,
        "agenda_waits",
        meeting.version,
        to=recipient or list(User.objects.with_role(Role.PARTNERSHIPS)),
        subject=_("The agenda of %(forum)s waits for your agreement") % {"forum": meeting.forum},
        items=agenda_lines(meeting),
    )


def agenda_reopened(meeting: Meeting, by: User) -> None:
    """To both chairs: what they agreed to was changed."""
    chairs = [_recipient(chair) for side in Side.values if (chair := chair_of(meeting.forum, side))]
    to = [chair for chair in chairs if chair and chair.email.lower() != by.email.lower()]
    if to:
        _mail(
            meeting,
            "agenda_reopened",
            meeting.version,
            to=to,
            subject=_("The agenda of %(forum)s has changed") % {"forum": meeting.forum},
            by=by,
        )


def agenda_agreed(meeting: Meeting) -> None:
    """The whole agenda to everybody with a seat, with papers to open."""
    _mail(
        meeting,
        "agenda_agreed",
        meeting.version,
        to=seated(meeting),
        subject=_("Agenda: %(forum)s, %(day)s") % {"forum": meeting.forum, "day": meeting.day},
        items=agenda_lines(meeting),
        papers=[(paper.title, paper_link(paper)) for paper in meeting.papers.kept()],
    )


def agenda_lines(meeting: Meeting) -> list[Item]:
    return list(meeting.items.on_agenda().select_related("organisation"))


def minutes_published(meeting: Meeting) -> None:
    """Minutes and decisions in full to everybody with a seat."""
    _mail(
        meeting,
        "minutes_published",
        "closed",
        to=seated(meeting),
        subject=_("Minutes: %(forum)s, %(day)s") % {"forum": meeting.forum, "day": meeting.day},
        decisions=list(meeting.decisions.all()),
    )


def item_left_off(item: Item) -> None:
    _mail(
        item.meeting,
        "item_left_off",
        f"{item.pk}:{item.version}",
        to=item.proposed_by,
        subject=_("“%(item)s” is not on this agenda") % {"item": item.title},
        item=item,
    )


def substitute_invited(attendance: Attendance) -> None:
    """To somebody who was named to come instead, with the meeting for their calendar."""
    meeting = attendance.meeting
    queue_mail(
        kind="forum_substitute_invited",
        key=f"forum_substitute_invited:{attendance.pk}:{attendance.substitute_email}:{meeting.sequence}",
        to=Recipient(attendance.substitute_email, attendance.substitute_name),
        subject=_("You are asked to come to %(forum)s on %(day)s")
        % {"forum": meeting.forum, "day": meeting.day},
        template="forums/substitute_invited",
        context=_context(meeting, attendance=attendance),
        because=_("%(name)s named you as substitute.") % {"name": attendance.name},
        about=meeting,
        invitation=in_calendar(meeting, with_join_url=True),
    )
