"""Keeps people whose role demands a second factor on the pages that ask for it, until they have given it."""

from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

SESSION_KEY = "second_factor_given"
OPEN_PAGES = {"account_logout", "account_reauthenticate"}
PAGES_BEFORE_IT_IS_SET_UP = {  # later they would let the first factor alone take the account over
    "account_change_password",
    "account_set_password",
    "account_email",
    "account_email_verification_sent",
    "usersessions_list",
}
LOOK = {"brand_css", "logo"}  # what the pages above are drawn with
PROOF_PAGES = {"mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn"}


class SecondFactorMiddleware:
    """One query a session: the answer is kept in it once the second factor has been given."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if not user.is_authenticated or not user.needs_second_factor or request.session.get(SESSION_KEY):
            return None
        name = request.resolver_match.url_name or ""
        if name in OPEN_PAGES | LOOK:
            return None
        if not Authenticator.objects.filter(user=user, type__in=["totp", "webauthn"]).exists():
            if name.startswith("mfa_") or name in PAGES_BEFORE_IT_IS_SET_UP:
                return None
            messages.warning(request, "Your role needs a second way to prove it is you. Set it up to go on.")
            return redirect("mfa_index")
        if _signed_in_without_it(request):
            return None if name in PROOF_PAGES else _ask_for_it(request)  # not even to add one of their own
        request.session[SESSION_KEY] = True
        return None


def _signed_in_without_it(request) -> bool:
    """Whether this session began with the first factor alone, before the person or the role needed a second."""
    methods = [record.get("method") for record in get_authentication_records(request, request.user)]
    return bool(methods) and "mfa" not in methods


def _ask_for_it(request) -> HttpResponse:
    has_app = Authenticator.objects.filter(user=request.user, type="totp").exists()
    page = reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{page}?{urlencode({'next': back})}")


@receiver(authenticator_added)
def remember_second_factor(sender, request, authenticator, **kwargs):
    """Setting it up in this session proves it as well as giving it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        request.session[SESSION_KEY] = True


@receiver(authenticator_removed)
def forget_second_factor(sender, request, **kwargs):
    request.session.pop(SESSION_KEY, None)
