"""Events in each state with people who come, and the links of the mails about them."""

from datetime import timedelta
from uuid import uuid4

from organisations.events import operations
from organisations.events.tokens import CONFIRM_PLACE, FEEDBACK, PLACE
from tests.events.factories import make_draft, make_event, make_past_event, make_place, make_visitor_place

EVENT = "event event_calendar event_edit event_publish event_cancel sign_up check_your_inbox people"
NEEDS = {
    **{f"events:{name}": "event" for name in f"{EVENT} person_add attendance notes_edit".split()},
    "events:person_leave": "person at an event",
    "events:sign_up_confirm": "link to confirm a place",
    "events:place": "link to a place",
    "events:place_calendar": "link to a place",
    "events:feedback": "link to give feedback",
}
ARGUMENTS = {
    "person at an event": lambda person: [person.event_id, person.pk],
    "link to confirm a place": lambda token: [token],
    "link to a place": lambda token: [token],
    "link to give feedback": lambda token: [token],
}


def things(ours, theirs, hidden, people) -> dict:
    officer = people["commissioning"]
    known = {"organiser": officer, "online_url": "https://join.example/secret-room"}
    workshop = make_event(title="Co-design of the baths", about=theirs, places=1, **known)
    placed = make_place(workshop, user=people["lead"], organisation=ours, needs="A secret need")
    waiting = make_visitor_place(workshop, "walter@example.org", name="Walter Waiting")
    closed = make_event(title="For organisations", is_open_to_all=False, about=hidden, **known)
    operations.ask_for_place(workshop.pk, email="asked@example.org", name="Asta Asked")
    asked = workshop.sign_ups.get(email="asked@example.org")
    begun = make_past_event(title="Yesterday's training", **known)
    cancelled = make_event(title="Called off", **known)
    cancelled_place = make_place(cancelled, user=people["representative"], organisation=ours)
    held, came = _held(known, people, ours)
    return {
        "event": {
            "draft": make_draft(title="Secret training plans", **known),
            "open to everyone": workshop,
            "for organisations": closed,
            "over": begun,
            "cancelled": operations.cancel_event(cancelled.pk, reason="The hall is wet.", by=officer),
            "held": held,
        },
        "person at an event": {
            "with a place": placed,
            "waiting": waiting,
            "at a cancelled one": cancelled_place,
        },
        "link to confirm a place": {"real": CONFIRM_PLACE.token(s=asked.pk), "forged": "forged"},
        "link to a place": {
            "placed": PLACE.token(s=placed.pk),
            "waiting": PLACE.token(s=waiting.pk),
            "forged": "forged",
        },
        "link to give feedback": {
            "real": FEEDBACK.token(s=came.pk),
            "who did not come": FEEDBACK.token(s=placed.pk),
            "forged": "forged",
        },
    }


def _held(known, people, ours):
    event = make_past_event(title="Held training", ago=timedelta(days=9), **known)
    came = make_place(event, user=people["representative"], organisation=ours)
    by = known["organiser"]
    operations.add_person(event.pk, name="Wanda Walk-in", by=by, key=uuid4())
    event = operations.take_attendance(event.pk, came=[came.pk], version=event.version, by=by)
    operations.publish_notes(
        event.pk, notes="Notes nobody has published", version=event.version, is_published=False, by=by
    )
    event.refresh_from_db()
    return event, came
