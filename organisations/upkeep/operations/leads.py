"""Organisations whose only lead has left."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from organisations.models import Membership, Organisation


def leaderless(today: date) -> QuerySet:
    """The last lead's membership, of each active organisation that had a lead and has none now."""
    leads = Membership.objects.filter(role=Membership.Role.LEAD, confirmed_at__isnull=False)
    now = leads.current(today).filter(organisation=OuterRef("organisation"))
    gone = leads.filter(~Exists(now), ends_on__lte=today, organisation__status=Organisation.Status.ACTIVE)
    latest = gone.order_by("organisation_id", "-ends_on", "-pk").distinct("organisation_id")
    return latest.select_related("organisation", "user")
