"""The archive everyone reads, and the editor's pages."""

from datetime import date

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.mail.compose import preview
from vcse_portal.mail.models import Message, Progress
from vcse_portal.mail.subscriptions import confirmed
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.paging import page_of

from . import emails, operations
from . import permissions as may
from .contents import next_period, no_longer_offered, parts
from .forms import ApproveForm, CircularForm, EntryForm
from .models import Circular, CircularEntry, CircularState


@public
@require_safe
def circulars(request):
    user = request.user
    rows = Circular.objects.visible_to(user).exclude(state=CircularState.SUPERSEDED).for_list()
    may_assemble = may.can_assemble_circular(user)
    period = next_period() if may_assemble else ""
    context = {
        "page": page_of(request, rows),
        "may_assemble": may_assemble,
        "next_period": period,
        "next_label": f"Assemble the circular for {date.fromisoformat(period + '-01'):%B %Y}"
        if period
        else "",
    }
    return render(request, "commissioning/circulars.html", context)


@public
@require_safe
def circular(request, period):
    thing = _circular(request, period)
    now = _progress(thing) if may.can_watch_sending(request.user, thing) else None
    context = {
        "circular": thing,
        "parts": parts(thing),
        "may_edit": may.can_edit_circular(request.user, thing),
        "progress": now,
        "progress_done": now.total - now.queued if now else 0,
        "progress_words": _said(now) if now else "",
    }
    return render(request, "commissioning/circular.html", context)


def circular_progress(request, period):
    """Numbers for the bar on the circular's page."""
    thing = _circular(request, period)
    require(may.can_watch_sending(request.user, thing))
    now = _progress(thing)
    return JsonResponse(
        {
            "done": now.total - now.queued,
            "total": now.total,
            "label": _said(now),
            "finished": now.is_finished,
            "href": thing.get_absolute_url(),
        }
    )


def _progress(thing: Circular) -> Progress:
    message = Message.objects.filter(key=thing.message_key).first()
    return message.progress() if message else Progress()


def _said(now: Progress) -> str:
    said = [f"{now.sent:,} sent", f"{now.queued:,} waiting"]
    said += [f"{now.failed:,} failed"] if now.failed else []
    said += [f"{now.in_doubt:,} in doubt"] if now.in_doubt else []
    said += [f"{now.cancelled:,} left the list before it was sent"] if now.cancelled else []
    return ", ".join(said)


@require_POST
def circular_assemble(request):
    require(may.can_assemble_circular(request.user))
    try:
        made, is_new = operations.assemble_circular(request.POST.get("period", ""), by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("commissioning:circulars")
    if is_new:
        messages.success(request, f"{made.title} has been assembled.")
    return redirect("commissioning:circular_edit" if made.is_draft else "commissioning:circular", made.period)


def circular_edit(request, period):
    thing = _circular(request, period)
    require(may.can_edit_circular(request.user, thing))
    initial = {"title": thing.title, "foreword": thing.foreword, "version": thing.version}
    form = CircularForm(_sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            edited = form.perform(operations.edit_circular, thing.pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, _circular(request, period))
        if edited:
            messages.success(request, "Title and foreword have been saved.")
            return redirect("commissioning:circular_edit", period)
    context = {
        "form": form,
        "circular": thing,
        "parts": parts(thing, with_dropped=True),
        "gone": no_longer_offered(thing),
        "may_approve": may.can_approve_circular(request.user, thing),
    }
    return render(request, "commissioning/circular_edit.html", context)


def circular_preview(request, period):
    thing = _circular(request, period)
    require(may.can_edit_circular(request.user, thing))
    text, _html = preview(emails.circular_preview(thing))
    return csp_update({"frame-src": [SELF]})(render)(
        request,
        "commissioning/circular_preview.html",
        {"circular": thing, "text": text, "may_approve": may.can_approve_circular(request.user, thing)},
    )


@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": [SELF],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups"],
    }
)
def circular_preview_html(request, period):
    """The mail itself, in a frame that can run nothing."""
    thing = _circular(request, period)
    require(may.can_edit_circular(request.user, thing))
    return HttpResponse(preview(emails.circular_preview(thing))[1])


@require_POST
def circular_test(request, period):
    thing = _circular(request, period)
    require(may.can_edit_circular(request.user, thing))
    if _attempt(request, operations.send_test, thing.pk, by=request.user):
        messages.success(request, f"A test is on its way to {request.user.email}.")
    return redirect("commissioning:circular_preview", period)


@require_POST
def circular_gather(request, period):
    thing = _circular(request, period)
    require(may.can_edit_circular(request.user, thing))
    if counts := _attempt(request, operations.gather_again, thing.pk, by=request.user):
        messages.success(request, f"{counts[0]} added, {counts[1]} taken out.")
    return redirect("commissioning:circular_edit", period)


def circular_approve(request, period):
    thing = _circular(request, period)
    if thing.is_public and may.can_assemble_circular(request.user):
        return redirect(thing)  # a second click
    require(may.can_approve_circular(request.user, thing))
    form = ApproveForm(_sent(request), initial={"version": thing.version})
    form.cancel_href = reverse("commissioning:circular_edit", args=[period])
    if request.method == "POST" and form.is_valid():
        try:
            approved = form.perform(
                operations.approve_circular, thing.pk, by=request.user, **form.cleaned_data
            )
        except Conflict:
            return conflict_page(request, form, _circular(request, period))
        if approved:
            messages.success(request, "The circular has been approved. It is being sent now.")
            return redirect(approved)
    context = {
        "form": form,
        "circular": thing,
        "kept": thing.entries.kept().count(),
        "subscribers": confirmed(emails.LIST).count(),
    }
    return render(request, "commissioning/circular_approve.html", context)


def entry_edit(request, pk):
    entry = _entry(request, pk)
    require(may.can_edit_circular(request.user, entry.circular))
    initial = {"title": entry.title, "summary": entry.summary, "version": entry.circular.version}
    form = EntryForm(_sent(request), initial=initial)
    form.cancel_href = _place(entry)
    if request.method == "POST" and form.is_valid():
        try:
            edited = form.perform(operations.edit_entry, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return _entry_conflict(request, form, pk)
        if edited:
            return redirect(_place(edited))
    return render(request, "commissioning/entry_edit.html", {"form": form, "entry": entry})


def _entry_conflict(request, form, pk) -> HttpResponse:
    """The version is the circular's; what differs is the entry's."""
    entry = _entry(request, pk)
    entry.version = entry.circular.version
    return conflict_page(request, form, entry)


@require_POST
def entry_move(request, pk):
    entry = _entry(request, pk)
    require(may.can_edit_circular(request.user, entry.circular))
    direction, _, seen = request.POST.get("move", "").partition("-from-")
    if direction in ("up", "down") and seen.isdecimal() and len(seen) < 9:
        _attempt(
            request,
            operations.move_entry,
            pk,
            up=direction == "up",
            seen_position=int(seen),
            by=request.user,
        )
    return redirect(_place(entry))


@require_POST
def entry_drop(request, pk):
    entry = _entry(request, pk)
    require(may.can_edit_circular(request.user, entry.circular))
    is_back = request.POST.get("deed") == "restore"
    _attempt(request, operations.drop_entry, pk, restore=is_back, by=request.user)
    return redirect(_place(entry))


def _attempt(request, operation, *args, **kwargs):
    """Call an operation from a button; what it refuses is said at the top of the next page."""
    try:
        return operation(*args, **kwargs)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return None


def _circular(request, period) -> Circular:
    return get_object_or_404(Circular.objects.visible_to(request.user), period=period)


def _entry(request, pk) -> CircularEntry:
    shown = CircularEntry.objects.filter(circular__in=Circular.objects.visible_to(request.user))
    return get_object_or_404(shown.select_related("circular"), pk=pk)


def _place(entry: CircularEntry) -> str:
    """The entry's place in the editor."""
    return f"{reverse('commissioning:circular_edit', args=[entry.circular.period])}#entry-{entry.pk}"


def _sent(request):
    """What a form is bound to: also a POST without any field."""
    return request.POST if request.method == "POST" else None
