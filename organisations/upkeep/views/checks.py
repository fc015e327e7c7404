"""Is the record still right? Through the mailed link, without an account, or by a lead who is signed in."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations import page
from organisations.models import Organisation
from vcse_portal.accounts.access import require
from vcse_portal.mail.linked import from_link
from vcse_portal.ui.conflict import Conflict, conflict_page, written

from .. import operations
from .. import permissions as may
from ..forms import CorrectionForm
from ..models import RecordCheck
from ..tokens import RECORD

LINK_PROBLEM = "upkeep/link_problem.html"


@require_POST
def record_confirm(request, pk):
    """A lead says that the record is right."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(may.can_confirm_record(request.user, organisation))
    operations.confirm_record(pk, by=request.user)
    messages.success(request, _("Thank you. We will ask again in a year."))
    return redirect(organisation)


@from_link(RECORD, problem_template=LINK_PROBLEM)
def record_check(request, token, facts):
    """The record as we hold it. Opening it changes nothing; the button says that it is right."""
    check = _found(facts)
    state = operations.state_of(check)
    if request.method == "POST" and state == "open":
        try:
            operations.confirm_by_link(check.pk)
            return redirect("upkeep:record_check", token)
        except ValidationError:  # answered in the same moment
            check = _found(facts)
            state = operations.state_of(check)
    if state != "open":
        return _closed(request, check, state, is_post=request.method == "POST")
    return render(request, "upkeep/record_check.html", {"token": token, **_shown(check)})


@from_link(RECORD, problem_template=LINK_PROBLEM)
def record_correct(request, token, facts):
    """Everything an organisation says about itself, to be put right."""
    check = _found(facts)
    state = operations.state_of(check)
    if state != "open":
        said = written(CorrectionForm(request.POST)) if request.POST else []
        return _closed(request, check, state, is_post=request.method == "POST", said=said)
    organisation = check.organisation
    form = CorrectionForm(request.POST or None, initial=_initial(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            if _correct(check, form):
                return redirect("upkeep:record_check", token)
        except Conflict:
            return conflict_page(request, form, organisation)
    context = {"form": form, "organisation": organisation, "check": check, "token": token}
    return render(request, "upkeep/record_correct.html", context)


def _initial(organisation: Organisation) -> dict:
    return CorrectionForm.facts_of(organisation) | {"key": uuid4()}


def _correct(check: RecordCheck, form: CorrectionForm) -> bool:
    form.perform(
        operations.correct_by_link,
        check.pk,
        version=form.cleaned_data["version"],
        said=form.said(),
        note=form.cleaned_data["note"],
        key=form.cleaned_data["key"],
    )
    return form.is_valid()


def _found(facts: dict) -> RecordCheck:
    found = RecordCheck.objects.select_related("organisation__ward", "person", "asked_by")
    return get_object_or_404(found, pk=facts.get("check"))


def _closed(request, check, state, *, is_post, said=()):
    """What became of a link that is spent. Thanks after an answer; otherwise what to do next.

    `said` is what the person wrote this time: it is not saved, and must not be lost to them.
    """
    if state == "answered":
        waits = check.proposed_edits.waiting().exists()
        context = {
            "check": check,
            "organisation": check.organisation,
            "waits": waits,
            "again": is_post,
            "said": said,
        }
        return render(request, "upkeep/record_answered.html", context, status=409 if is_post else 200)
    context = {"problem": state, "organisation": check.organisation}
    return render(request, LINK_PROBLEM, context, status=410)


def _shown(check: RecordCheck) -> dict:
    """The record as its own people may see it; contacts that are not published are hinted at, not shown."""
    organisation = check.organisation
    return {
        "check": check,
        "organisation": organisation,
        "themes": page.named(organisation, "themes"),
        "communities": page.named(organisation, "communities"),
        "wards": page.named(organisation, "wards_worked"),
        "numbers": list(organisation.identifiers.all()),
        "contacts": [_contact(one, check.email) for one in organisation.contacts.all()],
    }


def _contact(contact, own: str) -> tuple[str, str, bool]:
    """(channel, what is shown of it, whether visitors see it)."""
    is_known = contact.is_public or contact.value.lower() == own.lower()
    return (
        contact.get_channel_display(),
        contact.value if is_known else masked(contact.value),
        contact.is_public,
    )


def masked(value: str) -> str:
    """Enough to recognise one's own: the first letter, and what follows the @; or the last two digits."""
    local, at, domain = value.partition("@")
    if at:
        return f"{local[:1]}…@{domain}"
    return f"…{value[-2:]}" if len(value) > 4 else "…"
