"""Ways to reach an organisation."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vcse_portal.accounts.access import require
from vcse_portal.ui.conflict import Conflict, conflict_page

from .. import operations
from ..forms import ContactForm
from ..permissions import can_edit_contacts
from .found import visible


@require_http_methods(["GET", "HEAD", "POST"])
def contact_add(request, pk):
    return _contact(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request, pk, contact_pk):
    return _contact(request, pk, contact_pk)


def _contact(request, pk, contact_pk=None):
    thing = visible(request, pk)
    require(can_edit_contacts(request.user, thing))
    contact = get_object_or_404(thing.contacts, pk=contact_pk) if contact_pk is not None else None
    fields = [name for name in ContactForm.base_fields if name != "key"]
    now = {name: getattr(contact, name) for name in fields} if contact else {"key": uuid4()}
    form = ContactForm(request.POST or None, initial=now)
    form.cancel_href = thing.get_absolute_url()
    facts = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    try:
        if facts and form.perform(
            operations.save_contact, pk, by=request.user, contact_id=contact_pk, **facts
        ):
            messages.success(request, _("The contact has been saved."))
            return redirect(thing)
    except Conflict:
        return conflict_page(request, form, contact)
    context = {"form": form, "organisation": thing, "contact": contact}
    return render(request, "organisations/contact_form.html", context)


@require_POST
def contact_remove(request, pk, contact_pk):
    thing = visible(request, pk)
    require(can_edit_contacts(request.user, thing))
    operations.remove_contact(pk, contact_pk, by=request.user)
    messages.success(request, _("The contact has been removed."))
    return redirect(thing)
