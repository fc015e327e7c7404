"""Who sits where, as pages show it: seats with their holders, vacant ones, and what the reader may know of a person."""

from dataclasses import dataclass

from .models import Forum, Seat, Seniority, Term
from .standing import current_terms


@dataclass(frozen=True)
class SeatRow:
    """`organisation` and `person` are words; `href` is the organisation's page when the reader may open it."""

    seat: Seat
    term: Term | None
    organisation: str = ""
    href: str = ""
    person: str = ""
    post: str = ""
    seniority: str = ""

    @property
    def side(self) -> str:
        return self.seat.side

    @property
    def is_vacant(self) -> bool:
        return self.term is None


def rows_of(forum: Forum, user, *, with_names: bool) -> list[SeatRow]:
    """Every seat of the forum, chairs first. Two queries.

    Visitors see an organisation by name when it is in the public directory, and a post of the council; who the
    people are is for members and council people.
    """
    terms = {term.seat_id: term for term in current_terms(forum)}
    seats = forum.seats.filter(ended_at=None).order_by("-is_chair", "title", "pk")
    is_council = user.is_authenticated and user.is_council
    return [_row(seat, terms.get(seat.pk), with_names, is_council) for seat in seats]


def _row(seat: Seat, term: Term | None, with_names: bool, is_council: bool) -> SeatRow:
    if term is None:
        return SeatRow(seat, None)
    organisation = term.organisation if term.organisation_id else None
    is_known = bool(organisation) and (is_council or organisation.is_published)
    return SeatRow(
        seat,
        term,
        organisation=organisation.name if organisation and (is_known or with_names) else "",
        href=organisation.get_absolute_url() if is_known else "",
        person=term.name if with_names else "",
        post=term.post if with_names or not organisation else "",
        seniority=str(Seniority(term.seniority).label) if with_names and term.seniority else "",
    )
