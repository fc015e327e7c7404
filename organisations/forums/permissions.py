"""Who may do what in a forum. What may be read at all, `visible_to` decides; whether a meeting is in a state for it,
operations ask."""

from vcse_portal.accounts.models import Role

from .models import Forum, Item, Meeting, Side
from .standing import can_use_the_portal, chair_of, standing_of


def can_set_up_forum(user) -> bool:
    """Partnerships officers keep the forums: set up and wind up."""
    return user.is_authenticated and user.has_role(Role.PARTNERSHIPS)


def can_keep_forum(user, forum: Forum) -> bool:
    """Partnerships officers and the two chairs: seats, meetings, agenda, attendance, minutes."""
    return forum.is_standing and standing_of(user, forum).keeps


def can_read_names(user, forum: Forum) -> bool:
    """Who sits for whom is for council people and members; visitors see organisations and job titles."""
    return user.is_authenticated and (user.is_council or standing_of(user, forum).is_member)


def can_read_addresses(user, forum: Forum) -> bool:
    """Email addresses, payments and notes are for those who keep the forum, and for council people."""
    return user.is_authenticated and (user.is_council or standing_of(user, forum).keeps)


def can_see_who_is_missing(user, forum: Forum) -> bool:
    """Council people and the chairs."""
    return user.is_authenticated and (user.is_council or standing_of(user, forum).keeps)


def can_read_agenda(user, meeting: Meeting) -> bool:
    """As it is written: council people and members. Once agreed: whoever may read the forum."""
    return meeting.agenda_is_out or can_read_names(user, meeting.forum)


def can_read_minutes(user, meeting: Meeting) -> bool:
    """Published: whoever may read the forum. A draft: officers and the forum's chairs."""
    if meeting.is_closed:
        return True
    standing = standing_of(user, meeting.forum)
    return standing.is_officer or standing.keeps


def can_propose_item(user, meeting: Meeting) -> bool:
    """Members and officers until the published day; those who keep the forum until the meeting is held."""
    standing = standing_of(user, meeting.forum)
    if standing.keeps:
        return meeting.is_ahead
    return meeting.takes_items() and (standing.is_member or standing.is_officer)


def can_edit_item(user, item: Item) -> bool:
    """Those who keep the forum; while items are taken, also the person who proposed it."""
    if standing_of(user, item.meeting.forum).keeps:
        return item.meeting.is_ahead
    return item.proposed_by_id == user.pk and not item.is_left_off and can_propose_item(user, item.meeting)


def can_attach_paper(user, meeting: Meeting) -> bool:
    return not meeting.is_closed and not meeting.is_cancelled and can_keep_forum(user, meeting.forum)


def can_agree_agenda(user, meeting: Meeting, side: str) -> bool:
    """The chair of that side. For a chair who has no account, a partnerships officer records it."""
    standing = standing_of(user, meeting.forum)
    if standing.chairs == side:
        return True
    return standing.is_partnerships and not can_use_the_portal(chair_of(meeting.forum, side))


def sides_to_agree(user, meeting: Meeting) -> list[str]:
    """For which sides the person could agree the agenda now."""
    if meeting.status != Meeting.Status.OPEN:
        return []
    return [s for s in Side.values if not meeting.agreed_at(s) and can_agree_agenda(user, meeting, s)]


def can_reply(user, meeting: Meeting) -> bool:
    """Whoever sits in the forum or speaks for a member; those who keep it, for anybody."""
    standing = standing_of(user, meeting.forum)
    return meeting.is_ahead and (standing.keeps or standing.is_member)


def can_move_meeting(user, meeting: Meeting) -> bool:
    """When and where, its agenda, or whether at all: while it is ahead."""
    return can_keep_forum(user, meeting.forum) and meeting.is_ahead


def can_record_attendance(user, meeting: Meeting) -> bool:
    """Once it has begun."""
    return can_keep_forum(user, meeting.forum) and not meeting.is_cancelled and meeting.has_begun()


def can_write_minutes(user, meeting: Meeting) -> bool:
    return can_keep_forum(user, meeting.forum) and meeting.has_happened


def can_record_decision(user, meeting: Meeting) -> bool:
    """Until the minutes are published: then what was decided stands."""
    return can_write_minutes(user, meeting) and not meeting.is_closed


def can_close_meeting(user, meeting: Meeting) -> bool:
    return can_keep_forum(user, meeting.forum) and meeting.status == Meeting.Status.HELD


def can_record_payment(user, meeting: Meeting) -> bool:
    """What small groups are paid is the council's money: partnerships officers."""
    return standing_of(user, meeting.forum).is_partnerships
