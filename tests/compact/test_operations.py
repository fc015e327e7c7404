"""Each deed: what it does, what it refuses, its history, its mail."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from compact import operations
from compact.models import Document, Signature, Version, position_of
from organisations.models import Organisation
from tests.compact.factories import make_adopted, make_document, make_draft, make_signature
from tests.factories import make_officer
from tests.organisations.factories import make_lead, make_member, make_organisation
from vcse_portal.mail.models import Message
from vcse_portal.search.models import Entry
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def last_deed(thing) -> tuple:
    facts = thing.events.order_by("-pgh_id").first().pgh_context.metadata
    return facts["deed"], facts["user"]


def refused(operation, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        operation(*args, **kwargs)
    return caught.value.messages[0]


# Documents and drafts ----------------------------------------------------------------------------------
def test_add_document_begins_with_an_empty_draft():
    officer = make_officer()
    document = operations.add_document(kind="charter", title=" Our values ", code="our-values", by=officer)
    version = document.versions.get()
    assert (document.title, version.number, version.status) == ("Our values", 1, "draft")
    assert last_deed(document) == last_deed(version) == ("added", officer.pk)


def test_add_document_refuses_a_second_compact_and_a_used_address():
    make_document("compact", code="compact")
    by = make_officer()
    assert (
        refused(operations.add_document, kind="compact", title="B", code="b", by=by)
        == "There is a compact already."
    )
    assert "already exists" in refused(operations.add_document, kind="code", title="B", code="compact", by=by)
    assert Document.objects.count() == 1


def test_draft_version_copies_the_latest_and_remembers_where_each_clause_came_from():
    first, officer = make_adopted(), make_officer()
    draft = operations.draft_version(first.document_id, by=officer)
    copied = list(draft.clauses.values_list("number", "text", "side", "former"))
    assert copied == list(first.clauses.values_list("number", "text", "side", "pk"))
    assert (draft.number, draft.status, last_deed(draft)) == (2, "draft", ("drafted", officer.pk))


def test_draft_version_refused_while_there_is_one():
    draft = make_draft()
    assert refused(operations.draft_version, draft.document_id, by=make_officer()) == (
        "Version 1 is being drafted already."
    )


def test_edit_introduction_saves_words_and_refuses_a_stale_form():
    draft, officer = make_draft(), make_officer()
    seen = Version.objects.get(pk=draft.pk).revision
    saved = operations.edit_introduction(draft.pk, introduction="Why", revision=seen, by=officer)
    assert (saved.introduction, last_deed(saved)) == ("Why", ("edited the introduction", officer.pk))
    with pytest.raises(Conflict):
        operations.edit_introduction(draft.pk, introduction="Mine", revision=seen, by=officer)


# Clauses -------------------------------------------------------------------------------------------------
def test_add_clause_stands_where_its_number_says():
    draft, officer = make_draft(clauses=()), make_officer()
    for number in ("2", "1.10", "1.2", "1", "10", "1.2.1"):
        operations.add_clause(draft.pk, number=number, heading=f"H{number}", by=officer)
    assert [c.number for c in draft.clauses.all()] == ["1", "1.2", "1.2.1", "1.10", "2", "10"]
    assert last_deed(draft.clauses.first()) == ("clause added", officer.pk)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"number": "1.1", "text": "Again"}, "There is a clause 1.1 already."),
        ({"number": "3.1"}, "Enter a heading or the text of the clause."),
        ({"number": "3", "text": "Words"}, "Enter a heading: a whole number begins a section."),
        ({"number": "0", "heading": "A"}, "Give the number as 2, 2.3 or 2.3.1, with no part above 99."),
        ({"number": "1.2.3.4", "text": "A"}, "Give the number as 2, 2.3 or 2.3.1, with no part above 99."),
        ({"number": "3.1", "text": "A", "side": "nobody"}, "Value 'nobody' is not a valid choice."),
    ],
)
def test_add_clause_refuses_what_cannot_be(facts, said):
    draft = make_draft()
    assert refused(operations.add_clause, draft.pk, by=make_officer(), **facts) == said
    assert draft.clauses.count() == 5


def facts_of(clause, **changes) -> dict:
    return {n: getattr(clause, n) for n in ("number", "heading", "text", "side")} | changes


def test_edit_clause_rewords_and_renumbers():
    draft, officer = make_draft(), make_officer()
    clause = draft.clauses.get(number="1.1")
    operations.edit_clause(clause.pk, by=officer, revision=1, **facts_of(clause, number="2.2", text="New"))
    clause.refresh_from_db()
    assert (clause.number, clause.text, clause.position, clause.revision) == (
        "2.2",
        "New",
        position_of("2.2"),
        2,
    )
    assert last_deed(clause) == ("clause edited", officer.pk)


def test_edit_clause_refuses_a_stale_form_and_a_number_in_use():
    draft, officer = make_draft(), make_officer()
    clause = draft.clauses.get(number="1.1")
    operations.edit_clause(clause.pk, by=officer, revision=1, **facts_of(clause, text="Theirs"))
    with pytest.raises(Conflict):
        operations.edit_clause(clause.pk, by=officer, revision=1, **facts_of(clause, text="Mine"))
    said = refused(
        operations.edit_clause, clause.pk, by=officer, revision=2, **facts_of(clause, number="1.2")
    )
    assert said == "There is a clause 1.2 already."


def test_remove_clause_keeps_that_it_was_there_and_twice_does_no_harm():
    draft, officer = make_draft(), make_officer()
    clause = draft.clauses.get(number="1.1")
    events = clause.events.model
    operations.remove_clause(clause.pk, by=officer)
    operations.remove_clause(clause.pk, by=officer)
    assert draft.clauses.filter(number="1.1").count() == 0
    gone = events.objects.filter(pgh_obj_id=clause.pk, pgh_label="removed").get()
    assert gone.pgh_context.metadata["deed"] == "clause removed"


def test_nothing_of_an_adopted_version_can_be_changed():
    version, by = make_adopted(), make_officer()
    clause = version.clauses.get(number="1.1")
    said = "This version has been adopted. Draft a new version to change anything."
    assert refused(operations.add_clause, version.pk, number="3", heading="A", by=by) == said
    assert refused(operations.edit_clause, clause.pk, by=by, **facts_of(clause, text="B")) == said
    assert refused(operations.remove_clause, clause.pk, by=by) == said
    assert refused(operations.edit_introduction, version.pk, introduction="C", by=by) == said
    assert refused(operations.adopt_version, version.pk, by=by) == said


# Adopting ------------------------------------------------------------------------------------------------
def test_adopt_version_puts_it_in_force_and_into_search():
    draft, officer = make_draft(), make_officer()
    version = operations.adopt_version(draft.pk, by=officer, adopted_on=date(2026, 3, 2))
    version.refresh_from_db()
    assert (version.status, version.adopted_on, version.adopted_by) == ("adopted", date(2026, 3, 2), officer)
    assert last_deed(version) == ("adopted", officer.pk)
    assert Entry.objects.get(kind="compact").url == "/compact/"


def test_adopt_version_supersedes_the_one_before():
    first = make_adopted()
    second = make_adopted(first.document)
    first.refresh_from_db()
    assert (first.status, second.status, first.document.versions.adopted().get()) == (
        "superseded",
        "adopted",
        second,
    )
    assert last_deed(first)[0] == "adopted"


def test_adopt_version_refuses_the_future_an_empty_draft_and_a_day_before_the_last():
    by = make_officer()
    draft = make_draft()
    tomorrow = TODAY() + timedelta(days=1)
    assert refused(operations.adopt_version, draft.pk, by=by, adopted_on=tomorrow) == (
        "The day it was agreed must not be in the future."
    )
    empty = make_draft(make_document("charter"), clauses=())
    assert (
        refused(operations.adopt_version, empty.pk, by=by) == "Write at least one clause before adopting it."
    )
    operations.adopt_version(draft.pk, by=by)
    second = make_draft(draft.document)
    assert refused(operations.adopt_version, second.pk, by=by, adopted_on=date(2020, 1, 1)) == (
        "The version before was adopted later than this day."
    )


def test_adopt_version_refuses_a_draft_that_changed_since_it_was_read():
    draft, by = make_draft(), make_officer()
    seen = Version.objects.get(pk=draft.pk).revision
    operations.remove_clause(draft.clauses.get(number="1.1").pk, by=by)
    with pytest.raises(Conflict):
        operations.adopt_version(draft.pk, by=by, revision=seen)


def test_the_database_keeps_one_adopted_version_a_document():
    first = make_adopted()
    second = operations.draft_version(first.document_id, by=make_officer())
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=second.pk).update(
            status="adopted", adopted_on=TODAY(), adopted_at=timezone.now(), adopted_by=make_officer()
        )


# Signing -------------------------------------------------------------------------------------------------
def test_sign_version_keeps_who_signed_in_what_role_and_which_words():
    version, organisation = make_adopted(), make_organisation("Hale Youth Club")
    lead = make_lead(organisation)
    signature = operations.sign_version(version.pk, organisation.pk, role="Chair", by=lead)
    assert (signature.signed_by, signature.role, signature.withdrawn_at) == (lead, "Chair", None)
    assert signature.words == operations.pledge(version)
    assert last_deed(signature) == ("signed", lead.pk)
    assert list(Signature.objects.current()) == [signature]


def test_sign_version_sends_a_receipt():
    signature = make_signature(make_adopted(), make_organisation("Hale Youth Club"))
    message = Message.objects.get(kind="version_signed")
    assert [d.email for d in message.deliveries.all()] == [signature.signed_by.email]
    assert message.subject == "Hale Youth Club has signed The Compact"


def test_sign_version_refused_twice():
    version, organisation = make_adopted(), make_organisation("Ours")
    signature = make_signature(version, organisation)
    second = make_lead(organisation)
    for person in (signature.signed_by, second):
        said = refused(operations.sign_version, version.pk, organisation.pk, role="Chair", by=person)
        assert said == "Ours has signed already."
    assert (Signature.objects.count(), Message.objects.filter(kind="version_signed").count()) == (1, 1)


def test_sign_version_refused_on_a_draft_and_on_a_superseded_version():
    organisation = make_organisation()
    lead = make_lead(organisation)
    first = make_adopted()
    draft = operations.draft_version(first.document_id, by=make_officer())
    said = "Only the adopted version can be signed."
    assert refused(operations.sign_version, draft.pk, organisation.pk, role="A", by=lead) == said
    operations.adopt_version(draft.pk, by=make_officer())
    assert refused(operations.sign_version, first.pk, organisation.pk, role="A", by=lead) == said


def test_sign_version_refused_for_anyone_but_a_lead_of_an_active_organisation():
    version, organisation = make_adopted(), make_organisation()
    for person in (make_member(organisation), make_officer(), make_lead(make_organisation())):
        said = refused(operations.sign_version, version.pk, organisation.pk, role="A", by=person)
        assert said == "Only a lead of the organisation can sign for it."
    lead = make_lead(organisation)
    Organisation.objects.update(status="closed")
    said = refused(operations.sign_version, version.pk, organisation.pk, role="A", by=lead)
    assert said == "Only an active organisation can sign."


def test_withdraw_signature_then_sign_again_keeps_one_signature_and_its_history():
    signature = make_signature(make_adopted())
    lead = signature.signed_by
    operations.withdraw_signature(signature.pk, by=lead, reason="Trustees decided")
    assert list(Signature.objects.current()) == []
    assert last_deed(signature) == ("withdrawn", lead.pk)
    assert refused(operations.withdraw_signature, signature.pk, by=lead) == (
        "This signature has been withdrawn already."
    )
    again = operations.sign_version(
        signature.version_id, signature.organisation_id, role="Treasurer", by=lead
    )
    assert (again.pk, again.role, again.withdrawn_at) == (signature.pk, "Treasurer", None)
    deeds = [e.pgh_context.metadata["deed"] for e in again.events.order_by("pgh_id")]
    assert deeds == ["signed", "withdrawn", "signed"]
    assert Message.objects.filter(kind="version_signed").count() == 2
