"""`{% load conversations %}{% conversations_of organisation %}`: what an organisation's page shows of the relationship."""

from django import template

from ..models import Conversation, RelationshipManager
from ..permissions import can_record_conversation

register = template.Library()
SHOWN = 3


@register.inclusion_tag("conversations/_of_organisation.html", takes_context=True)
def conversations_of(context, organisation):
    """Who keeps the relationship and the latest conversations the reader may read: two queries, none for visitors."""
    user = context["request"].user
    if not user.is_authenticated:
        return {"is_shown": False}
    terms = RelationshipManager.objects.visible_to(user).current().filter(organisation=organisation)
    manager = terms.select_related("officer").first()
    latest = Conversation.objects.posted().visible_to(user).of(organisation).latest_first()
    latest = list(latest.only("pk", "subject", "held_on", "kind")[:SHOWN])
    is_officer = can_record_conversation(user)
    return {
        "is_shown": is_officer or manager or latest,
        "organisation": organisation,
        "manager": manager,
        "latest": latest,
        "is_officer": is_officer,
    }
