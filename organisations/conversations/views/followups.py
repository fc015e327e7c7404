"""What is to be done after a conversation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from vcse_portal.accounts.access import require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.forms import sent

from .. import operations
from .. import permissions as may
from ..forms import FollowUpForm
from .found import visible, visible_followup

PAGES = ["GET", "HEAD", "POST"]


@require_http_methods(PAGES)
def followup_add(request, pk):
    thing = visible(request, pk)
    require(may.can_add_followup(request.user, thing))
    form = FollowUpForm(*sent(request), initial={"owner": request.user})
    form.cancel_href = _back_to(pk)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        key = data["key"] or form.initial["key"]
        facts = {name: data[name] for name in ("what", "owner", "due_on")}
        if form.perform(operations.add_followup, pk, key=key, by=request.user, **facts):
            messages.success(request, "The follow-up is saved.")
            return redirect(_back_to(pk))
    return render(request, "conversations/followup_form.html", {"form": form, "conversation": thing})


@require_http_methods(PAGES)
def followup_edit(request, pk):
    followup = visible_followup(request, pk)
    require(may.can_edit_followup(request.user, followup))
    form = FollowUpForm(*sent(request), followup=followup)
    form.cancel_href = _back_to(followup.conversation_id)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("version", "what", "owner", "due_on")}
        try:
            if form.perform(operations.edit_followup, pk, by=request.user, **facts):
                messages.success(request, "The follow-up is saved.")
                return redirect(form.cancel_href)
        except Conflict:
            return conflict_page(request, form, visible_followup(request, pk))
    context = {
        "form": form,
        "conversation": followup.conversation,
        "followup": followup,
        "history": timeline(followup),
    }
    return render(request, "conversations/followup_form.html", context)


@require_POST
def followup_finish(request, pk):
    return _set(request, pk, operations.finish_followup, "Done. You can reopen it if that was a slip.")


@require_POST
def followup_reopen(request, pk):
    return _set(request, pk, operations.reopen_followup, "It is to be done again.")


def _set(request, pk, operation, said):
    followup = visible_followup(request, pk)
    require(may.can_finish_followup(request.user, followup))
    try:
        operation(pk, by=request.user)
        messages.success(request, said)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect(_back_to(followup.conversation_id))


def _back_to(pk: int) -> str:
    return reverse("conversations:conversation", args=[pk]) + "#follow-ups"
