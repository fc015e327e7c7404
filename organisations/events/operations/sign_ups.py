"""Signing up, by account, by a confirmed address or through an officer, and giving the place up again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import emails
from ..models import Event, SignUp, State
from .places import move_up, take_place
from .record import lock

SECOND_CLICK = timedelta(seconds=30)  # who asks again later waits for the link in vain, and gets another


@transaction.atomic
def sign_up(
    event_id: int,
    *,
    by: User,
    organisation: Organisation | None = None,
    needs: str = "",
    now: datetime | None = None,
) -> SignUp:
    """A place for a person with an account, or the waiting list when it is full. A second click changes nothing.

    Raises ValidationError when sign-up is not open.
    """
    event = lock(event_id)
    now = now or timezone.now()  # read in the queue's order
    _refuse_closed(event, now)
    same = models.Q(user=by) | models.Q(email__iexact=by.email)
    if found := event.sign_ups.live().filter(same).first():
        return _recognise(found, by, organisation)
    with history.deed("signed up", by=by):
        new = SignUp(
            event=event,
            user=by,
            organisation=organisation,
            email=by.email,
            name=by.display_name,
            needs=needs,
            asked_at=now,
        )
        take_place(event, new, now=now)
    return new


def _recognise(found: SignUp, by: User, organisation: Organisation | None) -> SignUp:
    """Who signed up by their address alone, and now comes with their account, stays where they were."""
    if found.user_id is None:
        with history.deed("signed up", by=by):
            found.user, found.organisation = by, found.organisation or organisation
            found.save(update_fields=["user", "organisation"])
    return found


@transaction.atomic
def ask_for_place(
    event_id: int,
    *,
    email: str,
    name: str,
    organisation_words: str = "",
    needs: str = "",
    now: datetime | None = None,
) -> None:
    """Send an address without an account a link to confirm. Who has a place already is sent a link to that.

    Returns nothing either way, so that nobody learns who comes. Raises ValidationError when sign-up is not open
    or the event is for organisations on the portal.
    """
    event = lock(event_id)
    now = now or timezone.now()  # read in the queue's order
    _refuse_closed(event, now)
    if not event.is_open_to_all:
        raise ValidationError(_("This event is for organisations on the portal. Sign in to sign up."))
    if found := event.sign_ups.live().called(email).first():
        emails.signed_up_already(found, asked_at=now)
        return
    said = {"name": name, "organisation_words": organisation_words, "needs": needs, "asked_at": now}
    with history.deed("asked for a place"):
        asked, is_new = SignUp.objects.get_or_create(
            event=event, email=email.strip().lower(), state=State.ASKED, defaults=said
        )
        is_second_click = not is_new and now - asked.asked_at < SECOND_CLICK
        if not is_new and not is_second_click:
            for field, value in said.items():
                setattr(asked, field, value)
            asked.save(update_fields=list(said))
    if not is_second_click:
        emails.confirm_place(asked)


@transaction.atomic
def confirm_place(sign_up_id: int, *, now: datetime | None = None) -> SignUp:
    """The address is the person's own: give the place, or put on the waiting list. A second click changes nothing.

    Raises ValidationError when sign-up has closed, or the place was given up after the link was made.
    """
    event = lock(SignUp.objects.values_list("event", flat=True).get(pk=sign_up_id))
    now = now or timezone.now()  # read in the queue's order
    asked = event.sign_ups.select_for_update().get(pk=sign_up_id)
    if asked.is_live:
        return asked
    if asked.state == State.LEFT:
        raise ValidationError(_("You have given up this place. Sign up again to get a new link."))
    _refuse_closed(event, now)
    if found := event.sign_ups.live().called(asked.email).first():
        return found
    asked.user = User.objects.active().filter(email__iexact=asked.email).first()
    with history.deed("confirmed a place", by=asked.user):
        take_place(event, asked, now=now)
    return asked


@transaction.atomic
def add_person(
    event_id: int,
    *,
    name: str,
    email: str = "",
    organisation: Organisation | None = None,
    organisation_words: str = "",
    needs: str = "",
    key: UUID,
    by: User,
    now: datetime | None = None,
) -> SignUp:
    """An officer signs up somebody who rang or wrote; once it has begun, somebody who simply came.

    The same key or address again returns the first. Places hold here too, until it has begun.
    """
    event = lock(event_id)
    now = now or timezone.now()  # read in the queue's order
    if found := _added_before(event, key, email):
        return found
    if not event.is_published:
        raise ValidationError("People are added to a published event only.")
    new = SignUp(
        event=event, name=name, email=email.strip().lower(), organisation=organisation, key=key, needs=needs,
        organisation_words=organisation_words, asked_at=now,
    )  # fmt: skip
    new.user = User.objects.active().filter(email__iexact=new.email).first() if new.email else None
    with history.deed("added a person", by=by):
        if event.has_started(now):
            new.state, new.joined_at, new.placed_at, new.has_come = State.PLACED, now, now, True
            new.save()
        else:
            take_place(event, new, now=now)
    return new


def _added_before(event: Event, key: UUID, email: str) -> SignUp | None:
    found = event.sign_ups.filter(key=key).first()
    return found or (event.sign_ups.live().called(email).first() if email else None)


@transaction.atomic
def leave(sign_up_id: int, *, by: User | None = None, now: datetime | None = None) -> SignUp:
    """Give up a place or a turn on the waiting list; whoever waits first gets it. Twice is the same as once.

    Raises ValidationError once the event has begun.
    """
    event = lock(SignUp.objects.values_list("event", flat=True).get(pk=sign_up_id))
    now = now or timezone.now()  # read in the queue's order
    leaver = event.sign_ups.select_for_update().select_related("event").get(pk=sign_up_id)
    if not leaver.is_live:
        return leaver
    if event.has_started(now):
        raise ValidationError(_("The event has begun."))
    had_place = leaver.is_placed
    leaver.state, leaver.left_at = State.LEFT, now
    with history.deed("gave up a place", by=by):
        leaver.save(update_fields=["state", "left_at"])
        move_up(event, now=now)
    emails.place_given_up(leaver, had_place=had_place)
    return leaver


def _refuse_closed(event: Event, now: datetime) -> None:
    if event.is_open_for_sign_up(now):
        return
    if event.opens_later(now):
        raise ValidationError(_("Sign-up has not opened yet."))
    raise ValidationError(_("Sign-up for this event has closed."))
