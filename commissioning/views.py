"""Pages of intentions. Pages of circulars are in `circulars.views`."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.discussion import page as discussion
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from . import listing, operations
from . import permissions as may
from .facts import facts_of, history_of, stage_steps
from .forms import IntentionFilterForm, IntentionForm, MoveStageForm, PublishForm, WithdrawForm
from .models import Intention


@public
@require_safe
def intentions(request: HttpRequest) -> HttpResponse:
    user = request.user
    form = IntentionFilterForm(request.GET, for_council=user.is_authenticated and user.is_council)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = listing.narrow(user, asked)
    if request.GET.get("format") == "csv":
        return csv_response("intentions", listing.HEADER, listing.csv_rows(rows))
    found = page_of(request, rows.for_list())
    return render(
        request,
        "commissioning/intentions.html",
        {
            "form": form,
            "page": found,
            "rows": listing.rows_of(found),
            "sentence": listing.sentence(found.paginator.count, asked),
            "is_narrowed": any(asked.values()),
            "may_record": may.can_record_intention(user),
        },
    )


@public
@require_safe
def intention(request, pk):
    return _page(request, _intention(request, pk))


def intention_comment(request, pk):
    thing = _intention(request, pk)
    return discussion.take_comment(
        request,
        thing,
        is_open=thing.is_open_for_comment,
        page=lambda form: _page(request, thing, comment_form=form),
    )


def _page(request, thing: Intention, comment_form=None) -> HttpResponse:
    user = request.user
    comments = discussion.page_context(
        request,
        thing,
        post_url=reverse("commissioning:intention_comment", args=[thing.pk]),
        is_open=thing.is_open_for_comment,
        form=comment_form,
    )
    context = {
        "intention": thing,
        "facts": facts_of(thing),
        "steps": stage_steps(thing),
        "discussion": comments,
        "form": comment_form,  # lets the page's title begin with “Error”
        "history": history_of(thing, user),
        "is_council": user.is_authenticated and user.is_council,
        "may_edit": may.can_edit_intention(user, thing),
        "may_publish": may.can_publish_intention(user, thing),
        "may_move": may.can_move_stage(user, thing),
        "may_withdraw": may.can_withdraw_intention(user, thing),
    }
    return render(request, "commissioning/intention.html", context)


def intention_record(request):
    require(may.can_record_intention(request.user))
    form = IntentionForm(_sent(request), officer=request.user)
    form.cancel_href = reverse("commissioning:intentions")
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"] or form.initial["key"]
        recorded = form.perform(operations.record_intention, key=key, by=request.user, **form.facts)
        if recorded:
            messages.success(request, "Draft saved. Only council staff see it until you publish it.")
            return redirect(recorded)
    return render(request, "commissioning/intention_record.html", {"form": form})


def intention_edit(request, pk):
    thing = _intention(request, pk)
    require(may.can_edit_intention(request.user, thing))
    form = IntentionForm(_sent(request), intention=thing)
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        said = {k: form.cleaned_data[k] for k in ("version", "reason") if k in form.cleaned_data}
        try:
            edited = form.perform(operations.edit_intention, pk, by=request.user, **said, **form.facts)
        except Conflict:
            return conflict_page(request, form, _intention(request, pk))
        if edited:
            messages.success(request, "Your changes have been saved.")
            return redirect(edited)
    return render(request, "commissioning/intention_edit.html", {"form": form, "intention": thing})


def intention_publish(request, pk):
    thing = _intention(request, pk)
    if thing.is_published and may.can_record_intention(request.user):
        return redirect(thing)  # a second click
    require(may.can_publish_intention(request.user, thing))
    form = PublishForm(_sent(request))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        published = form.perform(operations.publish_intention, pk, by=request.user)
        if published:
            messages.success(request, "Intention published. Everyone can read it now.")
            return redirect(published)
    context = {"form": form, "intention": thing, "facts": facts_of(thing)}
    return render(request, "commissioning/intention_publish.html", context)


def intention_move(request, pk):
    thing = _intention(request, pk)
    require(may.can_move_stage(request.user, thing))
    form = MoveStageForm(_sent(request), initial={"stage": thing.stage, "version": thing.version})
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            moved = form.perform(operations.move_stage, pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, _intention(request, pk))
        if moved:
            messages.success(request, f"It is now at “{moved.get_stage_display()}”.")
            return redirect(moved)
    return render(request, "commissioning/intention_move.html", {"form": form, "intention": thing})


def intention_withdraw(request, pk):
    thing = _intention(request, pk)
    if thing.is_withdrawn and may.can_record_intention(request.user):
        return redirect(thing)  # a second click
    require(may.can_withdraw_intention(request.user, thing))
    form = WithdrawForm(_sent(request))
    form.cancel_href = thing.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        withdrawn = form.perform(operations.withdraw_intention, pk, by=request.user, **form.cleaned_data)
        if withdrawn:
            messages.success(request, "The intention has been withdrawn.")
            return redirect(withdrawn)
    return render(request, "commissioning/intention_withdraw.html", {"form": form, "intention": thing})


def _intention(request, pk) -> Intention:
    return get_object_or_404(Intention.objects.visible_to(request.user).for_page(), pk=pk)


def _sent(request):
    """What a form is bound to: also a POST without any field."""
    return request.POST if request.method == "POST" else None
