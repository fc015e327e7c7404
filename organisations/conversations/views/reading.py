"""The list of conversations, and one of them."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vcse_portal.history.timeline import timeline
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from .. import listing
from .. import permissions as may
from ..forms import ConversationFilterForm
from ..models import Conversation
from ..words import readers_of, readers_once_posted
from .found import visible


@require_safe
def conversations(request):
    user = request.user
    form = ConversationFilterForm(request.GET, for_officer=user.is_officer)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = listing.narrow(user, asked)
    if request.GET.get("format") == "csv":
        return csv_response("conversations", listing.HEADER, listing.csv_rows(rows, user))
    page = page_of(request, rows.for_list(user))
    officer = dict(form.fields["officer"].choices).get(asked.get("officer"), "") if user.is_officer else ""
    context = {
        "form": form,
        "page": page,
        "rows": listing.rows_of(page, is_council=user.is_council),
        "sentence": listing.sentence(page.paginator.count, asked, officer=officer),
        "is_narrowed": any(asked.values()),
        "is_council": user.is_council,
        "may_record": may.can_record_conversation(user),
    }
    return render(request, "conversations/conversations.html", context)


@require_safe
def conversation(request, pk):
    return conversation_page(request, visible(request, pk))


def conversation_page(request, thing: Conversation, *, status: int = 200):
    """What it says, what follows from it, and what the reader may do with it."""
    user = request.user
    followups = [
        (one, may.can_edit_followup(user, one), may.can_finish_followup(user, one)) for one in _of(thing)
    ]
    context = {
        "conversation": thing,
        "readers": readers_of(thing),
        "readers_once_posted": readers_once_posted(thing),
        "followups": followups,
        "corrected_on": _corrected_on(thing),
        "is_council": user.is_council,
        "is_officer": user.is_officer,
        "may_edit": may.can_edit_draft(user, thing),
        "may_correct": may.can_correct_conversation(user, thing),
        "may_add": may.can_add_followup(user, thing),
        "history": timeline(thing) if user.is_officer else [],
    }
    return render(request, "conversations/conversation.html", context, status=status)


def _of(thing: Conversation):
    """Its follow-ups, each knowing the conversation without asking again."""
    for one in thing.follow_ups.all():
        one.conversation = thing
        yield one


def _corrected_on(thing: Conversation):
    """The day it was last corrected, if it was: after it is posted nothing else counts its version up."""
    is_corrected = not thing.is_draft and thing.updated_at > thing.posted_at
    return timezone.localdate(thing.updated_at) if is_corrected else None
