"""Places and the waiting list. Called with the event locked, for nobody else may count at the same time."""

from datetime import datetime

from .. import emails
from ..models import Event, SignUp, State


def take_place(event: Event, sign_up: SignUp, *, now: datetime) -> None:
    """Give a place if one is free, else put at the end of the waiting list, and say so by mail."""
    move_up(event, now=now)
    has_room = event.places is None or event.sign_ups.placed().count() < event.places
    sign_up.state = State.PLACED if has_room else State.WAITING
    sign_up.joined_at, sign_up.placed_at = now, now if has_room else None
    sign_up.save()
    (emails.place_given if has_room else emails.put_on_waiting_list)(sign_up)


def move_up(event: Event, *, now: datetime) -> list[SignUp]:
    """Give free places to those who wait, first come first, and mail them. Nobody moves up once it has begun."""
    if not event.is_published or event.has_started(now):
        return []
    waiting = event.sign_ups.waiting().select_related("event")
    if event.places is not None:
        free = event.places - event.sign_ups.placed().count()
        waiting = waiting[: max(free, 0)]
    moved = list(waiting)
    for sign_up in moved:
        sign_up.state, sign_up.placed_at = State.PLACED, now
        sign_up.save(update_fields=["state", "placed_at"])
        emails.place_came_free(sign_up)
    return moved
