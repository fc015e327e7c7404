"""What a conversation can be begun from: an organisation, a forum's meeting, an entry of a calendar."""

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from organisations.forums.models import Attendance, Meeting, Side
from organisations.models import Membership, Organisation
from vcse_portal.mail.ics import Entry

from .models import Conversation, Kind
from .people import invited

SALT = "conversations.entry"
LASTS = timedelta(hours=2)


def from_organisation(organisation: Organisation) -> dict:
    return {"organisations": [str(organisation.pk)]}


def from_meeting(meeting: Meeting) -> dict:
    """Its day, place and subject, the organisations that were there and, where they have accounts, their people."""
    there = meeting.attendances.filter(came__in=Attendance.IN_THE_ROOM).select_related("seat", "organisation")
    starts_at = timezone.localtime(meeting.starts_at)
    sector = [one for one in there if one.organisation_id and one.side == Side.SECTOR]
    organisations = list(dict.fromkeys(one.organisation_id for one in sector))
    speak = Membership.objects.current().filter(organisation__in=organisations).select_related("user")
    by_name = {(one.organisation_id, one.user.display_name): f"m{one.pk}" for one in speak}
    found = {one: by_name.get((one.organisation_id, one.who_came)) for one in sector if one.who_came}
    return {
        "kind": Kind.MEETING.value,
        "held_on": starts_at.date(),
        "held_at": starts_at.time(),
        "place": meeting.place,
        "subject": str(meeting)[:200],
        "organisations": [str(pk) for pk in organisations],
        "people": [code for code in found.values() if code],
        "others": "\n".join(f"{one.who_came}, {one.organisation}" for one, code in found.items() if not code),
        "meeting": meeting.pk,
    }


def from_entry(entry: Entry, author) -> dict:
    """A calendar entry's facts, and the people and organisations its addresses belong to."""
    who, starts_at = invited(entry.attendees), timezone.localtime(entry.starts_at)
    return {
        "kind": Kind.MEETING.value,
        "held_on": starts_at.date(),
        "held_at": starts_at.time(),
        "place": entry.place[:300],
        "subject": entry.title[:200],
        "summary": entry.about[:5000],
        "organisations": [str(pk) for pk in who.organisations],
        "people": who.people,
        "others": "\n".join(who.others),
        "officers": list(dict.fromkeys([author.pk, *who.officers])),
        "entry_uid": entry.uid[:200],
    }


def token_of(entry: Entry) -> str:
    """An entry as a field of a form, so that nothing is kept here before the officer saves it."""
    facts = [entry.uid, entry.title, entry.starts_at.isoformat(), entry.place, entry.about, entry.attendees]
    return signing.dumps(facts, salt=SALT, compress=True)


def entry_of(token: str) -> Entry | None:
    """What `token_of` was given; None when it is not ours or too old."""
    try:
        uid, title, starts_at, place, about, attendees = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    moment = timezone.datetime.fromisoformat(starts_at)
    return Entry(uid, title, moment, moment, place=place, about=about, attendees=tuple(attendees))


def recorded_before(uid: str, user) -> Conversation | None:
    """A conversation the reader may know of that was begun from the same entry."""
    return Conversation.objects.visible_to(user).filter(entry_uid=uid).first() if uid else None
