"""What the leads of two records are told when these become one, or two again."""

from django.utils.translation import gettext as _

from organisations.models import Membership, Organisation
from vcse_portal.accounts.models import User
from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import queue_mail

from .models import Merge


def leads_of(*records: Organisation) -> list[User]:
    """Those who lead one of the records today."""
    leads = Membership.objects.current().filter(role=Membership.Role.LEAD, organisation__in=records)
    return list(User.objects.active().filter(pk__in=leads.values("user")))


def organisations_merged(merge: Merge, people: list[User]) -> None:
    """`people` led one of the two before."""
    _tell(merge, people, "organisations_merged", _("%(loser)s and %(winner)s are now one record"))


def merge_undone(merge: Merge, people: list[User]) -> None:
    _tell(merge, people, "merge_undone", _("%(loser)s and %(winner)s are two records again"))


def _tell(merge: Merge, people: list[User], kind: str, subject: str) -> None:
    if not people:
        return
    queue_mail(
        kind=kind,
        key=f"{kind}:{merge.pk}",
        to=people,
        subject=subject % {"loser": merge.loser_name, "winner": merge.winner},
        template=f"duplicates/{kind}",
        context={
            "merge": merge,
            "url": absolute("organisations:organisation", merge.winner_id),
            "loser_url": absolute("organisations:organisation", merge.loser_id),
        },
        because=_("You lead one of these organisations on the portal."),
        about=merge.winner,
    )
