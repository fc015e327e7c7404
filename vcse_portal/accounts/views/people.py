"""The administrators' pages about people."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from vcse_portal.borough import codes
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.forms import sent
from vcse_portal.ui.paging import page_of
from vcse_portal.ui.words import count_of

from .. import operations, permissions
from ..access import require
from ..forms import ChangeRolesForm, DeactivatePersonForm, PeopleFilterForm, RenamePersonForm
from ..models import User
from .saying import do_and_say

CSV_HEADER = ["email", "name", "post", "directorate", "roles", "open", "joined", "last_sign_in"]


def people(request):
    """Everyone with an account: find, narrow, download."""
    require(permissions.can_see_people(request.user))
    form = PeopleFilterForm(request.GET, directorates=list(codes.names("directorate").items()))
    found = form.narrow(User.objects.visible_to(request.user)).for_list()
    if request.GET.get("format") == "csv":
        return csv_response("people.csv", CSV_HEADER, _csv_rows(found))
    page = page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "sentence": f"{count_of(page.paginator.count, 'person', 'people')}{form.in_words()}",
        "may_invite": permissions.can_invite_person(request.user),
    }
    return render(request, "accounts/people.html", context)


def _csv_rows(found):
    for person in found.iterator(chunk_size=500):
        yield [
            person.email,
            person.name,
            person.post,
            person.directorate.code if person.directorate else "",
            " ".join(person.roles),
            "yes" if person.is_active else "no",
            timezone.localdate(person.date_joined).isoformat(),
            timezone.localdate(person.last_login).isoformat() if person.last_login else "",
        ]


def person(request, pk):
    """One account: what it may do, how it signs in, and everything that was done to it."""
    person = _person(request, pk)
    require(permissions.can_see_people(request.user))
    kinds = Authenticator.objects.filter(user=person, type__in=["totp", "webauthn"])
    context = {
        "person": person,
        "has_second_factor": kinds.exists(),
        "entries": timeline(person),
        "may_rename": permissions.can_rename_person(request.user, person),
        "may_change_roles": permissions.can_change_roles(request.user, person),
        "may_deactivate": permissions.can_deactivate_person(request.user, person),
        "may_reactivate": permissions.can_reactivate_person(request.user, person),
    }
    return render(request, "accounts/person.html", context)


def person_rename(request, pk):
    person = _person(request, pk)
    require(permissions.can_rename_person(request.user, person) and permissions.can_see_people(request.user))
    form = RenamePersonForm(*sent(request), initial=RenamePersonForm.facts_of(person))
    if request.method == "POST" and form.is_valid():
        try:
            if form.perform(operations.rename_person, person.pk, by=request.user, **form.cleaned_data):
                messages.success(request, "Name saved.")
                return redirect("accounts:person", person.pk)
        except Conflict:
            return conflict_page(request, form, User.objects.get(pk=person.pk))
    return render(request, "accounts/person_rename.html", {"form": form, "person": person})


def person_roles(request, pk):
    person = _person(request, pk)
    require(permissions.can_change_roles(request.user, person))
    initial = {"roles": person.roles, "directorate": person.directorate, "version": person.version}
    form = ChangeRolesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = form.perform(operations.change_roles, person.pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, User.objects.get(pk=person.pk))
        if changed:
            messages.success(request, "Roles saved.")
            return redirect("accounts:person", person.pk)
    return render(request, "accounts/person_roles.html", {"form": form, "person": person})


def person_deactivate(request, pk):
    person = _person(request, pk)
    require(permissions.can_deactivate_person(request.user, person))
    form = DeactivatePersonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(operations.deactivate_person, person.pk, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, f"The account of {person} is closed.")
        return redirect("accounts:person", person.pk)
    return render(request, "accounts/person_deactivate.html", {"form": form, "person": person})


@require_POST
def person_reactivate(request, pk):
    person = _person(request, pk)
    require(permissions.can_see_people(request.user))
    said = f"The account of {person} is open again."
    do_and_say(request, said, operations.reactivate_person, person.pk, by=request.user)
    return redirect("accounts:person", person.pk)


def _person(request, pk) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).select_related("directorate"), pk=pk)
