"""How the register's own relations, and the kits', fare when two records are merged."""

from django.db.models import Q

from organisations.models import Contact, Link, Membership

from .relations import moves, moves_unless_taken, stays


def said_already(loser: int, winner: int) -> Q:
    """Contacts the winner has too: same channel, same address."""
    theirs = Contact.objects.filter(organisation=winner).values_list("channel", "value")
    same = Q(pk=None)
    for channel, value in theirs:
        same |= Q(channel=channel, value__iexact=value)
    return same


def between(loser: int, winner: int) -> Q:
    """Ties of the two to each other: of nothing to itself."""
    pair = [loser, winner]
    return Q(from_organisation__in=pair, to_organisation__in=pair)


def branch(loser: int, winner: int) -> Q:
    return between(loser, winner) & Q(kind=Link.Kind.BRANCH, ends_on=None)


def weaker(loser: int, winner: int) -> list[int]:
    """Open memberships of the winner whose person has a stronger one of the loser: confirmed, or leading."""

    def strength(membership):
        return membership.confirmed_at is not None, membership.role == Membership.Role.LEAD

    def open_ones(organisation):
        found = Membership.objects.filter(organisation=organisation, ends_on=None)
        return {membership.user_id: membership for membership in found}

    theirs, ours = open_ones(loser), open_ones(winner)
    both = theirs.keys() & ours.keys()
    return [ours[person].pk for person in both if strength(theirs[person]) > strength(ours[person])]


A_BRANCH = (
    "One is recorded as a branch of the other, so they are two organisations. "
    "If that is wrong, end the tie on either record first."
)

moves("organisations.Identifier.organisation", "number")
moves("organisations.Contact.organisation", "contact", but_not=said_already)
moves_unless_taken(
    "organisations.Membership.organisation",
    "person's mandate to speak for it",
    "people's mandates to speak for it",
    ends="ends_on",
    first=weaker,
)
for end in ("from_organisation", "to_organisation"):
    moves_unless_taken(
        f"organisations.Link.{end}",
        "tie to another organisation",
        "ties to other organisations",
        ends="ends_on",
        but_not=between,
        refuses=branch,
        because=A_BRANCH,
    )
moves(
    "organisations.Organisation.merged_into",
    "record merged into it earlier",
    "records merged into it earlier",
)

stays("duplicates.Pair.first", "likely pair")
stays("duplicates.Pair.second", "likely pair")
stays("duplicates.Distinction.first", "pair kept apart", "pairs kept apart")
stays("duplicates.Distinction.second", "pair kept apart", "pairs kept apart")
stays("duplicates.Merge.winner", "earlier merge")
stays("duplicates.Merge.loser", "earlier merge")

moves("discussion.Comment.party", "comment made for it", "comments made for it")
moves("discussion.Comment.about", "comment about it", "comments about it")
stays("mail.Message.about", "email about it", "emails about it")
