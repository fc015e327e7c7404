"""What keeping records right shows on the pages of the register: one tag each, at most one query."""

from django import template

from ..models import MemberInvitation, ProposedEdit, Registration

register = template.Library()


@register.inclusion_tag("upkeep/_record.html", takes_context=True)
def upkeep_of(context, organisation, may_edit: bool):
    """For whoever edits an organisation: what waits for an officer, and whether its record is still right.

    For whoever speaks for it, how to stop. One query, none for visitors and other members.
    """
    user, waiting = context["request"].user, []
    if may_edit or user.is_authenticated and user.is_council:
        waiting = list(ProposedEdit.objects.waiting().filter(organisation=organisation).order_by("pk"))
    return {
        "organisation": organisation,
        "waiting": waiting,
        "own": next((m for m in context.get("people", ()) if m.user_id == user.pk), None),
        "is_lead": may_edit and not user.is_council,
        "is_officer": may_edit and user.is_council,
        "csrf_token": context.get("csrf_token", ""),
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
