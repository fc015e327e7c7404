"""Which relationships we keep, when we last spoke, and which have been quiet for too long."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import DateField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from organisations.forums.models import Term as SeatTerm
from organisations.models import Organisation

from .models import Party, QuietRule, RelationshipManager, Status


def minded(today: date | None = None) -> QuerySet[Organisation]:
    """Active organisations whose silence somebody should notice, with what we know of the relationship.

    Those with a relationship manager, infrastructure bodies, community anchors, and holders of a forum's seat. Adds
    `manager` (id), `manager_name`, `last_contact_on` (None: never), and `counted_from`: the last conversation, else
    the day the manager was named, else the day the record was made.
    """
    terms = RelationshipManager.objects.current(today).filter(organisation=OuterRef("pk"))
    posted = Party.objects.filter(organisation=OuterRef("pk"), conversation__status=Status.FINAL)
    latest = posted.order_by("-conversation__held_on").values("conversation__held_on")[:1]
    return (
        Organisation.objects.active()
        .filter(pk__in=_whom_we_mind(today))
        .annotate(
            manager=Subquery(terms.values("officer")[:1]),
            manager_name=Subquery(terms.values("officer__name")[:1]),
            last_contact_on=Subquery(latest),
            counted_from=Coalesce(
                Subquery(latest),
                Subquery(terms.values("starts_on")[:1]),
                TruncDate("created_at"),
                output_field=DateField(),
            ),
        )
    )


def _whom_we_mind(today: date | None) -> QuerySet:
    """Their ids, each found by an index: some dozens among however many thousand."""
    kept = RelationshipManager.objects.current(today).order_by().values("organisation")
    seated = SeatTerm.objects.current(today).exclude(organisation=None).order_by().values("organisation")
    marked = (
        Organisation.objects.filter(Q(is_infrastructure=True) | Q(is_anchor=True)).order_by().values("pk")
    )
    return kept.union(seated, marked)


def quiet(today: date | None = None, months: int | None = None) -> QuerySet[Organisation]:
    """Those of `minded` we have not spoken with for so many months: the council's own number unless given."""
    today = today or timezone.localdate()
    return minded(today).filter(counted_from__lte=spoken_since(today, months))


def kept_by(
    officer: int | None, rows: QuerySet[Organisation], today: date | None = None
) -> QuerySet[Organisation]:
    """Of `minded` or `quiet`, those whose relationship the officer keeps; None: those nobody keeps."""
    if officer is None:
        return rows.filter(manager=None)
    terms = RelationshipManager.objects.current(today).filter(officer=officer)
    return rows.filter(pk__in=terms.values("organisation"))  # begins with the few, not with the register


def spoken_since(today: date, months: int | None = None) -> date:
    """The day that lies so many months back: a contact on it or before is too long ago."""
    months = QuietRule.objects.months_on(today) if months is None else months
    return today - relativedelta(months=months)


def due_on(counted_from: date, months: int) -> date:
    """The day it became quiet."""
    return counted_from + relativedelta(months=months)
