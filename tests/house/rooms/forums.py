"""A public and a closed forum, seats held and vacant, and meetings in each state with what belongs to them."""

from django.core.files.base import ContentFile

from organisations.forums import operations
from organisations.forums.links import PAPER
from organisations.forums.models import Side
from organisations.forums.operations.attendance import Seen
from tests.factories import make_officer
from tests.forums.factories import (
    make_agreed,
    make_closed,
    make_forum,
    make_held,
    make_item,
    make_meeting,
    make_seat,
    open_agenda,
    sit,
)


def _all(kind: str, names: str) -> dict[str, str]:
    return {f"forums:{name}": kind for name in names.split()}


NEEDS = {
    **_all(
        "forum", "forum forum_edit forum_close forum_calendar attendance missing seats seat_add meeting_plan"
    ),
    **_all("seat", "seat_edit seat_fill seat_take_away"),
    **_all("term", "term_edit term_end"),
    **_all("meeting", "meeting meeting_edit meeting_cancel meeting_calendar agenda_open agenda_agree"),
    **_all("meeting", "item_propose paper_attach reply attendance_record guest_add minutes_write"),
    **_all("meeting", "meeting_close decision_record"),
    **_all("agenda item", "item_edit item_move item_leave_off item_put_back"),
    **_all("paper", "paper paper_remove"),
    "forums:paper_by_link": "paper token",
    "forums:guest_remove": "guest",
    **_all("decision", "decision_edit decision_remove"),
    "actions:action_raise": "decision",
}
ARGUMENTS = {"paper token": lambda token: [token]}


def things(ours, theirs, hidden, people) -> dict:
    public = make_forum("Voluntary Sector Forum", is_public=True)
    closed = make_forum("Strategic Partnership", is_public=False)
    chair = public.seats.get(is_chair=True, side=Side.SECTOR)
    terms = {
        "the lead chairs": sit(chair, people["lead"], ours),
        "another's, without an account": sit(make_seat(public), organisation=theirs, name="Nell Noaccount"),
        "of an unpublished": sit(make_seat(public), organisation=hidden, name="Hal Hidden"),
        "of a closed forum": sit(make_seat(closed), people["other"], theirs),
    }
    vacant = make_seat(public, title="Faith groups")
    wound_up = make_forum("Forum of before")
    operations.close_forum(wound_up.pk, by=people["partnerships"])
    meetings = {
        "planned": make_meeting(public),
        "open": open_agenda(make_meeting(public, join_url="https://meet.example.org/secret")),
        "agreed": make_agreed(public),
        "held": make_held(public, came={chair: "came", terms["of an unpublished"].seat: Seen("came")}),
        "closed": make_closed(public, decision="Rents are frozen for a year."),
    }
    secret = make_held(closed)
    papers = {"of a closed forum": _paper(secret)}
    decision = operations.record_decision(secret.pk, text="A secret decision.", by=make_officer())
    secret = operations.write_minutes(
        secret.pk, minutes="Secret minutes.", version=secret.version, by=make_officer()
    )
    secret = operations.close_meeting(secret.pk, version=secret.version, by=make_officer())
    meetings["of a closed forum"] = secret
    cancelled = make_meeting(public)
    meetings["cancelled"] = operations.cancel_meeting(cancelled.pk, reason="Snow.", by=make_officer())
    held, opened = meetings["held"], meetings["open"]
    papers |= {
        "out": _paper(meetings["agreed"]),
        "out, for members": _paper(meetings["agreed"], is_for_members=True),
        "of a draft agenda": _paper(opened),
    }
    return {
        "forum": {"public": public, "closed": closed, "wound up": wound_up},
        "seat": {"chair": chair, "vacant": vacant, "of a closed forum": terms["of a closed forum"].seat},
        "term": terms,
        "meeting": meetings,
        "agenda item": {
            "the representative's, open": make_item(
                opened, "A draft item", by=people["representative"], organisation=ours
            ),
            "agreed": meetings["agreed"].items.first(),
        },
        "paper": papers,
        "paper token": {"real": PAPER.token(paper=papers["of a closed forum"].pk), "forged": "forged"},
        "guest": {
            "held": operations.add_guest(held.pk, name="Gil Guest", side="sector", by=make_officer()),
        },
        "decision": {
            "draft": operations.record_decision(held.pk, text="A draft decision.", by=make_officer()),
            "published": meetings["closed"].decisions.get(),
            "of a closed forum": decision,
        },
    }


def _paper(meeting, **facts):
    file = ContentFile(b"%PDF-1.7\n% a paper\n%%EOF\n", name="paper.pdf")
    officer = make_officer()
    return operations.attach_paper(meeting.pk, title="A paper", file=file, kind="pdf", by=officer, **facts)
