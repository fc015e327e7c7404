"""What becomes of questions, invitations and proposals when an organisation's record is merged."""

from django.db.models import Q

from organisations.duplicates.relations import moves, moves_unless_taken, stays


def waiting(loser: int, winner: int) -> Q:
    return Q(organisation=loser, status="waiting")


moves(
    "upkeep.RecordCheck.organisation",
    "question whether the record is right",
    "questions whether the record is right",
)
moves_unless_taken(
    "upkeep.MemberInvitation.organisation", "invitation to speak for it", "invitations to speak for it"
)
moves("upkeep.Registration.organisation", "registration by a person", "registrations by people")
# Decided against the record as it was, they stay with it; one that waits would be judged against another record.
stays(
    "upkeep.ProposedEdit.organisation",
    "proposed change",
    refuses=waiting,
    because="A proposed change waits on the record that would go. Accept or decline it first.",
)
