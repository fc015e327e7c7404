"""What a person is in a forum today: a chair, the holder of seats, or one who speaks for a member."""

from dataclasses import dataclass, field

from organisations.models import Membership
from vcse_portal.accounts.models import Role

from .models import Forum, Side, Term


@dataclass
class Standing:
    """`terms` are the current ones the person sits in or speaks for; `chairs` the side they chair, or ""."""

    is_partnerships: bool = False
    is_officer: bool = False
    terms: list[Term] = field(default_factory=list)
    chairs: str = ""

    @property
    def keeps(self) -> bool:
        """Partnerships officers keep every forum, chairs their own."""
        return self.is_partnerships or bool(self.chairs)

    @property
    def is_member(self) -> bool:
        return bool(self.terms)


def standing_of(user, forum: Forum) -> Standing:
    """Two queries the first time; kept on the forum object, so for one request."""
    if not user.is_authenticated or not user.is_active:
        return Standing()
    kept = vars(forum).setdefault("_standings", {})
    if user.pk not in kept:
        kept[user.pk] = _standing(user, forum)
    return kept[user.pk]


def _standing(user, forum: Forum) -> Standing:
    mine = _organisations_of(user)
    terms = [term for term in current_terms(forum) if _sits(user, term, mine)]
    chaired = [term.seat.side for term in terms if term.seat.is_chair and term.user_id == user.pk]
    return Standing(
        is_partnerships=user.has_role(Role.PARTNERSHIPS),
        is_officer=user.is_officer,
        terms=terms,
        chairs=chaired[0] if chaired else "",
    )


def _organisations_of(user) -> set[int]:
    if user.is_council:
        return set()
    return set(Membership.objects.current().filter(user=user).values_list("organisation", flat=True))


def _sits(user, term: Term, mine: set[int]) -> bool:
    """The rule of `Term.objects.reached_by`, for a term that is loaded already."""
    if term.seat.side == Side.COUNCIL:
        return user.is_council and user.pk in (term.user_id, term.substitute_id)
    return term.organisation_id in mine


def current_terms(forum: Forum) -> list[Term]:
    """Who sits in the forum today; read once for each forum object."""
    if "_current_terms" not in vars(forum):
        found = (
            Term.objects.current()
            .filter(seat__forum=forum)
            .select_related("seat", "organisation__ward", "user")
        )
        forum._current_terms = list(found.order_by("-seat__is_chair", "seat__side", "seat__title", "pk"))
    return forum._current_terms


def chair_of(forum: Forum, side: str) -> Term | None:
    """The term of that side's chair; None while the seat is vacant."""
    return next((t for t in current_terms(forum) if t.seat.is_chair and t.seat.side == side), None)


def can_use_the_portal(term: Term | None) -> bool:
    """Whether the holder of the seat can press a button here today."""
    if term is None or term.user is None or not term.user.is_active:
        return False
    if term.seat.side == Side.COUNCIL:
        return term.user.is_council
    speaks = Membership.objects.current().filter(user=term.user, organisation=term.organisation_id)
    return speaks.exists()
