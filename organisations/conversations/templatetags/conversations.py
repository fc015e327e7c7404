"""`{% load conversations %}{% conversations_of organisation %}`: what an organisation's page shows of the relationship."""

from datetime import date

from django import template
from django.utils import timezone

from vcse_portal.accounts.models import Role, User
from vcse_portal.prepared import Prepared

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
    today, is_officer = timezone.localdate(), can_record_conversation(user)
    if user.is_officer:  # for most who look, SQL is written once
        keeps, latest = any_keeper_of(organisation.pk, today), officers_latest_of(organisation.pk, user.pk)
    else:
        keeps, latest = list(keeper_of(organisation.pk, today, user)), list(latest_of(organisation.pk, user))
    manager = keeps[0] if keeps else None
    return {
        "is_shown": is_officer or manager or latest,
        "organisation": organisation,
        "manager": manager,
        "latest": latest,
        "is_officer": is_officer,
    }


def keeper_of(pk: int, day: date, user):
    terms = RelationshipManager.objects.visible_to(user).current(day).filter(organisation=pk)
    return terms.select_related("officer").order_by("pk")[:1]


def latest_of(pk: int, user):
    latest = Conversation.objects.posted().visible_to(user).of(pk).latest_first()
    return latest.only("pk", "subject", "held_on", "kind")[:SHOWN]


def _officer(pk: int) -> User:
    return User(pk=pk, roles=[Role.PARTNERSHIPS])


any_keeper_of = Prepared(lambda pk, day: keeper_of(pk, day, _officer(0)), int, date)
officers_latest_of = Prepared(lambda pk, officer: latest_of(pk, _officer(officer)), int, int)


@register.inclusion_tag("conversations/_from_meeting.html", takes_context=True)
def conversation_from(context, meeting):
    """`{% conversation_from meeting %}`: for officers, once it has happened, the way to write down what was said besides."""
    user = context["request"].user
    return {"is_shown": can_record_conversation(user) and meeting.has_happened, "meeting": meeting}
