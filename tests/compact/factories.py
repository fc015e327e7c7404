"""Documents, versions and signatures, made through the operations."""

from itertools import count

from compact import operations
from compact.models import Document, Signature, Version
from tests.factories import make_officer
from tests.organisations.factories import make_lead, make_organisation

numbers = count(1)
CLAUSES = (
    ("1", "How we work together", "", "both"),
    ("1.1", "", "Treat each other with respect and say early when something is wrong.", "both"),
    ("1.2", "Notice", "Give three months’ notice in writing before funding changes or ends.", "council"),
    ("2", "Being accountable", "", "both"),
    ("2.1", "", "Report on time and say what did not work.", "sector"),
)


def make_document(kind: str = "compact", title: str = "", code: str = "") -> Document:
    number = next(numbers)
    return operations.add_document(
        kind=kind, title=title or f"Document {number}", code=code or f"document-{number}", by=make_officer()
    )


def make_draft(document: Document | None = None, clauses=CLAUSES) -> Version:
    """The first draft of a document, or its next one, with a few clauses."""
    document = document or make_document(title="The Compact")
    draft = document.versions.drafts().first() or operations.draft_version(document.pk, by=make_officer())
    for number, heading, text, side in clauses if not draft.clauses.exists() else ():
        operations.add_clause(
            draft.pk, number=number, heading=heading, text=text, side=side, by=make_officer()
        )
    return draft


def make_adopted(document: Document | None = None, **facts) -> Version:
    return operations.adopt_version(
        make_draft(document).pk, by=facts.pop("by", None) or make_officer(), **facts
    )


def make_signature(version: Version, organisation=None) -> Signature:
    organisation = organisation or make_organisation()
    lead = make_lead(organisation)
    return operations.sign_version(version.pk, organisation.pk, role="Chair", by=lead)
