"""Inviting somebody to speak for an organisation, deciding who does, changing dates, handing over."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations.models import Membership, Organisation
from organisations.operations import confirm_membership
from organisations.permissions import can_decide_membership, can_end_membership
from vcse_portal.accounts.access import require
from vcse_portal.mail.limits import HOUR, is_over_limit
from vcse_portal.mail.linked import from_link
from vcse_portal.ui.errors import error_page
from vcse_portal.ui.forms import sent

from .. import operations
from .. import permissions as may
from ..forms import DecideMembershipForm, InviteMemberForm, LeaveForm, MembershipForm
from ..models import MemberInvitation
from ..tokens import MEMBER

FORM = ["GET", "HEAD", "POST"]
LINK_PROBLEM = "upkeep/link_problem.html"


@require_http_methods(FORM)
def member_invite(request, pk):
    """Name somebody by their address. A lead is told the same whether or not the address has an account."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(may.can_invite_member(request.user, organisation))
    form = InviteMemberForm(*sent(request), initial={"key": uuid4()})
    form.cancel_href = reverse("organisations:people", args=[pk])
    if request.method == "POST" and form.is_valid():
        is_officer = may.can_keep_upkeep(request.user)
        if is_over_limit(request, "member_invite", form.cleaned_data["email"]):
            return error_page(request, 429, retry_after=HOUR)
        invite = operations.name_member if is_officer else operations.invite_member
        if done := form.perform(invite, pk, by=request.user, **form.cleaned_data):
            messages.success(request, _said(done, organisation))
            return redirect("organisations:people", pk)
    return render(request, "upkeep/member_invite.html", {"form": form, "organisation": organisation})


def _said(done, organisation) -> str:
    if isinstance(done, Membership):
        return f"{done.user} can now speak for {organisation}."
    words = _("An invitation is on its way to %(email)s. It is listed below until they answer.")
    return words % {"email": done.email}


@require_POST
def invitation_withdraw(request, pk):
    found = MemberInvitation.objects.visible_to(request.user).select_related("organisation")
    invitation = get_object_or_404(found, pk=pk)
    require(may.can_invite_member(request.user, invitation.organisation))
    try:
        operations.withdraw_invitation(pk, by=request.user)
        messages.success(
            request, _("The invitation of %(email)s has been withdrawn.") % {"email": invitation.email}
        )
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect("organisations:people", invitation.organisation_id)


@from_link(MEMBER, problem_template=LINK_PROBLEM)
def member_accept(request, token, facts):
    """Shows who asks and for which organisation; a press of the button, signed in, accepts."""
    found = MemberInvitation.objects.select_related("organisation", "invited_by")
    invitation = get_object_or_404(found, pk=facts.get("invitation"))
    state = invitation.state()
    if state != "open":
        context = {"problem": state, "organisation": invitation.organisation}
        return render(request, LINK_PROBLEM, context, status=410)
    is_theirs = request.user.is_authenticated and operations.is_address_of(request.user, invitation.email)
    context = {"invitation": invitation, "is_theirs": is_theirs, "refusal": ""}
    if request.method == "POST" and is_theirs:
        try:
            operations.accept_invitation(invitation.pk, by=request.user)
            messages.success(request, _("You now speak for %(o)s.") % {"o": invitation.organisation})
            return redirect(invitation.organisation)
        except ValidationError as error:
            context["refusal"] = error.messages[0]
    return render(request, "upkeep/member_accept.html", context, status=409 if context["refusal"] else 200)


def _membership(request, pk) -> Membership:
    found = Membership.objects.visible_to(request.user).select_related("organisation", "user", "confirmed_by")
    return get_object_or_404(found, pk=pk)


@require_http_methods(FORM)
def membership_decide(request, pk):
    """Does this person speak for the organisation? As what, or why not."""
    membership = _membership(request, pk)
    require(can_decide_membership(request.user, membership))
    is_open = not membership.confirmed_at and not membership.ends_on
    form = DecideMembershipForm(*sent(request), initial={"decision": membership.role}) if is_open else None
    status = 200 if is_open else 409
    if form:
        form.cancel_href = reverse("organisations:people", args=[membership.organisation_id])
    if form and request.method == "POST" and form.is_valid() and (said := _decide(request, membership, form)):
        messages.success(request, said)
        where = "upkeep:queue" if may.can_keep_upkeep(request.user) else "organisations:people"
        return redirect(where, *([] if where == "upkeep:queue" else [membership.organisation_id]))
    others = membership.organisation.memberships.current().select_related("user")
    context = {"membership": membership, "form": form, "others": others}
    return render(request, "upkeep/membership_decide.html", context, status=status)


def _decide(request, membership, form) -> str | None:
    decision, names = form.cleaned_data["decision"], {"p": membership.user, "o": membership.organisation}
    if decision == "decline":
        reason = form.cleaned_data["reason"]
        done = form.perform(operations.decline_membership, membership.pk, reason=reason, by=request.user)
        return done and _("%(p)s does not speak for %(o)s, and is told why.") % names
    done = form.perform(confirm_membership, membership.pk, role=decision, by=request.user)
    return done and _("%(p)s can now speak for %(o)s.") % names


@require_http_methods(FORM)
def membership_edit(request, pk):
    """Role and dates of somebody who is confirmed."""
    membership = _membership(request, pk)
    require(may.can_edit_membership(request.user, membership))
    initial = {name: getattr(membership, name) for name in ("role", "starts_on", "ends_on")}
    form = MembershipForm(*sent(request), initial=initial)
    form.cancel_href = reverse("organisations:people", args=[membership.organisation_id])
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(operations.change_membership, pk, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(form.cancel_href)
    return render(request, "upkeep/membership_edit.html", {"form": form, "membership": membership})


@require_http_methods(FORM)
def membership_end(request, pk):
    """Asks before a mandate ends, and who takes over from an only lead."""
    membership = _membership(request, pk)
    require(can_end_membership(request.user, membership))
    is_own = membership.user_id == request.user.pk
    if not membership.confirmed_at:
        return redirect("organisations:mine") if is_own else redirect("upkeep:membership_decide", pk)
    others = None
    if operations.is_only_lead(membership):
        found = membership.organisation.memberships.current().exclude(user=membership.user)
        others = list(found.select_related("user"))
    form = LeaveForm(*sent(request), others=others)
    form.cancel_href = membership.organisation.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        facts = {"ends_on": form.cleaned_data["ends_on"], **form.successors()}
        if done := form.perform(operations.leave, pk, by=request.user, **facts):
            words = (
                _("You speak for %(o)s until then. Thank you.")
                if is_own
                else _("%(p)s’s mandate for %(o)s has been ended.")
            )
            messages.success(request, words % {"p": done.user, "o": done.organisation})
            return redirect(_after(request, membership))
    context = {"form": form, "membership": membership, "is_own": is_own, "is_only_lead": others is not None}
    return render(request, "upkeep/membership_end.html", context)


def _after(request, membership) -> str:
    if Organisation.objects.visible_to(request.user).filter(pk=membership.organisation_id).exists():
        return membership.organisation.get_absolute_url()
    return reverse("organisations:mine")
