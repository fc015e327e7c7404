"""What the page of a meeting shows this reader: agenda, papers, who comes or came, minutes, and what to do next."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from . import permissions as may
from .models import Attendance, Decision, Item, Meeting, Paper, Side
from .standing import standing_of

Came = Attendance.Came


@dataclass
class Line:
    """An item with its papers and decisions, and what the reader may do with it."""

    item: Item
    papers: list[Paper] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    may_edit: bool = False
    proposer: str = ""

    @property
    def up(self) -> str:
        """What its button to move it up sends: the place it was seen at, so that it moves from there only."""
        return f"up-from-{self.item.position}"

    @property
    def down(self) -> str:
        return f"down-from-{self.item.position}"


@dataclass(frozen=True)
class Present:
    """One line of who came: an organisation or a post of the council; names for members and council people."""

    words: str
    href: str = ""
    person: str = ""
    seniority: str = ""
    guest: int = 0


def contents_of(meeting: Meeting, user) -> dict:
    """The context of the page. Seven queries after the meeting itself, however long the agenda."""
    standing = standing_of(user, meeting.forum)
    reads_agenda = may.can_read_agenda(user, meeting)
    items = list(_items(meeting)) if reads_agenda else []
    papers = _papers(meeting, user, reads_agenda)
    reads_minutes = may.can_read_minutes(user, meeting) and meeting.has_happened
    decisions = list(meeting.decisions.all()) if reads_minutes else []
    keeps = may.can_keep_forum(user, meeting.forum)
    with_names = may.can_read_names(user, meeting.forum)
    lines = _lines(items, papers, decisions, user)
    for line in lines:
        line.proposer = _proposer(line.item, with_names)
    context = {
        "meeting": meeting,
        "forum": meeting.forum,
        "lines": lines,
        "left_off": [i for i in items if i.is_left_off] if standing.is_member or keeps else [],
        "papers": papers[None],
        "decisions": decisions,
        "reads_agenda": reads_agenda,
        "reads_minutes": reads_minutes,
        "with_names": with_names,
        "agreed": _agreed(meeting),
        "waits_for": _waits_for(meeting),
        "is_member": standing.is_member,
        "sides": may.sides_to_agree(user, meeting),
        "may_propose": may.can_propose_item(user, meeting),
        "may_attach": may.can_attach_paper(user, meeting),
        "may_reply": may.can_reply(user, meeting),
        "may_keep": keeps,
        "may_move": may.can_move_meeting(user, meeting),
        "may_record": may.can_record_attendance(user, meeting),
        "may_write": may.can_write_minutes(user, meeting),
        "may_close": may.can_close_meeting(user, meeting),
    }
    return context | _people(meeting, user)


def _items(meeting: Meeting):
    return meeting.items.select_related("organisation", "proposed_by")


def _papers(meeting: Meeting, user, reads_agenda: bool) -> dict[int | None, list[Paper]]:
    """By item, None for the meeting as a whole."""
    found = defaultdict(list)
    if reads_agenda:
        is_in = may.can_read_names(user, meeting.forum)
        for paper in meeting.papers.kept():
            if is_in or not paper.is_for_members:
                found[paper.item_id].append(paper)
    return found


def _lines(items, papers, decisions, user) -> list[Line]:
    decided = defaultdict(list)
    for decision in decisions:
        decided[decision.item_id].append(decision)
    on = [item for item in items if not item.is_left_off]
    return [Line(i, papers.get(i.pk, []), decided[i.pk], may.can_edit_item(user, i)) for i in on]


def _proposer(item: Item, with_names: bool) -> str:
    """Whose item it is: organisations as far as the directory shows them, people for members only."""
    organisation = item.organisation if item.organisation_id else None
    if organisation and not (with_names or organisation.is_published):
        return ""
    if not organisation and not item.proposed_by_id:
        return ""
    words = _("Proposed for %(party)s") % {"party": organisation.name if organisation else _("the council")}
    if with_names and item.proposed_by_id:
        words = _("%(words)s by %(name)s") % {"words": words, "name": item.proposed_by.display_name}
    return words


def _agreed(meeting: Meeting) -> list[tuple[str, object, object]]:
    """(side, who agreed, when) of each side that has agreed."""
    found = [(Side(s).label, meeting.agreed_by(s), meeting.agreed_at(s)) for s in Side.values]
    return [one for one in found if one[2]]


def _waits_for(meeting: Meeting) -> list:
    """Sides whose chair has not agreed yet, once nothing can be proposed any more."""
    if meeting.status != Meeting.Status.OPEN or meeting.takes_items():
        return []
    return [Side(s).label for s in Side.values if not meeting.agreed_at(s)]


def _people(meeting: Meeting, user) -> dict:
    """Replies while the meeting is ahead, for members; who came once it was held, for everybody."""
    with_names = may.can_read_names(user, meeting.forum)
    if meeting.is_ahead and not with_names:
        return {}
    found = list(meeting.attendances.select_related("organisation", "seat"))
    if meeting.is_ahead:
        return {
            "coming": [_present(a, user, with_names) for a in found if a.reply == "coming"],
            "apologies": [_reply(a, user) for a in found if a.reply == "apologies"],
        }
    there = [a for a in found if a.was_there]
    return {
        "council_came": [_present(a, user, with_names) for a in there if a.side == Side.COUNCIL],
        "sector_came": [_present(a, user, with_names) for a in there if a.side == Side.SECTOR],
        "apologies": [_present(a, user, with_names) for a in found if a.came == Came.APOLOGIES],
        "absent": sum(a.came == Came.ABSENT for a in found),
    }


def _present(one: Attendance, user, with_names: bool) -> Present:
    is_council = user.is_authenticated and user.is_council
    organisation, seat = (one.organisation if one.organisation_id else None), one.seat
    is_known = bool(organisation) and (organisation.is_published or is_council)
    if organisation:
        words = organisation.name if is_known or with_names else _("An organisation not in the directory")
    else:
        words = seat.title if seat else _("Guest")
    return Present(
        words,
        href=organisation.get_absolute_url() if is_known else "",
        person=one.who_came if with_names else "",
        seniority=one.get_seniority_display() if with_names and one.seniority else "",
        guest=one.pk if seat is None else 0,
    )


def _reply(one: Attendance, user) -> Present:
    """Apologies, with who comes instead."""
    said = _present(one, user, True)
    if not one.substitute_name:
        return said
    words = _("%(name)s; %(substitute)s comes instead")
    person = words % {"name": one.name, "substitute": one.substitute_name}
    return Present(said.words, said.href, person)
