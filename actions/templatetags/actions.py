"""`{% load actions %}{% raised_actions meeting decisions %}`: what a meeting set going, shown on its own page."""

from django import template
from django.utils import timezone

from actions.models import Action
from actions.permissions import can_record_action

register = template.Library()


@register.inclusion_tag("actions/_raised.html", takes_context=True)
def raised_actions(context, meeting, decisions) -> dict:
    """One query. Actions the reader may see; for those who keep the plans, how to raise one from a decision.

    A decision the reader may not read yet is not in `decisions`, and its actions are not shown here.
    """
    user = context["request"].user
    if not decisions:
        return {"actions": [], "decisions": []}
    found = Action.objects.visible_to(user).filter(decision__in=decisions).rated(timezone.localdate())
    found = found.select_related("plan", "decision").order_by("decision__number", "number")
    return {"actions": found, "decisions": decisions if can_record_action(user, None) else []}
