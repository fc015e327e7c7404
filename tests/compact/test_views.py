import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compact import operations
from compact.models import Clause, Document, Signature, Version
from tests.compact.factories import make_adopted, make_document, make_draft, make_signature
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation

pytestmark = pytest.mark.django_db
COMPACT = "/compact/"


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def to(name, version, *more) -> str:
    return reverse(f"compact:{name}", args=[version.document.code, version.number, *more])


# Reading -------------------------------------------------------------------------------------------------
def test_compact_before_there_is_one_says_what_will_be_here(client):
    page = client.get(COMPACT)
    assert page.status_code == 200
    assert b"There is no Compact yet" in page.content
    assert b"Begin the Compact" not in page.content


def test_compact_shows_everyone_the_version_in_force(client):
    first = make_adopted()
    second = make_adopted(first.document)
    make_draft(first.document)
    page = client.get(COMPACT)
    assert page.context["version"] == second
    assert [line.clause.number for line in page.context["reading"].lines] == ["1", "1.1", "1.2", "2", "2.1"]
    assert [label for label, _ in page.context["reading"].contents] == [
        "1 How we work together",
        "2 Being accountable",
        "Who has signed",
    ]
    assert f'href="{second.get_absolute_url()}#clause-1-2"' in page.content.decode()


@pytest.mark.parametrize("person", ["visitor", "officer", "lead"])
def test_compact_asks_as_many_queries_for_four_rows_as_for_one(client, sign_in, person):
    version, ours = make_adopted(), make_organisation()
    reader = {"visitor": lambda: client, "officer": lambda: sign_in(make_officer())}.get(
        person, lambda: sign_in(make_lead(ours))
    )()
    make_signature(version)
    one = queries(reader, COMPACT)
    for _ in range(3):
        make_signature(version)
        make_document("code")
    for i in range(4):
        Clause.objects.create(version=version, number=f"2.{i + 2}", text="More", position=20_002 + i)
    assert one == queries(reader, COMPACT) <= 9


def test_document_shows_drafts_to_council_people_only(client, sign_in):
    draft = make_draft(make_document("charter"))
    for name in ("version", "signatories", "version_sign"):
        assert client.get(to(name, draft)).status_code in (302, 404)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(draft.document.get_absolute_url()).status_code == 404
    assert sign_in(make_user()).get(draft.get_absolute_url()).status_code == 404
    assert sign_in(make_councillor()).get(draft.get_absolute_url()).status_code == 200


def test_document_says_what_changed_since_the_version_before(client):
    first, by = make_adopted(), make_officer()
    draft = operations.draft_version(first.document_id, by=by)
    clause = draft.clauses.get(number="1.1")
    operations.edit_clause(
        clause.pk, number="1.1", heading="", text="Listen to each other.", side="both", by=by
    )
    operations.remove_clause(draft.clauses.get(number="2.1").pk, by=by)
    operations.add_clause(draft.pk, number="1.3", text="Meet twice a year.", by=by)
    operations.adopt_version(draft.pk, by=by)
    reading = client.get(COMPACT, {"changes": "1"}).context["reading"]
    changed = {line.clause.number: line.change for line in reading.lines}
    assert changed == {"1": "", "1.1": "changed", "1.2": "", "1.3": "new", "2": ""}
    assert [c.number for c in reading.removed] == ["2.1"]
    assert {line.change for line in client.get(COMPACT).context["reading"].lines} == {""}


@pytest.mark.parametrize("path", ["documents/none/", "documents/none/1/", "documents/none/versions/"])
def test_unknown_documents_are_not_there(client, path):
    make_adopted()
    assert client.get(COMPACT + path).status_code == 404


def test_version_number_nobody_wrote_is_not_there(client):
    version = make_adopted()
    assert client.get(reverse("compact:version", args=[version.document.code, 99])).status_code == 404


def test_versions_lists_what_was_adopted_and_history_for_council_people(client, sign_in):
    first = make_adopted()
    make_signature(first)
    make_adopted(first.document)
    make_draft(first.document)
    address = reverse("compact:versions", args=[first.document.code])
    page = client.get(address)
    assert [(v.number, v.signatories) for v in page.context["versions"]] == [(2, 0), (1, 1)]
    assert page.context["entries"] == []
    page = sign_in(make_councillor()).get(address)
    assert [v.number for v in page.context["versions"]] == [3, 2, 1]
    assert [e.what for e in page.context["entries"]] == ["Drafted"]


def test_versions_asks_as_many_queries_for_four_rows_as_for_one(client):
    first = make_adopted()
    address = reverse("compact:versions", args=[first.document.code])
    one = queries(client, address)
    for _ in range(3):
        make_adopted(first.document)
    assert one == queries(client, address) <= 6


# Who signed -----------------------------------------------------------------------------------------------
def test_signatories_asks_as_many_queries_for_four_rows_as_for_one(sign_in):
    version, reader = make_adopted(), sign_in(make_officer())
    make_signature(version)
    one = queries(reader, to("signatories", version))
    for _ in range(3):
        make_signature(version)
    assert one == queries(reader, to("signatories", version)) <= 6


def table(reader, version) -> list[dict]:
    text = reader.get(to("signatories", version), {"format": "csv"}).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_signatories_csv_names_people_to_council_people_only(client, sign_in):
    version = make_adopted()
    signature = make_signature(version, make_organisation('=HYPERLINK("x")'))
    make_signature(version, make_organisation("Hidden", is_published=False))
    gone = make_signature(version)
    operations.withdraw_signature(gone.pk, by=gone.signed_by)
    public, private = table(client, version), table(sign_in(make_officer()), version)
    assert [list(row) for row in public] == [["Organisation", "Signed on"]]
    assert public[0]["Organisation"] == '\'=HYPERLINK("x")'
    assert {row["Organisation"] for row in private} == {'\'=HYPERLINK("x")', "Hidden"}
    assert private[0]["Signed by"] == signature.signed_by.display_name


def test_signatories_csv_says_the_day_it_was_in_london(client):
    signature = make_signature(make_adopted())
    Signature.objects.update(signed_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert [row["Signed on"] for row in table(client, signature.version)] == ["2026-07-01"]


def test_pages_do_not_tell_visitors_who_signed(client):
    signature = make_signature(make_adopted())
    name = signature.signed_by.display_name
    for address in (COMPACT, to("signatories", signature.version)):
        assert name not in client.get(address).content.decode()


# Signing --------------------------------------------------------------------------------------------------
def signing(organisation, **changes) -> dict:
    return {"organisation": organisation.pk, "role": "Chair", "agree": "on"} | changes


def test_version_sign_signs_and_a_second_click_changes_nothing(sign_in):
    version, ours = make_adopted(), make_organisation()
    reader = sign_in(make_lead(ours))
    page = reader.get(to("version_sign", version))
    assert b"What signing means" in page.content
    assert page.context["form"]["organisation"].value() == ours.pk
    for _ in range(2):
        answer = reader.post(to("version_sign", version), signing(ours))
        assert (answer.status_code, answer.url) == (302, COMPACT)
    assert Signature.objects.get().organisation == ours


def test_version_sign_with_two_organisations_asks_which(sign_in):
    version, one, two = make_adopted(), make_organisation("One"), make_organisation("Two")
    lead = make_lead(one)
    two.memberships.create(
        user=lead, role="lead", starts_on="2026-01-01", confirmed_at="2026-01-01T10:00Z", confirmed_by=lead
    )
    reader = sign_in(lead)
    assert reader.post(to("version_sign", version), signing(one)).status_code == 302
    assert reader.post(to("version_sign", version), signing(one)).status_code == 302
    assert reader.post(to("version_sign", version), signing(two)).status_code == 302
    assert Signature.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agree": ""}, "agree"),
        ({"role": ""}, "role"),
        ({"role": "x" * 200_000}, "role"),
        ({"organisation": "0"}, "organisation"),
        ({"organisation": "nonsense"}, "organisation"),
    ],
)
def test_version_sign_says_what_is_missing_and_signs_nothing(sign_in, changes, field):
    version, ours = make_adopted(), make_organisation()
    answer = sign_in(make_lead(ours)).post(to("version_sign", version), signing(ours) | changes)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert Signature.objects.count() == 0


def test_version_sign_is_for_leads(client, sign_in):
    version, ours = make_adopted(), make_organisation()
    address = to("version_sign", version)
    assert client.get(address).status_code == 302
    for person in (make_member(ours), make_user(), make_officer(), make_councillor()):
        assert sign_in(person).get(address).status_code == 403
        assert sign_in(person).post(address, signing(ours)).status_code == 403
    assert Signature.objects.count() == 0


def test_version_sign_for_an_organisation_of_others_is_refused(sign_in):
    version, theirs = make_adopted(), make_organisation()
    answer = sign_in(make_lead(make_organisation())).post(to("version_sign", version), signing(theirs))
    assert (answer.status_code, Signature.objects.count()) == (200, 0)


def test_signature_withdraw_takes_it_off_the_list_and_twice_does_no_harm(sign_in):
    signature = make_signature(make_adopted())
    reader = sign_in(signature.signed_by)
    address = reverse("compact:signature_withdraw", args=[signature.pk])
    assert reader.get(address).status_code == 200
    for _ in range(2):
        assert reader.post(address, {"reason": ""}).status_code == 302
    assert list(Signature.objects.current()) == []
    assert signature.events.count() == 2


def test_signature_withdraw_is_for_its_leads_and_partnerships_officers(sign_in):
    signature = make_signature(make_adopted())
    address = reverse("compact:signature_withdraw", args=[signature.pk])
    for person in (make_user(), make_lead(make_organisation()), make_officer("property"), make_councillor()):
        assert sign_in(person).post(address).status_code == 403
    assert sign_in(make_officer()).get(address).status_code == 200


# Drafting ---------------------------------------------------------------------------------------------------
def test_officers_draft_and_adopt_from_start_to_end(sign_in):
    officer = sign_in(make_officer())
    officer.post(reverse("compact:document_add"), {"kind": "compact", "title": "The Compact"})
    draft = Version.objects.get()
    assert officer.get(to("version_edit", draft)).status_code == 200
    officer.post(
        to("clause_add", draft), {"number": "1", "heading": "Respect", "side": "both", "version": "1"}
    )
    text = {"number": "1.1", "text": "We listen.", "side": "council", "version": "1"}
    for _ in range(2):
        officer.post(to("clause_add", draft), text)
    clause = draft.clauses.get(number="1.1")
    assert draft.clauses.count() == 2
    officer.post(to("clause_edit", draft, clause.pk), text | {"text": "We listen first."})
    draft.refresh_from_db()
    officer.post(to("introduction_edit", draft), {"introduction": "Why", "version": draft.revision})
    assert officer.get(to("version_adopt", draft)).status_code == 200
    draft.refresh_from_db()
    day = {"adopted_on_0": "2", "adopted_on_1": "3", "adopted_on_2": "2026", "version": draft.revision}
    for _ in range(2):
        answer = officer.post(to("version_adopt", draft), day)
        assert (answer.status_code, answer.url) == (302, COMPACT)
    draft.refresh_from_db()
    assert (draft.status, draft.introduction) == ("adopted", "Why")
    assert draft.clauses.get(number="1.1").text == "We listen first."


def test_version_draft_pressed_twice_makes_one_draft(sign_in):
    version = make_adopted()
    officer = sign_in(make_officer())
    address = reverse("compact:version_draft", args=[version.document.code])
    for _ in range(2):
        assert officer.post(address).url == reverse("compact:version_edit", args=[version.document.code, 2])
    assert Version.objects.count() == 2


def test_clause_edit_of_a_stale_form_is_a_conflict_that_keeps_the_input(sign_in):
    draft = make_draft()
    clause = draft.clauses.get(number="1.1")
    facts = {"number": "1.1", "heading": "", "side": "both", "version": "1"}
    officer, address = sign_in(make_officer()), to("clause_edit", draft, clause.pk)
    officer.post(address, facts | {"text": "Theirs"})
    answer = officer.post(address, facts | {"text": "Mine"})
    clause.refresh_from_db()
    assert (answer.status_code, clause.text) == (409, "Theirs")
    assert b"Mine" in answer.content
    assert officer.post(address, facts | {"text": "Mine", "version": "2"}).status_code == 302


def test_introduction_edit_of_a_stale_form_is_a_conflict(sign_in):
    draft = make_draft()
    answer = sign_in(make_officer()).post(
        to("introduction_edit", draft), {"introduction": "Mine", "version": "0"}
    )
    assert answer.status_code == 409


def test_version_adopt_of_a_draft_changed_meanwhile_asks_to_read_it_again(sign_in):
    draft = make_draft()
    day = {"adopted_on_0": "2", "adopted_on_1": "3", "adopted_on_2": "2026", "version": "0"}
    answer = sign_in(make_officer()).post(to("version_adopt", draft), day)
    draft.refresh_from_db()
    assert (answer.url, draft.status) == (draft.get_absolute_url(), "draft")


def test_version_adopt_says_what_is_wrong_with_a_date(sign_in):
    draft = make_draft()
    revision = Version.objects.get(pk=draft.pk).revision
    day = {"adopted_on_0": "31", "adopted_on_1": "2", "adopted_on_2": "2026", "version": revision}
    answer = sign_in(make_officer()).post(to("version_adopt", draft), day)
    assert list(answer.context["form"].errors) == ["adopted_on"]


@pytest.mark.parametrize("name", ["version_edit", "introduction_edit", "clause_add", "version_adopt"])
def test_drafting_pages_are_for_partnerships_officers(client, sign_in, name):
    draft = make_draft()
    assert client.get(to(name, draft)).status_code == 302
    assert sign_in(make_user()).get(to(name, draft)).status_code == 404
    for person in (make_officer("property"), make_councillor()):
        assert sign_in(person).get(to(name, draft)).status_code == 403


def test_clause_of_another_version_cannot_be_reached_through_this_one(sign_in):
    draft = make_draft()
    other = make_draft(make_document("charter"))
    clause = other.clauses.first()
    officer = sign_in(make_officer())
    assert officer.get(to("clause_edit", draft, clause.pk)).status_code == 404
    officer.post(to("clause_remove", draft, clause.pk))
    assert Clause.objects.filter(pk=clause.pk).exists()


def test_clause_remove_asks_for_post_and_removes(sign_in):
    draft = make_draft()
    clause = draft.clauses.get(number="1.1")
    officer = sign_in(make_officer())
    assert officer.get(to("clause_remove", draft, clause.pk)).status_code == 405
    for _ in range(2):
        assert officer.post(to("clause_remove", draft, clause.pk)).status_code == 302
    assert not Clause.objects.filter(pk=clause.pk).exists()


@pytest.mark.parametrize("title", ["", "???", "x" * 10_000, "The Compact"])
def test_document_add_says_what_is_wrong(sign_in, title):
    make_document("charter", code="the-compact")
    answer = sign_in(make_officer()).post(reverse("compact:document_add"), {"kind": "code", "title": title})
    assert list(answer.context["form"].errors) == ["title"]
    assert Document.objects.count() == 1


def test_a_script_in_a_clause_is_not_run(client):
    draft = make_draft()
    operations.add_clause(draft.pk, number="3.1", text="<script>alert(1)</script>", by=make_officer())
    operations.adopt_version(draft.pk, by=make_officer())
    assert b"<script>alert" not in client.get(COMPACT).content
