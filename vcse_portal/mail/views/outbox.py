"""The officers' outbox: what was sent, what is on its way, what needs a decision. Bodies are not shown."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from vcse_portal.accounts.access import require
from vcse_portal.ui.paging import page_of

from .. import operations
from ..models import Message
from ..models.outbox import progress_of
from ..permissions import can_manage_outbox, can_see_outbox

TROUBLED_SHOWN = 50
DEEDS = {
    "pause": (operations.pause_message, "Paused. A worker finishes the mails it holds, a hundred at most."),
    "resume": (operations.resume_message, "Sending goes on."),
    "retry-failed": (operations.retry_failed, "What failed is tried again."),
    "resend-in-doubt": (operations.resend_in_doubt, "What was in doubt is sent again."),
    "mark-sent": (operations.mark_in_doubt_sent, "What was in doubt counts as sent."),
}


def outbox(request):
    require(can_see_outbox(request.user))
    found = Message.objects.visible_to(request.user).for_list()
    only_troubled = request.GET.get("show") == "attention"
    if only_troubled:
        found = found.needing_attention()
    page = page_of(request, found)
    progress = progress_of(page.object_list)
    rows = [(message, progress[message.pk]) for message in page]
    context = {"page": page, "rows": rows, "only_troubled": only_troubled, "total": page.paginator.count}
    return render(request, "mail/pages/outbox.html", context)


def outbox_message(request, pk):
    message = _message(request, pk)
    troubled = message.deliveries.needing_attention().order_by("pk")[:TROUBLED_SHOWN]
    progress = message.progress()
    context = {
        "message": message,
        "progress": progress,
        "troubled": [(row.get_state_display(), row.shown_email_of(message), row.reply) for row in troubled],
        "may_manage": can_manage_outbox(request.user) and not message.is_secret,
        "done": progress.total - progress.queued,
        "progress_url": "" if progress.is_finished else reverse("mail:outbox_progress", args=[pk]),
        "deed_url": {name.replace("-", "_"): reverse("mail:outbox_deed", args=[pk, name]) for name in DEEDS},
    }
    return render(request, "mail/pages/outbox_message.html", context)


def outbox_progress(request, pk):
    """Numbers for the page that watches a sending."""
    progress = _message(request, pk).progress()
    answer = {
        "done": progress.total - progress.queued,
        "total": progress.total,
        "finished": progress.is_finished,
    }
    return JsonResponse(
        answer | {"label": "Recipients done", "href": reverse("mail:outbox_message", args=[pk])}
    )


@require_POST
def outbox_deed(request, pk, name):
    message = _message(request, pk)
    require(can_manage_outbox(request.user))
    operation, words = DEEDS[name]
    try:
        operation(message.pk, by=request.user)
        messages.success(request, words)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return redirect("mail:outbox_message", pk)


def _message(request, pk) -> Message:
    require(can_see_outbox(request.user))
    return get_object_or_404(Message.objects.visible_to(request.user).defer("text", "html"), pk=pk)
