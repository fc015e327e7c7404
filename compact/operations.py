"""Draft, adopt, sign, withdraw: the only writers of the Compact, the charter and the codes."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from . import emails
from .models import Clause, Document, Side, Signature, Version, position_of

KIND = "compact"


@transaction.atomic
def add_document(*, kind: str, title: str, code: str, by: User | None) -> Document:
    """Begin a document with an empty first draft. There is one Compact, one charter, and any number of codes."""
    document = Document(kind=kind, title=title.strip(), code=code)
    document.full_clean(validate_constraints=False)
    if kind != Document.Kind.CODE and Document.objects.filter(kind=kind).exists():
        raise ValidationError({"kind": f"There is a {document.get_kind_display().lower()} already."})
    with history.deed("added", by=by):
        document.save()
        document.versions.create(number=1)
    return document


@transaction.atomic
def draft_version(document_id: int, *, by: User | None) -> Version:
    """Start the next version as a copy of the latest one. Refused while there is a draft."""
    document = Document.objects.select_for_update().get(pk=document_id)
    latest = document.versions.order_by("-number").first()
    if latest and latest.is_draft:
        raise ValidationError(f"Version {latest.number} is being drafted already.")
    with history.deed("drafted", by=by):
        draft = document.versions.create(
            number=latest.number + 1 if latest else 1, introduction=latest.introduction if latest else ""
        )
        Clause.objects.bulk_create(
            _copy(clause, draft) for clause in (latest.clauses.all() if latest else ())
        )
    return draft


def _copy(clause: Clause, draft: Version) -> Clause:
    kept = {name: getattr(clause, name) for name in ("number", "heading", "text", "side", "position")}
    return Clause(version=draft, former=clause, **kept)


@transaction.atomic
def edit_introduction(
    version_id: int, *, introduction: str, revision: int | None = None, by: User
) -> Version:
    """Change the words before the first clause of a draft. Raises Conflict on a stale revision."""
    version = _draft(version_id)
    check_version(version, revision, counter="revision")
    with history.deed("edited the introduction", by=by):
        version.introduction, version.revision = introduction, version.revision + 1
        version.save(update_fields=["introduction", "revision"])
    return version


@transaction.atomic
def add_clause(
    version_id: int, *, number: str, heading: str = "", text: str = "", side: str = Side.BOTH, by: User | None
) -> Clause:
    """Add a clause to a draft; its number is its place."""
    version = _draft(version_id)
    clause = Clause(version=version, number=number, heading=heading, text=text, side=side)
    _settle(clause)
    with history.deed("clause added", by=by):
        clause.save()
        _count_save(version)
    return clause


@transaction.atomic
def edit_clause(
    clause_id: int, *, number: str, heading: str, text: str, side: str, revision: int | None = None, by: User
) -> Clause:
    """Reword or renumber a clause of a draft. Raises Conflict when someone saved it since `revision`."""
    version = _draft(Clause.objects.values_list("version", flat=True).get(pk=clause_id))
    clause = version.clauses.select_for_update(of=("self",)).get(pk=clause_id)
    check_version(clause, revision, counter="revision")
    clause.number, clause.heading, clause.text, clause.side = number, heading, text, side
    _settle(clause)
    clause.revision += 1
    with history.deed("clause edited", by=by):
        clause.save(update_fields=["number", "heading", "text", "side", "position", "revision"])
        _count_save(version)
    return clause


@transaction.atomic
def remove_clause(clause_id: int, *, by: User) -> None:
    """Take a clause out of a draft; the version it was copied from keeps it."""
    clause = Clause.objects.filter(pk=clause_id).first()
    if clause is None:
        return
    version = _draft(clause.version_id)
    with history.deed("clause removed", by=by):
        clause.delete()
        _count_save(version)


def _count_save(version: Version) -> None:
    """So that nobody adopts a draft they have not seen as it now is."""
    version.revision += 1
    version.save(update_fields=["revision"])


def _settle(clause: Clause) -> None:
    """Set what follows from the number, and refuse what cannot be."""
    clause.heading, clause.text = clause.heading.strip(), clause.text.strip()
    clause.full_clean(exclude=["position", "former"], validate_unique=False, validate_constraints=False)
    clause.position = position_of(clause.number)
    if not clause.heading and not clause.text:
        raise ValidationError({"text": "Enter a heading or the text of the clause."})
    if clause.is_section and not clause.heading:
        raise ValidationError({"heading": "Enter a heading: a whole number begins a section."})
    if clause.version.clauses.filter(number=clause.number).exclude(pk=clause.pk).exists():
        raise ValidationError({"number": f"There is a clause {clause.number} already."})


@transaction.atomic
def adopt_version(
    version_id: int,
    *,
    by: User,
    adopted_on: date | None = None,
    revision: int | None = None,
    now: datetime | None = None,
) -> Version:
    """Make a draft the wording in force, from the day both sides agreed; it supersedes the one before.

    Raises Conflict when the draft was changed since `revision` was read.
    """
    now = now or timezone.now()
    adopted_on = adopted_on or timezone.localdate(now)
    draft = _draft(version_id)
    check_version(draft, revision, counter="revision")
    if adopted_on > timezone.localdate(now):
        raise ValidationError({"adopted_on": "The day it was agreed must not be in the future."})
    if not draft.clauses.exclude(text="").exists():
        raise ValidationError("Write at least one clause before adopting it.")
    with history.deed("adopted", by=by):
        for former in draft.document.versions.select_for_update().filter(status=Version.Status.ADOPTED):
            if adopted_on < former.adopted_on:
                raise ValidationError({"adopted_on": "The version before was adopted later than this day."})
            former.status = Version.Status.SUPERSEDED
            former.save(update_fields=["status"])
        draft.status, draft.adopted_on = Version.Status.ADOPTED, adopted_on
        draft.adopted_at, draft.adopted_by = now, by
        draft.revision += 1
        draft.save(update_fields=["status", "adopted_on", "adopted_at", "adopted_by", "revision"])
    search.index(KIND, [draft.document_id])
    return draft


@transaction.atomic
def sign_version(
    version_id: int, organisation_id: int, *, role: str, by: User, now: datetime | None = None
) -> Signature:
    """Sign for an organisation the person leads today, and send them a receipt.

    Refused on a draft or superseded version, for an organisation that is not active, and twice. An organisation
    that withdrew may sign again: it is the same signature, its history kept.
    """
    version = Version.objects.select_for_update(of=("self",)).select_related("document").get(pk=version_id)
    if not version.is_adopted:
        raise ValidationError(_("Only the adopted version can be signed."))
    organisation = Organisation.objects.led_by(by).filter(pk=organisation_id).first()
    if organisation is None:
        raise ValidationError(_("Only a lead of the organisation can sign for it."))
    if organisation.status != Organisation.Status.ACTIVE:
        raise ValidationError(_("Only an active organisation can sign."))
    signature = version.signatures.select_for_update().filter(organisation=organisation).first()
    if signature and signature.withdrawn_at is None:
        raise ValidationError(_("%(organisation)s has signed already.") % {"organisation": organisation})
    signature = signature or Signature(version=version, organisation=organisation)
    signature.signed_by, signature.signed_at, signature.role = by, now or timezone.now(), role.strip()
    signature.words, signature.withdrawn_at, signature.withdrawn_by = pledge(version), None, None
    signature.full_clean(validate_unique=False, validate_constraints=False)
    with history.deed("signed", by=by):
        signature.save()
    emails.version_signed(signature)
    return signature


def pledge(version: Version) -> str:
    """The sentence a person agrees to when signing; kept with the signature."""
    return _(
        "We have read %(document)s, version %(number)s. We will keep the promises it makes for the sector and for"
        " both sides, and we expect the council to keep its own."
    ) % {"document": version.document.title, "number": version.number}


@transaction.atomic
def withdraw_signature(
    signature_id: int, *, by: User, reason: str = "", now: datetime | None = None
) -> Signature:
    """Take an organisation's signature back from today. Refused when it has been withdrawn already."""
    signature = Signature.objects.select_for_update().get(pk=signature_id)
    if signature.withdrawn_at:
        raise ValidationError(_("This signature has been withdrawn already."))
    facts = {"reason": reason.strip()} if reason.strip() else {}
    with history.deed("withdrawn", by=by, **facts):
        signature.withdrawn_at, signature.withdrawn_by = now or timezone.now(), by
        signature.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return signature


def _draft(version_id: int) -> Version:
    version = Version.objects.select_for_update(of=("self",)).select_related("document").get(pk=version_id)
    if not version.is_draft:
        raise ValidationError("This version has been adopted. Draft a new version to change anything.")
    return version
