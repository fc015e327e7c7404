"""The warning on the form for a new organisation: `{% load duplicates %}{% likely_records found %}`."""

from django import template

from ..permissions import can_merge_organisations
from ..warning import address

register = template.Library()


@register.inclusion_tag("duplicates/_warning.html")
def likely_records(found=()):
    """Records shown after the first submit, and the place where a script shows those found while typing."""
    return {"found": found, "address": address()}


@register.inclusion_tag("duplicates/_merge_link.html", takes_context=True)
def merge_link(context, organisation):
    """On an organisation's page, for those who keep the register."""
    return {"organisation": organisation, "may_merge": can_merge_organisations(context["request"].user)}
