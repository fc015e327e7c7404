"""The mails about events: one function each. Every one carries the reader's own link to their place."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import Recipient, queue_mail

from .models import Event, SignUp
from .tokens import CONFIRM_PLACE, FEEDBACK, PLACE


def confirm_place(asked: SignUp) -> None:
    queue_mail(
        kind="event_confirm_place",
        key=f"event_confirm_place:{asked.pk}:{asked.asked_at.isoformat()}",
        to=Recipient(asked.email, asked.name),
        subject=_("Confirm that you want to come: %(event)s") % {"event": asked.event},
        template="events/confirm_place",
        context={
            "event": asked.event,
            "url": absolute("events:sign_up_confirm", CONFIRM_PLACE.token(s=asked.pk)),
        },
        because=_("Somebody, most likely you, gave this address to sign up for an event."),
        about=asked.event,
        is_secret=True,
        expires_at=asked.asked_at + CONFIRM_PLACE.lasts,
    )


def signed_up_already(found: SignUp, *, asked_at: datetime) -> None:
    _to_one(
        found,
        kind="event_signed_up_already",
        key=f"{found.pk}:{asked_at.isoformat()}",
        subject=_("You have signed up already: %(event)s"),
        because=_("Somebody, most likely you, gave this address to sign up for an event."),
    )


def place_given(sign_up: SignUp) -> None:
    _to_one(
        sign_up,
        kind="event_place_given",
        subject=_("You have a place: %(event)s"),
        invitation=sign_up.event.entry(with_link=True),
    )


def place_came_free(sign_up: SignUp) -> None:
    _to_one(
        sign_up,
        kind="event_place_came_free",
        subject=_("A place has come free for you: %(event)s"),
        invitation=sign_up.event.entry(with_link=True),
    )


def put_on_waiting_list(sign_up: SignUp) -> None:
    _to_one(sign_up, kind="event_put_on_waiting_list", subject=_("You are on the waiting list: %(event)s"))


def place_given_up(sign_up: SignUp, *, had_place: bool) -> None:
    """Whoever had a place has it taken out of their calendar too."""
    taken_out = replace(sign_up.event.entry(), is_cancelled=True)  # the later of two of one sequence counts
    _to_one(
        sign_up,
        kind="event_place_given_up",
        subject=_("You have given up your place: %(event)s"),
        invitation=taken_out if had_place else None,
        had_place=had_place,
    )


def event_changed(event: Event) -> None:
    _to_all(
        event,
        kind="event_changed",
        key=f"{event.pk}:{event.sequence}",
        subject=_("Changed: %(event)s"),
        invitation=event.entry(with_link=True),
    )


def event_cancelled(event: Event) -> None:
    _to_all(
        event,
        kind="event_cancelled",
        key=f"{event.pk}",
        subject=_("Cancelled: %(event)s"),
        invitation=event.entry(),
    )


def event_reminder(event: Event) -> None:
    """Only to whoever has a place. Its key holds the time: an event that moves is reminded of anew."""
    _queue(
        event,
        event.sign_ups.placed(),
        kind="event_reminder",
        key=f"{event.pk}:{event.starts_at.isoformat()}",
        subject=_("Soon: %(event)s"),
        context={"waiting": event.sign_ups.waiting().count()},
        expires_at=event.starts_at,
    )


def feedback_asked(event: Event, *, now: datetime) -> None:
    """Each person who came, once; not before it is over."""
    for person in event.sign_ups.came().filter(feedback_given=False).exclude(email=""):
        queue_mail(
            kind="event_feedback_asked",
            key=f"event_feedback_asked:{person.pk}",
            to=Recipient(person.email, person.display_name),
            subject=_("How was it? %(event)s") % {"event": event},
            template="events/feedback_asked",
            context={"event": event, "url": absolute("events:feedback", FEEDBACK.token(s=person.pk))},
            because=_("You came to this event."),
            about=event,
            send_at=max(now, event.ends_at),
            expires_at=now + FEEDBACK.lasts,
        )


def notes_published(event: Event) -> None:
    _queue(
        event,
        event.sign_ups.placed(),
        kind="event_notes_published",
        key=f"{event.pk}",
        subject=_("Notes to read: %(event)s"),
        because=_("You had a place at this event."),
    )


def _to_one(sign_up: SignUp, *, kind, subject, key="", invitation=None, because="", **context) -> None:
    if sign_up.email:
        queue_mail(
            kind=kind,
            key=f"{kind}:{key or sign_up.pk}",
            to=Recipient(sign_up.email, sign_up.display_name),
            subject=subject % {"event": sign_up.event},
            template=f"events/{kind.removeprefix('event_')}",
            context=_words(sign_up.event) | {"place_url": own_url(sign_up), "sign_up": sign_up, **context},
            because=because or _("You signed up for this event."),
            about=sign_up.event,
            invitation=invitation,
        )


def _to_all(event: Event, *, kind, key, subject, invitation) -> None:
    """Those with a place, with the calendar's part; those who wait, without."""
    _queue(event, event.sign_ups.placed(), kind=kind, key=key, subject=subject, invitation=invitation)
    waiting = event.sign_ups.waiting()
    _queue(event, waiting, kind=kind, key=f"{key}:waiting", subject=subject, context={"is_waiting": True})


def _queue(event, sign_ups, *, kind, key, subject, context=None, because="", **options) -> None:
    """One message, and a row with their own link for each person who has an address."""
    to = [
        Recipient(person.email, person.display_name, {"place_url": own_url(person)})
        for person in sign_ups.exclude(email="").select_related("user")
    ]
    if to:
        queue_mail(
            kind=kind,
            key=f"{kind}:{key}",
            to=to,
            subject=subject % {"event": event},
            template=f"events/{kind.removeprefix('event_')}",
            context=_words(event) | {"place_url": "[[place_url]]", **(context or {})},
            because=because or _("You signed up for this event."),
            about=event,
            **options,
        )


def own_url(sign_up: SignUp) -> str:
    return absolute("events:place", PLACE.token(s=sign_up.pk))


def _words(event: Event) -> dict:
    return {
        "event": event,
        "event_url": absolute("events:event", event.pk),
        "events_url": absolute("events:events"),
    }
