"""Begin a conversation, change the draft, post it, correct what was posted."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from organisations.forums.models import Meeting
from organisations.models import Organisation
from vcse_portal.accounts.access import require
from vcse_portal.mail.ics import read_entries
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.forms import sent

from .. import beginnings, operations
from .. import permissions as may
from ..forms import CalendarForm, ConversationForm, DiscardForm
from ..models import Conversation
from .found import visible
from .reading import conversation_page

PAGES = ["GET", "HEAD", "POST"]
MOST_SHOWN = 40


@require_http_methods(PAGES)
def conversation_record(request):
    require(may.can_record_conversation(request.user))
    form = ConversationForm(*sent(request), author=request.user, initial=_beginning(request))
    form.cancel_href = reverse("conversations:conversations")
    if "look_up" in request.POST:
        return _record_page(request, form.looked_up())
    if request.method == "POST" and form.is_valid() and (draft := _record(request, form)):
        return redirect(draft)
    return _record_page(request, form)


def _record_page(request, form, before=None):
    return render(request, "conversations/conversation_record.html", {"form": form, "before": before})


def _record(request, form) -> Conversation | None:
    """The draft, with its first follow-up. Both or neither: the key makes the second click find the first's."""
    data = form.cleaned_data
    meeting = Meeting.objects.visible_to(request.user).filter(pk=data["meeting"]).first()
    known = {"entry_uid": data["entry_uid"], "meeting": meeting, "todo": form.first_todo}
    return form.perform(
        operations.record_conversation,
        key=data["key"] or form.initial["key"],
        by=request.user,
        **known,
        **form.facts,
    )


def _beginning(request) -> dict:
    """What the address says it begins from; what the reader may not know of is passed over."""
    organisation = _number(request.GET.get("organisation", ""))
    meeting = _number(request.GET.get("meeting", ""))
    if organisation and (
        found := Organisation.objects.visible_to(request.user).filter(pk=organisation).first()
    ):
        return beginnings.from_organisation(found)
    if meeting and (held := Meeting.objects.visible_to(request.user).filter(pk=meeting).first()):
        return beginnings.from_meeting(held)
    return {}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0


@require_http_methods(PAGES)
def conversation_upload(request):
    """Read a calendar file. One entry fills the form at once, of several the officer picks one; nothing is kept."""
    require(may.can_record_conversation(request.user))
    form = CalendarForm(*sent(request))
    form.cancel_href = reverse("conversations:conversation_record")
    entries = []
    if request.method == "POST" and form.is_valid():
        entries = form.perform(read_entries, form.cleaned_data["file"].read()) or []
    if len(entries) == 1:
        return _filled_in(request, entries[0])
    newest = sorted(entries, key=lambda entry: entry.starts_at, reverse=True)[:MOST_SHOWN]
    choices = [(entry, beginnings.token_of(entry)) for entry in newest]
    context = {"form": form, "choices": choices, "left_out": len(entries) - len(choices)}
    return render(request, "conversations/conversation_upload.html", context)


@require_POST
def conversation_from_entry(request):
    """The form, filled in from the entry that was picked."""
    require(may.can_record_conversation(request.user))
    entry = beginnings.entry_of(request.POST.get("entry", ""))
    if entry is None:
        messages.warning(request, "The page was open for too long. Choose the calendar file again.")
        return redirect("conversations:conversation_upload")
    return _filled_in(request, entry)


def _filled_in(request, entry):
    form = ConversationForm(author=request.user, initial=beginnings.from_entry(entry, request.user))
    form.action = reverse("conversations:conversation_record")
    form.cancel_href = reverse("conversations:conversations")
    return _record_page(request, form, beginnings.recorded_before(entry.uid, request.user))


@require_http_methods(PAGES)
def conversation_edit(request, pk):
    thing = visible(request, pk)
    require(may.can_edit_draft(request.user, thing))
    return _change(request, thing, operations.edit_draft, "Draft saved.")


@require_http_methods(PAGES)
def conversation_correct(request, pk):
    thing = visible(request, pk)
    require(may.can_correct_conversation(request.user, thing))
    return _change(
        request, thing, operations.correct_conversation, "The correction is saved, and in the history."
    )


def _change(request, thing, operation, said):
    form = ConversationForm(*sent(request), conversation=thing)
    form.cancel_href = thing.get_absolute_url()
    if "look_up" in request.POST:
        form = form.looked_up()
    elif request.method == "POST" and form.is_valid():
        seen = {name: form.cleaned_data[name] for name in ("version", "reason") if name in form.fields}
        try:
            if form.perform(operation, thing.pk, by=request.user, **seen, **form.facts):
                messages.success(request, said)
                return redirect(thing)
        except Conflict:
            return conflict_page(request, form, visible(request, thing.pk))
    return render(request, "conversations/conversation_edit.html", {"form": form, "conversation": thing})


@require_POST
def conversation_post(request, pk):
    thing = visible(request, pk)
    if not thing.is_draft and thing.author_id == request.user.pk:
        return redirect(thing)  # a second click
    require(may.can_edit_draft(request.user, thing))
    version = _number(request.POST.get("version", ""))
    try:
        operations.post_conversation(pk, version=version, by=request.user)
    except Conflict:
        messages.warning(request, "The draft was changed in the meantime. Read it again, then post it.")
        return conversation_page(request, visible(request, pk), status=409)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect(thing)
    messages.success(request, "Conversation posted.")
    return redirect(thing)


@require_http_methods(PAGES)
def conversation_discard(request, pk):
    thing = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    require(may.can_edit_draft(request.user, thing))
    form = DiscardForm(*sent(request))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        form.perform(operations.discard_draft, pk, by=request.user)
        if not form.errors:
            messages.success(request, "The draft is discarded.")
            return redirect("conversations:conversations")
    return render(request, "conversations/conversation_discard.html", {"form": form, "conversation": thing})
