"""`{% load events %}{% events_about thing %}` on any room's page: its events, and for officers a way to hold one."""

from django import template
from django.urls import reverse
from django.utils import timezone

from .. import permissions as may
from ..about import token_for
from ..listing import places_words
from ..models import Event

register = template.Library()
MOST = 20


@register.inclusion_tag("events/_about.html", takes_context=True)
def events_about(context, thing, title: str = "") -> dict:
    """One query. Shows nothing at all where there is nothing to show or do."""
    user, now = context["request"].user, timezone.now()
    found = list(
        Event.objects.visible_to(user).about(thing).with_counts().order_by("-starts_at", "-pk")[:MOST]
    )
    may_record = may.can_record_event(user)
    return {
        "title": title,
        "rows": [(event, places_words(event, now)) for event in found],
        "record_url": f"{reverse('events:event_record')}?about={token_for(thing)}" if may_record else "",
    }
