"""Seats in a forum, and who holds them."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Membership, Organisation
from organisations.operations.clicks import of_first_click
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Forum, Seat, Side, Term
from .writing import change, create, locked, refuse_unless

GONE = gettext_lazy("This seat has been taken away.")
PERSON = ("name", "email", "post", "seniority", "substitute_name", "substitute_email")


@transaction.atomic
def add_seat(
    forum_id: int, *, side: str, title: str, is_chair: bool = False, key: UUID | None = None, by: User
) -> Seat:
    """Add a seat, vacant at first. There is one chair a side."""
    forum = locked(Forum, forum_id)
    if key and (first := of_first_click(forum.seats.all(), key)):
        return first
    refuse_unless(forum.is_standing, _("This forum has been wound up."))
    with history.deed("seat added", by=by):
        seat = Seat(forum=forum, side=side, title=title, is_chair=is_chair, **({"key": key} if key else {}))
        _refuse_second_chair(seat)
        return create(seat)


@transaction.atomic
def edit_seat(seat_id: int, *, version: int, title: str, is_chair: bool, by: User) -> Seat:
    """Rename a seat, or let it chair. Raises Conflict on a stale version."""
    seat = locked(Seat, seat_id, "forum")
    check_version(seat, version)
    refuse_unless(seat.ended_at is None, GONE)
    seat.is_chair = is_chair
    _refuse_second_chair(seat)
    with history.deed("seat edited", by=by):
        return change(seat, title=title, is_chair=is_chair)


def _refuse_second_chair(seat: Seat) -> None:
    chairs = seat.forum.seats.filter(side=seat.side, is_chair=True, ended_at=None).exclude(pk=seat.pk)
    refuse_unless(
        not (seat.is_chair and chairs.exists()), _("This side has a chair already. Edit that seat instead.")
    )


@transaction.atomic
def take_seat_away(seat_id: int, *, by: User, today: date | None = None) -> Seat:
    """The forum has this seat no longer. Its past holders and attendances stay. Chairs' seats stay."""
    seat = locked(Seat, seat_id)
    refuse_unless(seat.ended_at is None, GONE)
    refuse_unless(not seat.is_chair, _("A forum needs both chairs. Let another seat chair it first."))
    today = today or timezone.localdate()
    with history.deed("seat taken away", by=by):
        for term in seat.terms.select_for_update().exclude(ends_on__lte=today):
            change(term, ends_on=max(today, term.starts_on))
        return change(seat, ended_at=timezone.now())


@transaction.atomic
def fill_seat(
    seat_id: int,
    *,
    name: str,
    by: User,
    email: str = "",
    organisation: Organisation | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    **person,
) -> Term:
    """Somebody holds the seat from a day on; whoever held it until then no longer does.

    A sector seat is held for an organisation. An address that belongs to an account which may speak for that
    organisation (for a council seat: of council staff or a councillor) links the account; else the person takes
    part by mail. `person`: post, seniority, substitute_name, substitute_email.
    """
    seat = locked(Seat, seat_id, "forum")
    refuse_unless(seat.ended_at is None and seat.forum.is_standing, GONE)
    starts_on = starts_on or timezone.localdate()
    _refuse_wrong_side(seat, organisation)
    facts = {"name": name.strip(), "email": email.strip().lower(), "starts_on": starts_on}
    if same := seat.terms.filter(**facts, organisation=organisation).first():
        return same  # a second click
    with history.deed("seat filled", by=by):
        _end_former(seat, starts_on)
        term = Term(seat=seat, organisation=organisation, ends_on=ends_on, **facts, **person)
        _link_accounts(term)
        create(term)
    emails.seat_filled(term)
    return term


def _refuse_wrong_side(seat: Seat, organisation: Organisation | None) -> None:
    if seat.side == Side.COUNCIL:
        refuse_unless(organisation is None, _("A council seat is not held for an organisation."))
        return
    refuse_unless(organisation is not None, _("Say which organisation holds the seat."))
    closed = organisation.status in (Organisation.Status.CLOSED, Organisation.Status.MERGED)
    refuse_unless(not closed, _("This organisation has closed."))


def _end_former(seat: Seat, starts_on: date) -> None:
    """Ends who sits there on the day the next one begins; somebody who begins later stands in the way."""
    for former in seat.terms.select_for_update().exclude(ends_on__lte=starts_on):
        refuse_unless(
            former.starts_on <= starts_on,
            _("Somebody else already takes the seat on %(day)s.") % {"day": date_format(former.starts_on)},
        )
        change(former, ends_on=starts_on)


def _link_accounts(term: Term) -> None:
    term.user = _account(term.email, term)
    term.substitute = _account(term.substitute_email, term)


def _account(email: str, term: Term) -> User | None:
    user = User.objects.active().filter(email__iexact=email).first() if email else None
    if user is None:
        return None
    if term.seat.side == Side.COUNCIL:
        return user if user.is_council else None
    speaks = Membership.objects.current().filter(user=user, organisation=term.organisation_id)
    return user if speaks.exists() else None


@transaction.atomic
def edit_term(term_id: int, *, version: int, by: User, **facts) -> Term:
    """Change the person, the substitute, the seniority or the last day. Raises Conflict on a stale version."""
    term = locked(Term, term_id, "seat__forum", "organisation")
    check_version(term, version)
    had = term.email
    for name in facts:
        refuse_unless(name in (*PERSON, "ends_on"), f"Not a fact of a term one can set: {name}.")
    with history.deed("seat edited", by=by):
        for name, value in facts.items():
            setattr(term, name, value)
        _link_accounts(term)
        change(term, **facts, user=term.user, substitute=term.substitute)
    if term.email != had:
        emails.seat_filled(term)
    return term


@transaction.atomic
def end_term(term_id: int, *, by: User, ends_on: date | None = None) -> Term:
    """The person leaves the seat; it is vacant from that day on."""
    term = locked(Term, term_id, "seat")
    today = timezone.localdate()
    refuse_unless(term.ends_on is None or term.ends_on > today, _("This person has left the seat already."))
    with history.deed("left the seat", by=by):
        return change(term, ends_on=max(ends_on or today, term.starts_on))
