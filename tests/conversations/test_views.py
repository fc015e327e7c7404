"""The list, a conversation's page, its deeds, follow-ups."""

import csv
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from organisations.conversations.models import Conversation, FollowUp
from organisations.conversations.operations import Guest
from organisations.operations import add_membership
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.factories import make_councillor, make_officer
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db
LIST = "/conversations/"


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


def csv_of(response) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def address(name: str, thing) -> str:
    return reverse(f"conversations:{name}", args=[thing.pk])


# The list ----------------------------------------------------------------------------------------------
def _several(number: int, officer) -> None:
    for _n in range(number):
        ours, theirs = make_organisation(), make_organisation()
        guests = [
            Guest(person=make_lead(ours).pk, organisation=ours.pk),
            Guest(name="Tom", organisation=theirs.pk),
        ]
        posted = make_conversation(
            by=officer, organisations=[ours.pk, theirs.pk], people=guests, audience="shared"
        )
        make_followup(posted)


@pytest.mark.parametrize("who", ["officer", "member", "councillor"])
def test_conversations_asks_as_many_queries_for_four_rows_as_for_one(
    sign_in, who, django_assert_max_num_queries, django_assert_num_queries
):
    officer = make_officer()
    _several(1, officer)
    people = {"officer": officer, "councillor": make_councillor()}
    reader = people.get(who) or make_lead(Conversation.objects.get().organisations[0])
    client = sign_in(reader)
    client.get(LIST)
    with django_assert_max_num_queries(6) as asked:
        client.get(LIST)
    _several(3, officer)
    if who == "member":
        for one in Conversation.objects.all():
            make_also_lead(reader, one.organisations[0])
    with django_assert_num_queries(len(asked)):
        page = words_of(client.get(LIST))
    assert "4 conversations" in page


def make_also_lead(person, organisation):
    if not organisation.memberships.filter(user=person).exists():
        add_membership(organisation.pk, person.pk, role="lead", by=make_officer())


def test_conversation_page_asks_at_most_nine_queries_however_much_is_on_it(
    sign_in, django_assert_max_num_queries, django_assert_num_queries
):
    posted = make_conversation(people=[Guest(name="Tom")])
    make_followup(posted)
    client = sign_in(posted.author)
    client.get(posted.get_absolute_url())
    with django_assert_max_num_queries(9) as asked:
        client.get(posted.get_absolute_url())
    for _n in range(3):
        make_followup(posted, owner=make_officer())
    with django_assert_num_queries(len(asked)):
        client.get(posted.get_absolute_url())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Coats", "Hall", "Oven"]),
        ("q=coat", ["Coats"]),
        ("q=ran+gloves", ["Coats"]),
        ("organisation=ash", ["Coats", "Hall"]),
        ("organisation=trust+birch", ["Oven"]),
        ("kind=call&kind=visit", ["Hall", "Oven"]),
        ("first_0=1&first_1=3&first_2=2026", ["Coats", "Hall"]),
        ("last_0=1&last_1=3&last_2=2026", ["Hall", "Oven"]),
        ("open=on", ["Hall"]),
        ("kind=seance", ["Coats", "Hall", "Oven"]),
        ("page=99", ["Coats", "Hall", "Oven"]),
    ],
)
def test_conversations_are_narrowed_by_what_is_asked(sign_in, query, found):
    ours, theirs = make_organisation("Ashfield Youth Club"), make_organisation("Birch Lane Trust")
    make_conversation(ours, subject="Coats", summary="They ran out of gloves", held_on=date(2026, 4, 1))
    hall = make_conversation(ours, subject="Hall", summary="-", kind="call", held_on=date(2026, 3, 1))
    make_conversation(theirs, subject="Oven", summary="-", kind="visit", held_on=date(2026, 2, 1))
    make_followup(hall)
    page = words_of(sign_in(make_officer()).get(f"{LIST}?{query}"))
    assert [one for one in ("Coats", "Hall", "Oven") if f">{one}</a>" in page] == found


def test_conversations_can_be_narrowed_to_an_officer_and_to_ones_drafts(sign_in):
    officer, other = make_officer(name="Pat Example"), make_officer()
    make_conversation(by=officer, subject="Coats"), make_conversation(by=other, subject="Hall")
    make_draft(by=officer, subject="Oven")
    client = sign_in(officer)
    page = words_of(client.get(f"{LIST}?officer={officer.pk}"))
    assert "2 conversations, in which Pat Example took part" in page
    page = words_of(client.get(f"{LIST}?drafts=on"))
    assert ("1 draft" in page, ">Oven</a>" in page, ">Coats</a>" in page) == (True, True, False)


def test_conversations_as_csv_hold_what_the_list_holds_and_no_formula(sign_in):
    ours = make_organisation("=Ashfield")
    posted = make_conversation(
        ours,
        by=make_officer(name="Pat Example"),
        subject="=1+1",
        summary="**They** ran out",
        held_on=date(2026, 4, 1),
        held_at="14:30",
        people=[Guest(name="Tom Key", post="Caretaker")],
    )
    make_followup(posted)
    make_conversation(subject="Not asked for")
    header, *rows = csv_of(sign_in(make_officer()).get(f"{LIST}?q=1%2B1&format=csv"))
    assert dict(zip(header, rows[0], strict=True)) == {
        "Date": "2026-04-01",
        "Time": "2:30pm",
        "Kind": "Meeting",
        "Subject": "'=1+1",
        "Organisations": "'=Ashfield",
        "People": "Tom Key, Caretaker",
        "Council officers": "Pat Example",
        "Place": "",
        "What was said": "They ran out",
        "Who may read it": "Council officers only",
        "Follow-ups still open": "1",
        "Written by": "Pat Example",
        "Page": f"http://127.0.0.1:8000/conversations/{posted.pk}/",
    }
    assert len(rows) == 1


def test_conversations_say_when_there_is_nothing(sign_in):
    officer, member = sign_in(make_officer()), sign_in(make_lead(make_organisation()))
    assert "No conversation has been recorded yet" in words_of(officer.get(LIST))
    assert "Nothing has been shared with you yet" in words_of(member.get(LIST))
    assert "No conversation found" in words_of(officer.get(f"{LIST}?q=nothing"))


def test_members_find_no_officers_filter(sign_in):
    page = words_of(sign_in(make_lead(make_organisation())).get(LIST))
    assert ("My drafts only" in page, ">Officer<" in page) == (False, False)


# One conversation --------------------------------------------------------------------------------------
def test_conversation_says_in_words_who_can_read_it(sign_in):
    ours, theirs = make_organisation("Ashfield"), make_organisation("Birch Lane")
    officer = make_officer()
    client = sign_in(officer)
    only = make_conversation(ours, by=officer)
    shared = make_conversation(by=officer, organisations=[ours.pk, theirs.pk], audience="shared")
    draft = make_draft(by=officer, organisations=[ours.pk, theirs.pk], audience="shared")
    undecided = make_draft(by=officer, audience="")
    assert "Only council officers can read this." in words_of(client.get(only.get_absolute_url()))
    assert "everyone who speaks for Ashfield and Birch Lane can read this" in words_of(
        client.get(shared.get_absolute_url())
    )
    page = words_of(client.get(draft.get_absolute_url()))
    assert "Once posted, everyone who speaks for Ashfield and Birch Lane can read it" in page
    assert "Post conversation" in page
    page = words_of(client.get(undecided.get_absolute_url()))
    assert ("choose who may read it" in page, "Post conversation" in page) == (True, False)


def test_conversation_shows_members_reading_and_no_deeds(sign_in):
    ours = make_organisation()
    posted = make_conversation(ours, audience="shared", summary="A **summary**")
    make_followup(posted, what="Send the form")
    page = words_of(sign_in(make_lead(ours)).get(posted.get_absolute_url()))
    deeds = ("Correct it", "Mark as done", "Add a follow-up", "History")
    assert [words in page for words in deeds] == [False] * 4
    assert [words in page for words in ("A <strong>summary</strong>", "Send the form")] == [True, True]


def test_conversation_post_takes_the_words_that_were_read(sign_in):
    draft = make_draft()
    client = sign_in(draft.author)
    stale = client.post(address("conversation_post", draft), {"version": "0"})
    assert (stale.status_code, "Read it again" in words_of(stale)) == (409, True)
    for _click in range(2):
        response = client.post(address("conversation_post", draft), {"version": draft.version})
        assert response.url == draft.get_absolute_url()
    assert Conversation.objects.get().posted_at is not None


def test_conversation_post_says_what_is_missing(sign_in):
    draft = make_draft(summary="")
    response = sign_in(draft.author).post(address("conversation_post", draft), {"version": 1}, follow=True)
    assert "Before posting, enter what was said." in words_of(response)


def test_conversation_discard_asks_first(sign_in):
    draft = make_draft()
    client = sign_in(draft.author)
    assert "Nobody else has seen them" in words_of(client.get(address("conversation_discard", draft)))
    response = client.post(address("conversation_discard", draft), follow=True)
    assert "The draft is discarded." in words_of(response)
    assert not Conversation.objects.exists()


def test_deeds_on_anothers_conversation_are_refused(sign_in):
    posted, client = make_conversation(), sign_in(make_officer("property"))
    for name in ("conversation_edit", "conversation_correct", "conversation_discard"):
        assert client.get(address(name, posted)).status_code == 403
    assert client.post(address("conversation_post", posted), {"version": 2}).status_code == 403
    followup = make_followup(posted)
    assert client.get(address("followup_edit", followup)).status_code == 403
    assert client.post(address("followup_finish", followup)).status_code == 403


# Follow-ups --------------------------------------------------------------------------------------------
def followup_answers(owner, **more) -> dict:
    return {
        "what": "Send the form",
        "owner": owner.pk,
        "due_on_0": "24",
        "due_on_1": "12",
        "due_on_2": "2026",
        "key": str(uuid4()),
    } | more


def test_followup_add_saves_once(sign_in):
    posted, owner = make_conversation(), make_officer()
    client, answers = sign_in(posted.author), followup_answers(owner)
    for _click in range(2):
        response = client.post(address("followup_add", posted), answers)
        assert response.url == posted.get_absolute_url() + "#follow-ups"
    followup = FollowUp.objects.get()
    assert (followup.what, followup.owner, followup.due_on) == ("Send the form", owner, date(2026, 12, 24))


def test_followup_edit_keeps_what_a_colleague_wrote_meanwhile(sign_in):
    followup = make_followup(make_conversation())
    client = sign_in(followup.owner)
    answers = followup_answers(followup.owner, what="Bring it", version=followup.version)
    client.post(address("followup_edit", followup), answers)
    stale = client.post(address("followup_edit", followup), answers | {"what": "Burn it"})
    assert (stale.status_code, "Bring it" in words_of(stale), "Burn it" in words_of(stale)) == (
        409,
        True,
        True,
    )
    assert FollowUp.objects.get().what == "Bring it"


def test_followup_finish_and_reopen(sign_in):
    followup = make_followup(make_conversation())
    client = sign_in(followup.owner)
    assert "Done. You can reopen it" in words_of(
        client.post(address("followup_finish", followup), follow=True)
    )
    assert FollowUp.objects.get().is_done
    assert "to be done again" in words_of(client.post(address("followup_reopen", followup), follow=True))
    assert not FollowUp.objects.get().is_done


# On an organisation's page -----------------------------------------------------------------------------
def test_tag_shows_each_reader_what_they_may_read(rf, django_assert_num_queries):
    ours = make_organisation("Ashfield")
    make_manager(ours, make_officer(name="Pat Example"))
    make_conversation(ours, subject="Roof"), make_conversation(ours, subject="Winter", audience="shared")
    make_conversation(subject="Another's", audience="shared"), make_draft(ours, subject="Draft")
    template = Template("{% load conversations %}{% conversations_of organisation %}")

    def shown(user, queries):
        request = rf.get("/")
        request.user = user
        with django_assert_num_queries(queries):
            page = template.render(Context({"request": request, "organisation": ours}))
        return [
            w for w in ("Pat Example", "Roof", "Winter", "Another", "Draft", "Handover pack") if w in page
        ]

    assert shown(AnonymousUser(), 0) == []
    assert shown(make_officer(), 2) == ["Pat Example", "Roof", "Winter", "Handover pack"]
    assert shown(make_councillor(), 2) == ["Pat Example", "Winter"]
    assert shown(make_lead(ours), 2) == ["Pat Example", "Winter"]
    assert shown(make_lead(make_organisation()), 2) == []


# Relationships -----------------------------------------------------------------------------------------
def _kept(number: int) -> None:
    for _n in range(number):
        organisation = make_organisation()
        make_manager(organisation, today=date(2024, 1, 1))
        make_conversation(organisation, held_on=date(2025, 1, 1))


def test_relationships_asks_at_most_six_queries_for_one_and_for_four(
    sign_in, django_assert_max_num_queries, django_assert_num_queries
):
    _kept(1)
    client, page = sign_in(make_officer()), reverse("conversations:relationships")
    client.get(page)
    with django_assert_max_num_queries(6) as asked:
        client.get(page)
    _kept(3)
    with django_assert_num_queries(len(asked)):
        assert "4 organisations" in words_of(client.get(page))


def test_relationships_are_narrowed_and_said_in_a_sentence(sign_in):
    today, pat = timezone.localdate(), make_officer(name="Pat Example")
    quiet, lively = make_organisation("Quiet One"), make_organisation("Lively One")
    make_organisation("Hub", is_infrastructure=True)
    for organisation in (quiet, lively):
        make_manager(organisation, pat, today=today - timedelta(days=700))
    make_conversation(lively, held_on=today)
    client, page = sign_in(make_officer()), reverse("conversations:relationships")

    def shown(query):
        answer = words_of(client.get(f"{page}?{query}"))
        return [name for name in ("Quiet One", "Lively One", "Hub") if f">{name}</a>" in answer], answer

    assert shown("")[0] == ["Quiet One", "Lively One", "Hub"]
    assert shown("quiet=on")[0] == ["Quiet One"]
    assert shown("kept=nobody")[0] == ["Hub"]
    found, answer = shown(f"kept={pat.pk}&quiet=on")
    assert found == ["Quiet One"]
    assert "1 organisation not spoken with for 6 months, kept by Pat Example" in answer


def test_relationships_as_csv_say_why_and_since_when(sign_in):
    organisation = make_organisation("Quiet One", is_anchor=True)
    make_manager(organisation, make_officer(name="Pat Example"), today=date(2024, 1, 1))
    make_conversation(organisation, held_on=date(2025, 1, 31))
    header, row = csv_of(sign_in(make_officer()).get(reverse("conversations:relationships") + "?format=csv"))
    assert dict(zip(header, row, strict=True)) == {
        "Organisation": "Quiet One",
        "Relationship manager": "Pat Example",
        "Last spoken with": "2025-01-31",
        "Quiet since": "2025-07-31",
        "Why it is listed": "relationship manager; community anchor",
        "Page": f"http://127.0.0.1:8000/organisations/{organisation.pk}/",
    }


def test_manager_is_named_and_a_stale_form_is_told(sign_in):
    organisation, pat, sam = make_organisation(), make_officer(name="Pat"), make_officer(name="Sam")
    client, page = sign_in(make_officer("partnerships")), address("manager", organisation)
    assert "Nobody keeps the relationship yet" in words_of(client.get(page))
    answers = {"officer": pat.pk, "version": 0, "starts_on_0": "", "starts_on_1": "", "starts_on_2": ""}
    assert "Pat keeps the relationship" in words_of(client.post(page, answers, follow=True))
    stale = client.post(page, answers | {"officer": sam.pk})
    assert (stale.status_code, organisation.relationship_managers.open().get().officer) == (409, pat)
    refused = client.post(page, answers | {"version": 1, "starts_on_2": "2026"})
    assert "must include a day and month" in words_of(refused)


def test_manager_page_offers_no_form_to_officers_who_may_not_name_one(sign_in):
    organisation, client = make_organisation(), sign_in(make_officer("property"))
    assert "Save relationship manager" not in words_of(client.get(address("manager", organisation)))
    assert client.post(address("manager", organisation), {"version": 0}).status_code == 403


def test_champion_is_named(sign_in, client):
    officer = make_officer("partnerships", name="Pat Example")
    page = reverse("conversations:champion_name", args=[officer.directorate.code])
    answers = {"officer": officer.pk, "version": 0, "starts_on_0": "", "starts_on_1": "", "starts_on_2": ""}
    assert "No champion has been named yet" in words_of(client.get(reverse("conversations:champions")))
    assert "is saved" in words_of(sign_in(officer).post(page, answers, follow=True))
    assert "Pat Example" in words_of(client.get(reverse("conversations:champions")))
    assert sign_in(officer).post(page, answers).status_code == 409
    assert sign_in(make_officer("property")).get(page).status_code == 403


def test_hand_over_names_the_successor_and_says_what_went(sign_in):
    before, after = make_officer("property"), make_officer(name="Sam")
    make_manager(make_organisation("Ashfield"), before)
    client, page = sign_in(before), address("hand_over", before)
    assert "Ashfield" in words_of(client.get(page))
    answers = {"officer": after.pk, "with_followups": "on"}
    assert "Handed over to Sam: 1 relationship." in words_of(client.post(page, answers, follow=True))
    assert "has nothing to hand over" in words_of(client.post(page, answers))
    assert client.get(address("hand_over", after)).status_code == 403
    assert sign_in(make_officer("partnerships")).get(address("hand_over", after)).status_code == 200


def test_quiet_months_are_changed(sign_in):
    client, page = sign_in(make_officer("partnerships")), reverse("conversations:quiet_months")
    assert "After 3 months without" in words_of(client.post(page, {"months": "3"}, follow=True))
    assert "so many months already" in words_of(client.post(page, {"months": "3"}))
    assert sign_in(make_officer("property")).get(page).status_code == 403
