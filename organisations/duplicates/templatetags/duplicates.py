"""The warning on the form for a new organisation: `{% load duplicates %}{% likely_records found %}`."""

from django import template

from ..warning import address

register = template.Library()


@register.inclusion_tag("duplicates/_warning.html")
def likely_records(found=()):
    """Records shown after the first submit, and the place where a script shows those found while typing."""
    return {"found": found, "address": address()}
