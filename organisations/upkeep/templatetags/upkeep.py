"""What keeping records right shows on the pages of the register: one tag each, at most one query."""

from datetime import timedelta

from django import template
from django.utils import timezone

from vcse_portal.prepared import Prepared

from ..models import MemberInvitation, ProposedEdit, Registration
from ..permissions import can_register_group

register = template.Library()
waiting_for = Prepared(lambda pk: ProposedEdit.objects.waiting().filter(organisation=pk).order_by("pk"), int)


@register.simple_tag(takes_context=True)
def upkeep_of(context, organisation, may_edit: bool) -> dict:
    """What `upkeep/_waiting.html` and `upkeep/_record.html` show on an organisation's page.

    For its leads: what waits for an officer, and the year's question. For whoever speaks for it: how to stop. One query
    for leads, none for others: council people have their queue.
    """
    user, waiting = context["request"].user, []
    is_council = user.is_authenticated and user.is_council
    if may_edit and not is_council:
        waiting = waiting_for(organisation.pk)
    a_month_ago = timezone.localdate() - timedelta(days=30)
    return {
        "waiting": waiting,
        "own": next((m for m in context.get("people", ()) if m.user_id == user.pk), None),
        "is_lead": may_edit and not is_council,
        "is_officer": may_edit and is_council,
        "is_due": not organisation.confirmed_on or organisation.confirmed_on < a_month_ago,
    }


@register.inclusion_tag("upkeep/_invitations.html", takes_context=True)
def invitations_of(context, organisation, may_edit: bool):
    """People named by address who have not answered."""
    found = MemberInvitation.objects.filter(organisation=organisation).open().for_list()
    return {"invitations": list(found), "may_edit": may_edit, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("upkeep/_registrations.html", takes_context=True)
def my_registrations(context):
    """Groups the reader is registering, drafts and what is with the council."""
    user = context["request"].user
    found = Registration.objects.filter(person=user).exclude(status=Registration.Status.ACCEPTED)
    return {"registrations": list(found.exclude(status=Registration.Status.WITHDRAWN)[:10])}


@register.simple_tag(takes_context=True)
def may_register(context) -> bool:
    """Whether to offer registering a group: visitors are led to signing in first."""
    user = context["request"].user
    return user.is_anonymous or can_register_group(user)
