"""Keeps people whose role demands a second factor on the page that sets it up, until they have one."""

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

SESSION_KEY = "second_factor_set_up"


class SecondFactorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if not user.is_authenticated or not user.needs_second_factor or request.session.get(SESSION_KEY):
            return None
        if get_adapter().is_mfa_enabled(user):
            request.session[SESSION_KEY] = True
            return None
        if request.path.startswith((reverse("account_logout"), "/accounts/", settings.STATIC_URL)):
            return None
        if getattr(view, "login_required", True) is False and request.method == "GET":
            return None
        messages.warning(request, "Your role needs a second way to prove it is you. Set it up to go on.")
        return redirect("mfa_index")
