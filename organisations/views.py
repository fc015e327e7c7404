"""Directory, organisation, its people: one function a page."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.accounts.models import User
from vcse_portal.borough import codes
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response

from . import export, operations
from .directory import ask_of, look_up
from .forms import AddMemberForm, ContactForm, DirectoryFilterForm, OrganisationForm, ProfileForm
from .identifiers import register_page
from .models import Membership, Organisation
from .permissions import (
    can_add_organisation,
    can_ask_for_membership,
    can_decide_membership,
    can_edit_organisation,
    can_end_membership,
    can_see_officer_facts,
)


def visible(request, pk) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user).for_page(), pk=pk)


@public
@require_safe
def directory(request):
    form = DirectoryFilterForm(request.GET)
    form.is_valid()
    ask = ask_of(request.user, form.cleaned_data)
    if request.GET.get("format") == "csv":
        rows = export.rows(ask, with_private=can_see_officer_facts(request.user))
        return csv_response("organisations.csv", export.HEADER, rows)
    found = look_up(ask, request.GET)
    form.count_choices(found.count.facets)
    return render(
        request,
        "organisations/directory.html",
        {"form": form, "found": found, "may_add": can_add_organisation(request.user)},
    )


@public
@require_safe
def organisation(request, pk):
    thing = visible(request, pk)
    user = request.user
    is_council = can_see_officer_facts(user)
    return render(
        request,
        "organisations/organisation.html",
        {
            "organisation": thing,
            "numbers": [(i, register_page(i)) for i in thing.identifiers.all()],
            "contacts": [c for c in thing.contacts.all() if c.is_public],
            "all_contacts": thing.contacts.all() if is_council else [],
            "themes": [codes.names("theme").get(c, c) for c in thing.themes],
            "communities": [codes.names("community").get(c, c) for c in thing.communities],
            "wards": [codes.names("ward").get(c, c) for c in thing.wards_worked],
            "people": thing.memberships.visible_to(user).current().select_related("user"),
            "may_see_officer_facts": is_council,
            "may_edit": can_edit_organisation(user, thing),
            "may_ask": can_ask_for_membership(user, thing),
            "asked_on": _asked_on(user, thing),
            "entries": timeline(thing) if is_council else [],
        },
    )


def _asked_on(user, thing):
    """The day the reader asked to speak for the organisation, while nobody has confirmed it."""
    if not user.is_authenticated or user.is_council:
        return None
    return thing.memberships.asked().filter(user=user).values_list("starts_on", flat=True).first()


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_add(request):
    require(can_add_organisation(request.user))
    form = OrganisationForm(request.POST or None, initial={"version": 1, "key": uuid4()})
    if request.method == "POST" and form.is_valid():
        facts, known = _facts(form), {"key": form.cleaned_data["key"], "numbers": form.numbers()}
        thing = form.perform(operations.add_organisation, by=request.user, **known, **facts)
        if thing:
            messages.success(request, f"{thing} is on the register.")
            return redirect(thing)
    return render(request, "organisations/organisation_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request, pk):
    thing = visible(request, pk)
    require(can_edit_organisation(request.user, thing))
    is_officer = can_add_organisation(request.user)
    kind = OrganisationForm if is_officer else ProfileForm
    form = kind(request.POST or None, initial=OrganisationForm.facts_of(thing))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        numbers = {"numbers": form.numbers()} if is_officer else {}
        version = form.cleaned_data["version"]
        try:
            saved = form.perform(
                operations.edit_organisation, pk, version=version, by=request.user, **numbers, **_facts(form)
            )
        except Conflict:
            return conflict_page(request, form, thing)
        if saved:
            messages.success(request, _("Saved."))
            return redirect(saved)
    return render(request, "organisations/organisation_form.html", {"form": form, "organisation": thing})


def _facts(form) -> dict:
    left_out = {"version", "key", "charity_number", "company_number"}
    return {n: v for n, v in form.cleaned_data.items() if n not in left_out}


@require_http_methods(["GET", "HEAD", "POST"])
def contact_add(request, pk):
    return _contact(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request, pk, contact_pk):
    return _contact(request, pk, contact_pk)


def _contact(request, pk, contact_pk=None):
    thing = visible(request, pk)
    require(can_add_organisation(request.user))
    contact = get_object_or_404(thing.contacts, pk=contact_pk) if contact_pk is not None else None
    fields = [name for name in ContactForm.base_fields if name != "key"]
    now = {name: getattr(contact, name) for name in fields} if contact else {"key": uuid4()}
    form = ContactForm(request.POST or None, initial=now)
    form.cancel_href = thing.get_absolute_url()
    facts = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    if facts and form.perform(operations.save_contact, pk, by=request.user, contact_id=contact_pk, **facts):
        messages.success(request, "The contact has been saved.")
        return redirect(thing)
    context = {"form": form, "organisation": thing, "contact": contact}
    return render(request, "organisations/contact_form.html", context)


@require_POST
def contact_remove(request, pk, contact_pk):
    thing = visible(request, pk)
    require(can_add_organisation(request.user))
    operations.remove_contact(pk, contact_pk, by=request.user)
    messages.success(request, "The contact has been removed.")
    return redirect(thing)


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
