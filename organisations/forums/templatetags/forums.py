"""`{% load forums %}{% forums_of organisation %}`: the seats an organisation holds today, on its own page."""

from datetime import date

from django import template
from django.utils import timezone

from organisations.forums.models import Forum, Term
from vcse_portal.accounts.models import Role, User
from vcse_portal.prepared import Prepared

register = template.Library()
COUNCIL = User(roles=[Role.PARTNERSHIPS])  # stands for all who know every forum: for them SQL is written once


@register.inclusion_tag("forums/_seats_of.html", takes_context=True)
def forums_of(context, organisation) -> dict:
    """One query. Forums the reader may not know of are left out; names of people are not shown."""
    user, today = context["request"].user, timezone.localdate()
    if user.is_authenticated and user.is_council:
        return {"terms": every_seat_of(organisation.pk, today)}
    return {"terms": seats_of(organisation.pk, today, user)}


def seats_of(pk: int, day: date, user):
    """Terms of an organisation in the standing forums the reader may know of."""
    readable = Forum.objects.visible_to(user).standing()
    terms = Term.objects.current(day).filter(organisation=pk, seat__forum__in=readable)
    return terms.select_related("seat__forum").order_by("seat__forum__name", "seat__title")


every_seat_of = Prepared(lambda pk, day: seats_of(pk, day, COUNCIL), int, date)
