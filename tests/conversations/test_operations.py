"""Record, edit, post, correct, discard; what is to be followed up."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisations.conversations import operations
from organisations.conversations.models import Conversation, FollowUp
from organisations.conversations.operations import Guest
from tests.conversations.factories import make_conversation, make_draft, make_followup
from tests.factories import make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db


def change(operation, conversation, by, **more):
    """What a form sends when nothing but `more` was changed."""
    facts = {
        name: getattr(conversation, name) for name in ("kind", "held_on", "subject", "summary", "audience")
    }
    who = {
        "organisations": [one.pk for one in conversation.organisations],
        "officers": [one.person_id for one in conversation.officers],
        "people": [],
    }
    return operation(conversation.pk, by=by, **({"version": conversation.version} | facts | who | more))


def recipients(kind: str) -> list[str]:
    return sorted(
        email
        for message in Message.objects.filter(kind=kind)
        for email in message.deliveries.values_list("email", flat=True)
    )


# Recording ---------------------------------------------------------------------------------------------
def test_record_conversation_begins_a_draft_with_everybody():
    officer, colleague = make_officer(), make_officer()
    ours, theirs = make_organisation("Ashfield"), make_organisation("Birch Lane")
    member = make_lead(ours, name="Lee Lead")
    draft = operations.record_conversation(
        key=uuid4(),
        by=officer,
        kind="visit",
        held_on=date(2026, 3, 2),
        subject="A look at the hall",
        organisations=[ours.pk, theirs.pk],
        officers=[officer.pk, colleague.pk, officer.pk],
        people=[Guest(person=member.pk, organisation=ours.pk), Guest(name="Tom Key", post="Caretaker")],
        todo={"what": "Find a plumber", "owner": colleague, "due_on": date(2026, 3, 9)},
    )
    assert draft.is_draft
    assert [one.name for one in draft.organisations] == ["Ashfield", "Birch Lane"]
    assert [one.person for one in draft.officers] == [officer, colleague]
    assert [str(one) for one in draft.people] == ["Lee Lead", "Tom Key, Caretaker"]
    assert draft.took_part == (
        f"Ashfield; Birch Lane. For the council: {officer}; {colleague}. Lee Lead; Tom Key, Caretaker"
    )
    assert [str(one) for one in draft.follow_ups.all()] == ["Find a plumber"]
    assert recipients("followup_given") == []  # a draft is its author's alone


def test_record_conversation_twice_with_one_key_records_once():
    key, officer = uuid4(), make_officer()
    first = make_draft(by=officer, key=key)
    assert make_draft(by=officer, key=key, subject="Again").pk == first.pk
    assert Conversation.objects.get().subject == "How the winter went"


def test_record_conversation_refuses_an_empty_subject_and_an_unknown_kind():
    with pytest.raises(ValidationError, match="Enter a subject"):
        make_draft(subject="  ")
    with pytest.raises(ValidationError, match="Select a kind"):
        make_draft(kind="seance")
    assert not Conversation.objects.exists()


def test_record_conversation_refuses_an_organisation_that_is_gone():
    with pytest.raises(ValidationError, match="no longer on the register"):
        make_draft(organisations=[987654])


def test_record_conversation_refuses_more_people_than_a_hall_holds():
    guests = [Guest(name=f"Person {n}") for n in range(101)]
    with pytest.raises(ValidationError, match="no more than 100"):
        make_draft(people=guests)


def test_record_conversation_names_a_person_once_and_officers_not_as_guests():
    officer, member = make_officer(), make_user()
    draft = make_draft(
        by=officer,
        people=[Guest(person=member.pk), Guest(person=member.pk, post="Chair"), Guest(person=officer.pk)],
    )
    assert [one.person for one in draft.people] == [member]


def test_edit_draft_changes_facts_and_people():
    draft = make_draft()
    other, officer = make_organisation("Birch Lane"), make_officer()
    edited = change(
        operations.edit_draft,
        draft,
        draft.author,
        subject="Coats",
        organisations=[other.pk],
        officers=[officer.pk],
        people=[Guest(name="Tom Key")],
    )
    assert (edited.subject, edited.version) == ("Coats", 2)
    edited = Conversation.objects.get(pk=draft.pk)
    assert edited.took_part == f"Birch Lane. For the council: {officer}. Tom Key"
    assert [entry.what for entry in timeline(edited)] == ["Edited", "Recorded"]


def test_edit_draft_refuses_what_was_posted_and_a_stale_version():
    posted, draft = make_conversation(), make_draft()
    with pytest.raises(ValidationError, match="Correct it instead"):
        change(operations.edit_draft, posted, posted.author)
    with pytest.raises(Conflict):
        change(operations.edit_draft, draft, draft.author, version=99)


# Posting -----------------------------------------------------------------------------------------------
def test_post_conversation_for_officers_tells_nobody_outside():
    organisation = make_organisation()
    make_lead(organisation, email="lead@example.org")
    posted = make_conversation(organisation)
    assert (posted.status, posted.posted_at is not None) == ("final", True)
    assert recipients("conversation_shared") == []
    assert [entry.what for entry in timeline(posted)] == ["Posted", "Recorded"]


def test_post_conversation_shared_tells_those_who_lead_and_those_who_took_part():
    ours, outsiders = make_organisation(), make_organisation()
    make_lead(ours, email="lead@example.org")
    took_part = make_member(ours, email="took-part@example.org")
    make_member(ours, email="was-not-there@example.org")
    make_lead(outsiders, email="outsider@example.org")
    make_conversation(ours, audience="shared", people=[Guest(person=took_part.pk, organisation=ours.pk)])
    assert recipients("conversation_shared") == ["lead@example.org", "took-part@example.org"]


def test_post_conversation_gives_its_followups_to_their_owners():
    author, colleague = make_officer(), make_officer(email="colleague@council.example")
    draft = make_draft(by=author)
    make_followup(draft, owner=colleague), make_followup(draft, owner=author)
    operations.post_conversation(draft.pk, version=draft.version, by=author)
    assert recipients("followup_given") == ["colleague@council.example"]


def test_post_conversation_twice_changes_nothing():
    posted = make_conversation()
    again = operations.post_conversation(posted.pk, version=posted.version - 1, by=posted.author)
    assert again.posted_at == posted.posted_at


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"summary": " "}, "what was said"),
        ({"audience": ""}, "who may read it"),
        ({"organisations": []}, "at least one organisation"),
        ({"officers": []}, "at least one officer"),
    ],
)
def test_post_conversation_refuses_what_is_not_whole(missing, said):
    draft = make_draft(**missing)
    with pytest.raises(ValidationError, match=said):
        operations.post_conversation(draft.pk, version=draft.version, by=draft.author)


def test_post_conversation_refuses_the_future_and_words_that_changed():
    tomorrow = make_draft(held_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="in the future"):
        operations.post_conversation(tomorrow.pk, version=1, by=tomorrow.author)
    with pytest.raises(Conflict):
        operations.post_conversation(tomorrow.pk, version=2, by=tomorrow.author)


# Correcting --------------------------------------------------------------------------------------------
def test_correct_conversation_keeps_what_it_said_and_who_was_there():
    posted = make_conversation(make_organisation("Ashfield"))
    by = make_officer()
    change(
        operations.correct_conversation,
        posted,
        by,
        reason="It was gloves.",
        summary="They ran out of gloves.",
        organisations=[make_organisation("Birch Lane").pk],
    )
    entry = timeline(Conversation.objects.get(pk=posted.pk))[0]
    assert (entry.what, entry.who, entry.reason) == ("Corrected", str(by), "It was gloves.")
    changes = {one.label: (one.old, one.new) for one in entry.changes}
    assert changes["What was said"] == ("They ran out of coats.", "They ran out of gloves.")
    assert [words.split(".")[0] for words in changes["Who took part"]] == ["Ashfield", "Birch Lane"]


def test_correct_conversation_that_shares_it_tells_each_reader_once():
    ours, theirs = make_organisation(), make_organisation()
    make_lead(ours, email="ours@example.org"), make_lead(theirs, email="theirs@example.org")
    posted = make_conversation(ours)
    shared = change(
        operations.correct_conversation, posted, posted.author, reason="Agreed", audience="shared"
    )
    change(
        operations.correct_conversation,
        Conversation.objects.get(pk=shared.pk),
        posted.author,
        reason="They came too",
        organisations=[ours.pk, theirs.pk],
    )
    assert recipients("conversation_shared") == ["ours@example.org", "theirs@example.org"]


def test_correct_conversation_refuses_drafts_no_reason_what_is_not_whole_and_stale_versions():
    posted, draft = make_conversation(), make_draft()
    for thing, more, said in (
        (draft, {"reason": "Why"}, "still a draft"),
        (posted, {"reason": " "}, "why it is corrected"),
        (posted, {"reason": "Why", "organisations": []}, "at least one organisation"),
    ):
        with pytest.raises(ValidationError, match=said):
            change(operations.correct_conversation, thing, thing.author, **more)
    with pytest.raises(Conflict):
        change(operations.correct_conversation, posted, posted.author, reason="Why", version=1)
    assert Conversation.objects.get(pk=posted.pk).organisations == posted.organisations


def test_discard_draft_leaves_only_history():
    draft = make_draft()
    make_followup(draft)
    operations.discard_draft(draft.pk, by=draft.author)
    operations.discard_draft(draft.pk, by=draft.author)
    assert not Conversation.objects.exists()
    events = Conversation.pgh_event_models["removed"].objects.filter(pgh_label="removed")
    assert [event.pgh_context.metadata["deed"] for event in events] == ["discarded"]


def test_discard_draft_refuses_what_was_posted():
    posted = make_conversation()
    with pytest.raises(ValidationError, match="not discarded"):
        operations.discard_draft(posted.pk, by=posted.author)


# Follow-ups --------------------------------------------------------------------------------------------
def test_add_followup_tells_its_owner_and_a_second_click_adds_nothing():
    posted, owner, key = make_conversation(), make_officer(email="owner@council.example"), uuid4()
    for _click in range(2):
        operations.add_followup(
            posted.pk, key=key, what=" Send it ", owner=owner, due_on=date(2026, 12, 1), by=posted.author
        )
    assert str(FollowUp.objects.get()) == "Send it"
    assert recipients("followup_given") == ["owner@council.example"]


def test_add_followup_refuses_somebody_who_is_no_officer():
    with pytest.raises(ValidationError, match="not a council officer"):
        make_followup(make_conversation(), owner=make_user())


def test_edit_followup_tells_a_new_owner():
    followup = make_followup(make_conversation())
    owner = make_officer(email="new@council.example")
    facts = {"what": "Bring the form", "owner": owner, "due_on": date(2026, 12, 24)}
    operations.edit_followup(followup.pk, version=1, by=followup.owner, **facts)
    changed = FollowUp.objects.get()
    assert (changed.what, changed.owner, changed.due_on, changed.version) == (*facts.values(), 2)
    assert recipients("followup_given") == ["new@council.example"]
    assert [entry.what for entry in timeline(changed)] == ["Edited", "Added"]


def test_edit_followup_refuses_what_is_done_and_stale_versions():
    followup = make_followup(make_conversation())
    facts = {"what": "x", "owner": followup.owner, "due_on": followup.due_on, "by": followup.owner}
    with pytest.raises(Conflict):
        operations.edit_followup(followup.pk, version=5, **facts)
    operations.finish_followup(followup.pk, by=followup.owner)
    with pytest.raises(ValidationError, match="Reopen it first"):
        operations.edit_followup(followup.pk, version=2, **facts)


def test_finish_followup_and_reopen_it():
    followup = make_followup(make_conversation())
    done = operations.finish_followup(followup.pk, by=followup.owner)
    assert (
        operations.finish_followup(followup.pk, by=make_officer()).done_by == done.done_by == followup.owner
    )
    assert list(FollowUp.objects.open()) == []
    reopened = operations.reopen_followup(followup.pk, by=followup.owner)
    assert operations.reopen_followup(followup.pk, by=followup.owner).version == reopened.version
    assert (reopened.done_at, reopened.done_by) == (None, None)
    assert [entry.what for entry in timeline(reopened)] == ["Reopened", "Done", "Added"]


def test_finish_followup_refuses_one_of_a_draft():
    followup = make_followup(make_draft())
    with pytest.raises(ValidationError, match="Post the conversation first"):
        operations.finish_followup(followup.pk, by=followup.owner)
