"""Reading a document, seeing who signed it, and signing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vcse_portal.accounts.access import public, require
from vcse_portal.history.timeline import timeline
from vcse_portal.ui.csv import csv_response
from vcse_portal.ui.paging import page_of

from .. import operations
from .. import permissions as may
from ..forms import SignForm, WithdrawForm
from ..models import Document, Signature, Version
from ..reading import newest_signatures, read, standing


@public
@require_safe
def compact(request):
    """The Compact in force; before there is one, what will be here."""
    documents = _documents(request)
    the_compact = next((d for d in documents if d.kind == Document.Kind.COMPACT), None)
    if the_compact is None:
        may_draft = may.can_draft_version(request.user)
        return render(request, "compact/no_compact.html", {"documents": documents, "may_draft": may_draft})
    return _page(request, the_compact, documents)


@public
@require_safe
def document(request, code):
    return _page(request, *_document(request, code))


@public
@require_safe
def version(request, code, number):
    return _page(request, *_document(request, code), number=number)


def _documents(request) -> list[Document]:
    return list(Document.objects.visible_to(request.user).for_list())


def _document(request, code) -> tuple[Document, list[Document]]:
    documents = _documents(request)
    found = next((d for d in documents if d.code == code), None)
    if found is None:
        raise Http404
    return found, documents


def _page(request, document, documents, number=None):
    user = request.user
    with_changes = request.GET.get("changes") == "1"
    reading = read(document, user, number=number, with_changes=with_changes)
    if reading is None:
        if number is not None or not (user.is_authenticated and user.is_council):
            raise Http404
        return redirect("compact:versions", document.code)
    version = reading.version
    count, signatures = (0, []) if version.is_draft else newest_signatures(version, user)
    context = {
        "document": document,
        "others": [
            d for d in documents if d != document and (d.adopted_number or may.can_draft_version(user))
        ],
        "reading": reading,
        "version": version,
        "with_changes": with_changes and reading.former,
        "count": count,
        "signatures": signatures,
        "standing": standing(version, user) if user.is_authenticated else None,
        "may_draft": may.can_draft_version(user),
        "may_edit": may.can_edit_version(user, version),
        "may_adopt": may.can_adopt_version(user, version),
    }
    return render(request, "compact/document.html", context)


@public
@require_safe
def versions(request, code):
    """Every version the reader may see; council people also see who did what."""
    thing = get_object_or_404(Document.objects.visible_to(request.user), code=code)
    found = list(thing.versions.visible_to(request.user).for_list())
    is_council = request.user.is_authenticated and request.user.is_council
    return render(
        request,
        "compact/versions.html",
        {
            "document": thing,
            "versions": found,
            "may_draft": may.can_draft_version(request.user) and not any(v.is_draft for v in found),
            "is_council": is_council,
            "entries": timeline(found[0]) if is_council and found else [],
        },
    )


@public
@require_safe
def signatories(request, code, number):
    """Who stands by a version, by name; with format=csv as a spreadsheet."""
    thing = _version(request, code, number)
    require(not thing.is_draft)
    found = thing.signatures.visible_to(request.user).current().for_list()
    with_people = may.can_see_who_signed(request.user)
    if request.GET.get("format") == "csv":
        header = ["Organisation", "Signed on"] + (["Signed by", "Role"] if with_people else [])
        return csv_response(f"signatories-{thing.document.code}-{number}", header, _rows(found, with_people))
    context = {"version": thing, "page": page_of(request, found, per_page=50), "with_people": with_people}
    return render(request, "compact/signatories.html", context)


def _rows(signatures, with_people):
    for s in signatures.iterator(chunk_size=500):
        yield [s.organisation.name, timezone.localdate(s.signed_at)] + (
            [s.signed_by.display_name, s.role] if with_people else []
        )


def _version(request, code, number) -> Version:
    found = Version.objects.visible_to(request.user).for_page()
    return get_object_or_404(found, document__code=code, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def version_sign(request, code, number):
    """Say what signing means, and sign. A second click finds it signed and changes nothing."""
    thing = _version(request, code, number)
    stands = standing(thing, request.user)
    asked = request.POST.get("organisation") or request.GET.get("organisation")
    done = next((s for s in stands.signed if str(s.organisation_id) == asked or not stands.to_sign), None)
    if done:
        messages.info(
            request, _("%(organisation)s has signed already.") % {"organisation": done.organisation}
        )
        return redirect(thing.document)
    require(any(may.can_sign_version(request.user, thing, o) for o in stands.to_sign))
    form = SignForm(request.POST or None, organisations=stands.to_sign, initial={"organisation": asked})
    form.cancel_href = thing.document.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        organisation, role = form.cleaned_data["organisation"], form.cleaned_data["role"]
        signature = form.perform(operations.sign_version, thing.pk, organisation, role=role, by=request.user)
        if signature:
            words = _("Thank you. %(organisation)s has signed. We have sent you a receipt by email.")
            messages.success(request, words % {"organisation": signature.organisation})
            return redirect(thing.document)
    context = {"form": form, "version": thing, "to_sign": stands.to_sign, "words": operations.pledge(thing)}
    return render(request, "compact/version_sign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def signature_withdraw(request, pk):
    found = Signature.objects.visible_to(request.user).select_related("organisation", "version__document")
    signature = get_object_or_404(found, pk=pk)
    if signature.withdrawn_at and may.can_draft_version(request.user) | (signature.signed_by == request.user):
        messages.info(request, _("This signature has been withdrawn already."))
        return redirect(signature.version.document)
    require(may.can_withdraw_signature(request.user, signature))
    form = WithdrawForm(request.POST or None)
    form.cancel_href = signature.version.document.get_absolute_url()
    reason = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    if reason and form.perform(operations.withdraw_signature, pk, by=request.user, **reason):
        messages.success(request, _("The signature has been withdrawn."))
        return redirect(signature.version.document)
    return render(request, "compact/signature_withdraw.html", {"form": form, "signature": signature})
