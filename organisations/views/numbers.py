"""Numbers an organisation has in other registers: kept, and looked up again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from vcse_portal.accounts.access import require

from .. import operations
from ..forms import CheckNumberForm, NumberForm
from ..identifiers import register_page
from ..permissions import can_edit_numbers
from .found import visible


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request, pk):
    """All numbers of an organisation, and a form to add one."""
    thing = visible(request, pk)
    require(can_edit_numbers(request.user, thing))
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = form.perform(operations.add_number, pk, by=request.user, **form.cleaned_data)
        if added:
            messages.success(request, f"{added.get_scheme_display()} {added.number} is on the record.")
            return redirect("organisations:numbers", pk)
    context = {
        "organisation": thing,
        "numbers": [(one, register_page(one)) for one in thing.identifiers.all()],
        "form": form,
    }
    return render(request, "organisations/numbers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def number_check(request, pk, number_pk):
    """Say what the register says of a number today."""
    thing = visible(request, pk)
    require(can_edit_numbers(request.user, thing))
    number = get_object_or_404(thing.identifiers, pk=number_pk)
    found = "" if not number.checked_on else "no" if number.removed_on else "yes"
    now = {"found": found, "removed_on": number.removed_on, "reason": number.removal_reason}
    form = CheckNumberForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        facts = {"removed_on": form.cleaned_data["removed_on"], "reason": form.cleaned_data["reason"] or ""}
        if form.perform(operations.check_number, number.pk, by=request.user, **facts):
            messages.success(request, f"{number.number} was checked today.")
            return redirect("organisations:numbers", pk)
    context = {"organisation": thing, "number": number, "page": register_page(number), "form": form}
    return render(request, "organisations/number_check.html", context)


@require_POST
def number_remove(request, pk, number_pk):
    thing = visible(request, pk)
    require(can_edit_numbers(request.user, thing))
    number = thing.identifiers.filter(pk=number_pk).first()
    if number:  # a second click finds it gone
        operations.remove_number(number.pk, by=request.user)
        messages.success(request, f"{number.number} has been taken off.")
    return redirect("organisations:numbers", pk)
