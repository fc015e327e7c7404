"""What everybody does with their own account."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.forms import sent

from .. import operations
from ..forms import RenamePersonForm
from ..models import Role, User


def your_account(request):
    """Name, ways to sign in, and where one is signed in."""
    second_factors = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "has_app": "totp" in second_factors,
        "has_passkey": "webauthn" in second_factors,
        "has_password": request.user.has_usable_password(),
        "has_council_sign_on": bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]),
    }
    return render(request, "accounts/your_account.html", context)


def rename_yourself(request):
    person = request.user
    form = RenamePersonForm(*sent(request), initial=RenamePersonForm.facts_of(person))
    if request.method == "POST" and form.is_valid():
        try:
            if form.perform(operations.rename_person, person.pk, by=person, **form.cleaned_data):
                messages.success(request, _("Your name has been saved."))
                return redirect("accounts:your_account")
        except Conflict:
            return conflict_page(request, form, User.objects.get(pk=person.pk))
    return render(request, "accounts/rename_yourself.html", {"form": form})


def no_roles(request):
    """For council people whom nobody has given a role yet: whom to ask."""
    if request.user.roles:
        return redirect("/")
    is_from_council = SocialAccount.objects.filter(user=request.user).exists()
    administrators = (
        User.objects.with_role(Role.ADMINISTRATOR).order_by("name")[:5] if is_from_council else []
    )
    return render(request, "accounts/no_roles.html", {"administrators": administrators})
