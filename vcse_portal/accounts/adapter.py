"""What our house asks of django-allauth: mails through the outbox, honest limits, the council's sign-on."""

import hashlib
import logging
import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from vcse_portal.borough.context import current_council

from . import operations, sign_in_mails
from .models import Invitation, User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        sign_in_mails.send(template_prefix, email, context)

    def save_user(self, request, user, form, commit=True):
        user.name = form.cleaned_data.get("name", "").strip()
        return super().save_user(request, user, form, commit)

    def is_safe_url(self, url):
        """Only addresses of this portal: allauth would also allow every other host we answer to."""
        hosts, secure = {self.request.get_host()}, self.request.is_secure()
        return (
            bool(url)
            and url.isprintable()
            and url_has_allowed_host_and_scheme(url, hosts, require_https=secure)
        )

    def is_reauthentication_required(self, *, app, **kwargs):
        """Not within five minutes of signing in: that was proof enough."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_login_redirect_url(self, request):
        """Officers begin with what waits for them."""
        if request.user.is_authenticated and request.user.is_officer:
            return resolve_url(settings.OFFICERS_START_AT)
        return super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:your_account")

    # Limits: by account and source together, so that nobody can lock another person out from elsewhere.
    def _get_login_attempts_cache_key(self, request, **credentials):
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
        )

    def pre_authenticate(self, request, **credentials):
        """Refuse with 429, rather than with a message on the form, after too many wrong passwords."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._log("Sign-in held back", request, credentials)
            raise ImmediateHttpResponse(respond_429(request)) from None

    def authentication_failed(self, request, **credentials):
        self._log("Sign-in failed", request, credentials)

    def _log(self, what: str, request, credentials) -> None:
        """Without the address itself: its fingerprint is enough to count attempts on one account."""
        address = credentials.get("email", "").lower().encode()
        fingerprint = hashlib.sha256(settings.SECRET_KEY.encode() + address).hexdigest()[:12]
        logger.warning("%s", what, extra={"account": fingerprint, "ip": self.get_client_ip(request)})


class CouncilAccountAdapter(DefaultSocialAccountAdapter):
    """The council's own accounts, by OpenID Connect.

    An address the council vouches for is linked to the active account that has it, or takes up the open
    invitation sent to it. Other people of the council get an account without roles, and a page that says
    whom to ask.
    """

    def populate_user(self, request, sociallogin, data):
        for address in sociallogin.email_addresses:  # some services send "false", or nothing
            address.verified = address.verified in (True, "true")
        user = super().populate_user(request, sociallogin, data)
        full_name = data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        user.name = full_name.strip()[:150]
        return user

    def authenticate_by_email(self, sociallogin):
        found = super().authenticate_by_email(sociallogin)
        if found and not found[0].is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        return found

    def pre_social_login(self, request, sociallogin):
        addresses = [a.email.lower() for a in sociallogin.email_addresses if a.verified]
        if sociallogin.is_existing or not (invitation := _open_invitation(addresses)):
            return
        try:
            user = operations.accept_invitation(invitation.pk, name=sociallogin.user.name)
        except ValidationError as error:  # the address is taken, or the invitation was in this moment
            messages.error(request, error.messages[0])
            raise ImmediateHttpResponse(redirect("account_login")) from None
        sociallogin.connect(request, user)

    def is_open_for_signup(self, request, sociallogin):
        sociallogin.state["next"] = reverse("accounts:no_roles")
        return True


def _open_invitation(addresses: list[str]) -> Invitation | None:
    return Invitation.objects.open().filter(email__in=addresses).first() if addresses else None


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self):
        return current_council().portal_name

    def _get_site_name(self):
        return current_council().portal_name

    def can_delete_authenticator(self, authenticator):
        """A person whose role demands a second factor replaces the last one, never removes it."""
        user: User = authenticator.user
        others = Authenticator.objects.filter(user=user, type__in=["totp", "webauthn"])
        return not user.needs_second_factor or others.exclude(pk=authenticator.pk).exists()
