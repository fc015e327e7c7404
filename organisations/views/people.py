"""Who speaks for an organisation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vcse_portal.accounts.access import require
from vcse_portal.accounts.models import User

from .. import operations
from ..forms import AddMemberForm
from ..models import Membership, Organisation
from ..permissions import (
    can_ask_for_membership,
    can_decide_membership,
    can_edit_organisation,
    can_end_membership,
    can_see_officer_facts,
)
from .found import visible


@require_http_methods(["GET", "HEAD", "POST"])
def people(request, pk):
    """Who speaks for the organisation, who asks to, and a form to name somebody."""
    thing = visible(request, pk)
    may_edit = can_edit_organisation(request.user, thing)
    require(may_edit or can_see_officer_facts(request.user))
    form = AddMemberForm(request.POST or None)
    if request.method == "POST":
        require(may_edit)
        if form.is_valid() and _add_member(form, thing, request.user):
            messages.success(request, _("They can now speak for %(o)s.") % {"o": thing})
            return redirect("organisations:people", pk)
    memberships = thing.memberships.visible_to(request.user).filter(ends_on=None).select_related("user")
    return render(
        request,
        "organisations/people.html",
        {
            "organisation": thing,
            "form": form,
            "may_edit": may_edit,
            "memberships": [m for m in memberships if m.confirmed_at],
            "asked": [m for m in memberships if not m.confirmed_at],
        },
    )


def _add_member(form, thing, by):
    person = User.objects.active().filter(email__iexact=form.cleaned_data["email"]).first()
    if person is None:
        form.add_error("email", _("Nobody has an account with this address yet."))
        return None
    return form.perform(operations.add_membership, thing.pk, person.pk, role=form.cleaned_data["role"], by=by)


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
def membership_end(request, pk):
    membership = _membership(request, pk)
    require(can_end_membership(request.user, membership))
    said = (
        _("%(person)s no longer speaks for %(organisation)s.")
        if membership.confirmed_at
        else _("%(person)s does not speak for %(organisation)s.")
    )
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
    return redirect(membership.organisation)


@require_safe
def mine(request):
    """The organisations the reader speaks for: straight to the one, or the choice of several."""
    spoken_for = list(Organisation.objects.spoken_for_by(request.user))
    if len(spoken_for) == 1:
        return redirect(spoken_for[0])
    asked = request.user.memberships.asked().select_related("organisation")
    return render(request, "organisations/mine.html", {"organisations": spoken_for, "asked": asked})
