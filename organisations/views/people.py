"""Who speaks for an organisation. Inviting, deciding, dates and leaving are upkeep's pages."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vcse_portal.accounts.access import require

from .. import operations
from ..models import Membership, Organisation
from ..permissions import (
    can_ask_for_membership,
    can_decide_membership,
    can_edit_organisation,
    can_end_membership,
    can_see_officer_facts,
)
from .found import visible


@require_safe
def people(request, pk):
    """Who asks to speak for the organisation, who does now, and who did before."""
    thing, today = visible(request, pk), timezone.localdate()
    may_edit = can_edit_organisation(request.user, thing)
    require(may_edit or can_see_officer_facts(request.user))
    found = list(
        thing.memberships.visible_to(request.user).select_related("user").order_by("user__name", "pk")
    )
    confirmed = [m for m in found if m.confirmed_at]
    return render(
        request,
        "organisations/people.html",
        {
            "organisation": thing,
            "may_edit": may_edit,
            "asked": [m for m in found if not m.confirmed_at and not m.ends_on],
            "memberships": [m for m in confirmed if not m.ends_on or m.ends_on > today],
            "former": sorted(
                (m for m in confirmed if m.ends_on and m.ends_on <= today),
                key=lambda m: m.ends_on,
                reverse=True,
            ),
        },
    )


@require_POST
def membership_ask(request, pk):
    thing = visible(request, pk)
    asked_before = thing.memberships.filter(user=request.user, ends_on=None).exists()  # the operation says so
    require(asked_before or can_ask_for_membership(request.user, thing))
    try:
        operations.ask_for_membership(pk, by=request.user)
        messages.success(request, _("We have asked somebody who knows %(o)s to confirm you.") % {"o": thing})
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect(thing)


@require_POST
def membership_confirm(request, pk):
    membership = _membership(request, pk)
    require(can_decide_membership(request.user, membership))
    said = _("%(person)s can now speak for %(organisation)s.")
    return _decide(request, membership, operations.confirm_membership, said)


@require_POST
def membership_take_back(request, pk):
    """A person takes back the request to be confirmed. Mandates end on a page that asks first."""
    membership = _membership(request, pk)
    is_asked = not membership.confirmed_at
    require(
        is_asked and membership.user_id == request.user.pk and can_end_membership(request.user, membership)
    )
    said = _("You no longer ask to speak for %(organisation)s.")
    return _decide(request, membership, operations.end_membership, said)


def _membership(request, pk) -> Membership:
    found = Membership.objects.visible_to(request.user).select_related("organisation", "user")
    return get_object_or_404(found, pk=pk)


def _decide(request, membership, operation, said):
    try:
        operation(membership.pk, by=request.user)
        messages.success(request, said % {"person": membership.user, "organisation": membership.organisation})
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    if can_edit_organisation(request.user, membership.organisation):
        return redirect("organisations:people", membership.organisation_id)
    if membership.user_id == request.user.pk:
        return redirect("organisations:mine")
    return redirect(membership.organisation)


@require_safe
def mine(request):
    """The organisations the reader speaks for: straight to the one, or the choice of several."""
    spoken_for = list(Organisation.objects.spoken_for_by(request.user))
    if len(spoken_for) == 1:
        return redirect(spoken_for[0])
    asked = request.user.memberships.asked().select_related("organisation")
    return render(request, "organisations/mine.html", {"organisations": spoken_for, "asked": asked})
