"""Inviting people, and the page an invitation's link opens."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from vcse_portal.ui.paging import page_of

from .. import operations, permissions
from ..access import public, require
from ..forms import AcceptInvitationForm, InvitePersonForm
from ..links import read_invitation_token
from ..models import Invitation, User
from .saying import do_and_say

STATUS = {"forged": 404, "accepted": 410, "withdrawn": 410, "expired": 410, "replaced": 410}


def invitations(request):
    """Whom we asked to open an account, and what became of it."""
    require(permissions.can_invite_person(request.user))
    page = page_of(request, Invitation.objects.visible_to(request.user).for_list())
    for invitation in page:
        invitation.state_now = invitation.state()
        invitation.may_withdraw = permissions.can_withdraw_invitation(request.user, invitation)
    return render(request, "accounts/invitations.html", {"page": page})


def invite_person(request):
    require(permissions.can_invite_person(request.user))
    form = InvitePersonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (invitation := form.perform(operations.invite_person, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, f"An invitation is on its way to {invitation.email}.")
        return redirect("accounts:invitations")
    return render(request, "accounts/invite_person.html", {"form": form})


@require_POST
def invitation_send_again(request, pk):
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    require(permissions.can_invite_person(request.user))
    said = f"A new link is on its way to {invitation.email}. The old one no longer works."
    do_and_say(request, said, operations.send_invitation_again, invitation.pk, by=request.user)
    return redirect("accounts:invitations")


@require_POST
def invitation_withdraw(request, pk):
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    require(permissions.can_invite_person(request.user))
    said = f"The invitation to {invitation.email} has been withdrawn."
    do_and_say(request, said, operations.withdraw_invitation, invitation.pk, by=request.user)
    return redirect("accounts:invitations")


@public
@never_cache
@sensitive_post_parameters("password")
def accept_invitation(request, token):
    """Shows whom an invitation is for and what it offers; a press of the button accepts it."""
    invitation, state = read_invitation_token(token)
    if state != "open":
        context = {"invitation": invitation, "state": state}
        return render(request, "accounts/invitation_closed.html", context, status=STATUS[state])
    if request.user.is_authenticated:
        return _accept_signed_in(request, invitation)
    if User.objects.filter(
        emailaddress__email__iexact=invitation.email, emailaddress__verified=True
    ).exists():
        return render(request, "accounts/accept_sign_in_first.html", {"invitation": invitation})
    return _accept_with_password(request, invitation)


def _accept_signed_in(request, invitation):
    """Somebody who has an account takes up what is offered; anybody else is told whose it is."""
    is_theirs = request.user.email.lower() == invitation.email.lower()
    context = {"invitation": invitation, "is_theirs": is_theirs}
    if request.method == "POST" and is_theirs:
        try:
            operations.accept_invitation(invitation.pk, user=request.user)
        except ValidationError as error:
            context["refusal"] = " ".join(error.messages)
        else:
            messages.success(request, "You have accepted the invitation.")
            return redirect("accounts:your_account")
    return render(request, "accounts/accept_signed_in.html", context)


def _accept_with_password(request, invitation):
    form = AcceptInvitationForm(
        request.POST or None, initial={"name": invitation.name}, invitation=invitation
    )
    if request.method == "POST" and form.is_valid():
        user = form.perform(operations.accept_invitation, invitation.pk, **form.cleaned_data)
        if user:
            login = Login(user=user, email=user.email, redirect_url="/")
            return perform_password_login(request, {"email": user.email}, login)
    context = {
        "form": form,
        "invitation": invitation,
        "has_council_sign_on": bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]),
    }
    return render(request, "accounts/accept_invitation.html", context)
