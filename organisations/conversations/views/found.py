"""How pages fetch what the reader may see."""

from django.shortcuts import get_object_or_404

from organisations.models import Organisation

from ..models import Conversation, FollowUp


def visible(request, pk) -> Conversation:
    return get_object_or_404(Conversation.objects.visible_to(request.user).for_page(request.user), pk=pk)


def visible_followup(request, pk) -> FollowUp:
    found = FollowUp.objects.visible_to(request.user).select_related("conversation", "owner")
    return get_object_or_404(found, pk=pk)


def visible_organisation(request, pk) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
