"""The council's look and texts for everyone; its settings for administrators."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_POST, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.forms import sent
from vcse_portal.ui.words import count_of

from . import operations, texts
from .brand import stylesheet
from .context import current_council
from .forms import CouncilForm, ListedForm, PublicTextForm, WardsForm
from .lists import LISTS
from .models import Council, Postcode, PublicText, Ward
from .permissions import can_change_settings, can_edit_public_texts


def _history(row) -> list:
    return [] if row is None or row._state.adding else timeline(row)


# For everyone ------------------------------------------------------------------------------------------
def _look(request, **kwargs) -> str:
    council = current_council()
    return f'"{council.version}-{council.brand_colour[1:]}-{council.logo_type}"'


@public
@require_safe
@condition(etag_func=_look)
@cache_control(public=True, max_age=60)
def brand_css(request):
    return HttpResponse(stylesheet(current_council().brand_colour), content_type="text/css")


@public
@require_safe
@condition(etag_func=_look)
@cache_control(public=True, max_age=60)
def logo(request):
    picture = Council.objects.filter(pk=1).values_list("logo", flat=True).first()
    if not picture:
        raise Http404
    return HttpResponse(
        bytes(picture), content_type="image/png", headers={"X-Content-Type-Options": "nosniff"}
    )


@public
@require_safe
def public_text(request, slug):
    text = texts.public_text(slug)
    if text is None:
        raise Http404
    return render(
        request, "borough/public_text.html", {"text": text, "may_edit": can_edit_public_texts(request.user)}
    )


def public_text_edit(request, slug):
    require(can_edit_public_texts(request.user))
    text = texts.public_text(slug)
    if text is None:
        raise Http404
    initial = {name: getattr(text, name) for name in ("title", "body", "reviewed_on", "version")}
    form = PublicTextForm(*sent(request), initial=initial)
    form.cancel_href = reverse("borough:public_text", args=[slug])
    if request.method == "POST" and form.is_valid():
        try:
            if form.perform(operations.save_public_text, slug, **form.cleaned_data, by=request.user):
                messages.success(request, "The text is published.")
                return redirect("borough:public_text", slug)
        except Conflict:
            return conflict_page(request, form, PublicText.objects.get(slug=slug))
    return render(
        request, "borough/public_text_edit.html", {"form": form, "text": text, "entries": _history(text)}
    )


# Settings ----------------------------------------------------------------------------------------------
def settings(request):
    """What every room depends on, with how much of it there is."""
    require(can_change_settings(request.user))
    context = {
        "wards": count_of(Ward.objects.current().count(), "current ward"),
        "postcodes": count_of(Postcode.objects.count(), "postcode"),
        "lists": [
            (one, count_of(one.model.objects.current().count(), "entry", "entries")) for one in LISTS.values()
        ],
        "texts": texts.every_text(),
    }
    return render(request, "borough/settings.html", context)


def council_edit(request):
    require(can_change_settings(request.user))
    council = Council.objects.defer("logo").filter(pk=1).first() or Council(pk=1, version=1)
    names = set(CouncilForm.base_fields) - {"logo", "remove_logo"}
    form = CouncilForm(*sent(request), initial={name: getattr(council, name) for name in names})
    form.cancel_href = reverse("borough:settings")
    if request.method == "POST" and form.is_valid():
        try:
            if form.perform(operations.save_council, **form.details(), by=request.user):
                messages.success(request, "The council’s details are saved.")
                return redirect("borough:settings")
        except Conflict:
            return conflict_page(request, form, Council.objects.get(pk=1))
    return render(
        request,
        "borough/council_edit.html",
        {"form": form, "council_now": council, "entries": _history(council)},
    )


def wards(request):
    """The wards we hold, and a form to load a newer boundary file."""
    require(can_change_settings(request.user))
    form = WardsForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        loaded = form.perform(operations.load_wards, form.cleaned_data["file"], by=request.user)
        if loaded:
            messages.success(request, f"Wards loaded: {loaded}.")
            return redirect("borough:wards")
    held = Ward.objects.for_list().annotate(postcode_count=Count("postcodes")).order_by("authority", "name")
    context = {
        "form": form,
        "current": [ward for ward in held if ward.is_current],
        "closed": [ward for ward in held if not ward.is_current],
    }
    return render(request, "borough/wards.html", context)


def listed(request, kind):
    """One list in its order, closed entries last."""
    require(can_change_settings(request.user))
    of = LISTS[kind]
    entries = list(of.model.objects.all())
    context = {
        "list": of,
        "current": _with_places([entry for entry in entries if entry.is_current]),
        "closed": [entry for entry in entries if not entry.is_current],
        "upload_href": f"{reverse('imports:upload')}?kind={of.model._meta.verbose_name_plural}",
    }
    return render(request, "borough/listed.html", context)


def _with_places(entries: list) -> list[tuple]:
    last = len(entries) - 1
    return [(entry, place > 0, place < last) for place, entry in enumerate(entries)]


def listed_add(request, kind):
    require(can_change_settings(request.user))
    return _listed_form(request, LISTS[kind], None)


def listed_edit(request, kind, code):
    require(can_change_settings(request.user))
    return _listed_form(request, LISTS[kind], get_object_or_404(LISTS[kind].model, code=code))


def _listed_form(request, of, entry):
    form = ListedForm(*sent(request), of=of, entry=entry)
    form.cancel_href = reverse("borough:listed", args=[of.kind])
    if request.method == "POST" and form.is_valid():
        code = {"code": entry.code} if entry else {}
        try:
            if form.perform(of.save, **code, **form.cleaned_data, by=request.user):
                messages.success(request, f"“{form.cleaned_data['name']}” is saved.")
                return redirect("borough:listed", of.kind)
        except Conflict:
            return conflict_page(request, form, of.model.objects.get(pk=entry.pk))
    return render(
        request,
        "borough/listed_edit.html",
        {"form": form, "list": of, "entry": entry, "entries": _history(entry)},
    )


@require_POST
def listed_state(request, kind, code):
    """Close an entry, or offer a closed one again."""
    require(can_change_settings(request.user))
    entry = get_object_or_404(LISTS[kind].model, code=code)
    deed = operations.close_listed if entry.is_current else operations.reopen_listed
    try:
        deed(kind, code, by=request.user)
        messages.success(request, f"“{entry.name}” is {'closed' if entry.is_current else 'open again'}.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("borough:listed", kind)


@require_POST
def listed_order(request, kind):
    """Move one entry up or down by one place."""
    require(can_change_settings(request.user))
    order = list(LISTS[kind].model.objects.current().values_list("code", flat=True))
    code, _, way = request.POST.get("move", "").partition(" ")
    if code not in order:
        raise Http404
    here = order.index(code)
    there = max(here - 1, 0) if way == "up" else min(here + 1, len(order) - 1)
    order.insert(there, order.pop(here))
    operations.reorder_listed(kind, order, by=request.user)
    return redirect("borough:listed", kind)
