"""A person registers a group: one question a page, kept as a draft, checked, sent."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.duplicates import likely
from vcse_portal.accounts.access import require
from vcse_portal.borough import codes
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.forms import sent

from .. import operations
from .. import permissions as may
from ..forms import STEPS, DecideRegistrationForm
from ..forms.officers import DECLINE, NEW
from ..forms.registrations import StartForm
from ..models import Registration

FORM = ["GET", "HEAD", "POST"]


def _found(request, pk) -> Registration:
    found = Registration.objects.visible_to(request.user).for_list()
    return get_object_or_404(found, pk=pk)


def alike(registration: Registration, user) -> list:
    """Records that may be this group already, without those the person said are another."""
    found = likely(registration.name, registration.postcode, list(registration.numbers.items()), user=user)
    return [one for one in found if one.record.pk not in registration.not_these]


@require_http_methods(FORM)
def register(request):
    """What registering means, and the first question. Records that may be the group already come next."""
    require(may.can_register_group(request.user))
    form = StartForm(*sent(request), initial={"key": uuid4(), "name": request.GET.get("name", "")[:250]})
    form.cancel_href = reverse("organisations:directory")
    if request.method == "POST" and form.is_valid():
        draft = form.perform(operations.start_registration, by=request.user, **form.cleaned_data)
        if draft:
            return redirect("upkeep:registration_alike", draft.pk)
    return render(request, "upkeep/register.html", {"form": form, "drafts": _drafts(request.user)})


def _drafts(user):
    return user.registrations.filter(status=Registration.Status.DRAFT).order_by("-created_at")


@require_http_methods(FORM)
def registration_alike(request, pk):
    """Is it one of these? A press of "none of these" goes on; each may be claimed on the spot."""
    draft = _found(request, pk)
    require(may.can_edit_registration(request.user, draft))
    found = alike(draft, request.user)
    if request.method == "POST":
        ids = sorted({*draft.not_these, *(one.record.pk for one in found)})
        operations.answer_registration(pk, by=request.user, not_these=ids)
        return redirect(_next_page(draft, after="name"))
    if not found:
        return redirect(_next_page(draft, after="name"))
    return render(request, "upkeep/registration_alike.html", {"registration": draft, "alike": found})


@require_http_methods(FORM)
def registration_step(request, pk, step):
    """One question of the journey."""
    draft = _found(request, pk)
    if step not in STEPS:
        raise Http404
    require(may.can_edit_registration(request.user, draft))
    form = STEPS[step](*sent(request), initial=_given(draft, step))
    if request.method == "POST" and form.is_valid():
        answers = {name: value for name, value in form.cleaned_data.items() if name != "agree"}
        if form.perform(operations.answer_registration, pk, by=request.user, **answers):
            return redirect(_next_page(draft, after=step, to_check="change" in request.GET))
    number = list(STEPS).index(step) + 1
    context = {"form": form, "registration": draft, "number": number, "total": len(STEPS)}
    context["back_href"] = _page_before(draft, step)
    return render(request, "upkeep/registration_step.html", context)


def _given(draft: Registration, step: str) -> dict:
    given = {name: getattr(draft, name) for name in STEPS[step].base_fields if name != "agree"}
    if "is_email_public" in given and not draft.email:
        given["is_email_public"] = None
    return given | ({"agree": bool(draft.post)} if "agree" in STEPS[step].base_fields else {})


def _next_page(draft: Registration, *, after: str, to_check: bool = False) -> str:
    steps = list(STEPS)
    following = steps.index(after) + 1
    if to_check or following == len(steps):
        return reverse("upkeep:registration", args=[draft.pk])
    return reverse("upkeep:registration_step", args=[draft.pk, steps[following]])


def _page_before(draft: Registration, step: str) -> str:
    steps = list(STEPS)
    before = steps.index(step) - 1
    if before < 0:
        return reverse("upkeep:registration", args=[draft.pk])
    return reverse("upkeep:registration_step", args=[draft.pk, steps[before]])


@require_http_methods(FORM)
def registration(request, pk):
    """A draft: check your answers. Sent: where it stands. For an officer: everything, and the decision."""
    thing = _found(request, pk)
    may_decide = may.can_decide_registration(request.user, thing)
    if request.method == "POST" and not may_decide:
        require(may.can_keep_upkeep(request.user))  # two officers at once: the second sees who was first
        return _page(request, thing, None, status=409)
    resembling = alike(thing, request.user) if thing.is_draft else _resembling(request, thing)
    form = DecideRegistrationForm(*sent(request), alike=resembling) if may_decide else None
    if request.method == "POST" and form.is_valid():
        if said := _decide(request, thing, form):
            messages.success(request, said)
            return redirect("upkeep:queue")
        thing = _found(request, pk)
        if not thing.is_waiting:  # somebody decided it, or took it back, in the same moment
            return _page(request, thing, None, status=409)
    return _page(request, thing, form, resembling=resembling)


def _resembling(request, thing: Registration) -> list:
    """For officers, whatever the person said: the officer sees more records than they do."""
    if not (thing.is_waiting and may.can_see_upkeep(request.user)):
        return []
    return likely(thing.name, thing.postcode, list(thing.numbers.items()), user=request.user)


def _decide(request, thing, form) -> str | None:
    decision, role = form.cleaned_data["decision"], form.cleaned_data["role"]
    if decision == DECLINE:
        reason = form.cleaned_data["reason"]
        done = form.perform(operations.decline_registration, thing.pk, reason=reason, by=request.user)
        return done and f"{done} is not put on the register. {done.person} is told why."
    existing = None if decision == NEW else int(decision)
    done = form.perform(
        operations.accept_registration, thing.pk, by=request.user, role=role, existing_id=existing
    )
    return done and f"{done.person} now speaks for {done.organisation}, which is on the register."


def _page(request, thing, form, *, resembling=(), status=200):
    is_own = thing.person_id == request.user.pk
    context = {
        "registration": thing,
        "answers": _answers(thing),
        "alike": resembling,
        "form": form,
        "is_own": is_own,
        "may_edit": may.can_edit_registration(request.user, thing),
        "next_step": _first_unanswered(thing),
        "may_withdraw": may.can_withdraw_registration(request.user, thing),
        "entries": timeline(thing) if may.can_see_upkeep(request.user) else [],
        "taken": operations.taken_numbers(thing) if form else [],
    }
    return render(request, "upkeep/registration.html", context, status=status)


def _answers(thing: Registration) -> list[tuple[str, str, str]]:
    """(question, answer, its step) in the order they are asked."""
    names = codes.names("theme")
    found = []
    for step, form in STEPS.items():
        for name in form.base_fields:
            if name == "agree" or (name == "is_email_public" and not thing.email):
                continue
            label = str(Registration._meta.get_field(name).verbose_name)
            value = getattr(thing, name)
            if name == "themes":
                value = ", ".join(str(names.get(code, code)) for code in value)
            elif name == "legal_structure":
                value = thing.get_legal_structure_display()
            elif name == "is_email_public":
                value = _("Yes") if value else _("No")
            found.append((label, value, step))
    return found


def _first_unanswered(thing: Registration) -> str:
    """The step of the first answer without which it cannot be sent."""
    return next(
        (step for step, name in {"what": "summary", "you": "post"}.items() if not getattr(thing, name)), ""
    )


@require_POST
def registration_send(request, pk):
    draft = _found(request, pk)
    require(draft.person_id == request.user.pk and may.can_register_group(request.user))
    try:
        operations.send_registration(pk, by=request.user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(draft)
    return redirect("upkeep:registration_sent", pk)


@require_safe
def registration_sent(request, pk):
    """What happens next."""
    thing = _found(request, pk)
    require(thing.person_id == request.user.pk)
    if not thing.is_waiting:
        return redirect(thing)
    return render(request, "upkeep/registration_sent.html", {"registration": thing})


@require_http_methods(FORM)
def registration_withdraw(request, pk):
    """Asks once more, then takes it back."""
    thing = _found(request, pk)
    require(thing.person_id == request.user.pk)
    if request.method == "POST":
        try:
            operations.withdraw_registration(pk, by=request.user)
            messages.success(
                request, _("You have taken back what you told us about %(name)s.") % {"name": thing}
            )
        except ValidationError as error:
            messages.warning(request, error.messages[0])
        return redirect("organisations:mine")
    return render(request, "upkeep/registration_withdraw.html", {"registration": thing})
