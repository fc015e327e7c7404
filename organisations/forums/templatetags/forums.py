"""`{% load forums %}{% forums_of organisation %}`: the seats an organisation holds today, on its own page."""

from django import template

from organisations.forums.models import Forum, Term

register = template.Library()


@register.inclusion_tag("forums/_seats_of.html", takes_context=True)
def forums_of(context, organisation) -> dict:
    """One query. Forums the reader may not know of are left out; names of people are not shown."""
    readable = Forum.objects.visible_to(context["request"].user).standing()
    terms = Term.objects.current().filter(organisation=organisation, seat__forum__in=readable)
    return {"terms": terms.select_related("seat__forum").order_by("seat__forum__name", "seat__title")}
