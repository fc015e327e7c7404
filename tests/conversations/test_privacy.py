"""Something that could leak, and outsiders who look for it everywhere."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organisations.conversations import operations
from organisations.conversations.models import Conversation
from organisations.conversations.operations import Guest
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.factories import make_councillor, make_directorate, make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation
from vcse_portal.borough.operations import save_council
from vcse_portal.mail.digest import what_needs
from vcse_portal.search import registry as search

pytestmark = pytest.mark.django_db
SECRET = "Marzipan"  # in everything an outsider must not read
ASKED = "marzi"  # what outsiders look for: pages quote it without knowing the rest


@pytest.fixture
def ours():
    return make_organisation("Ashfield Youth Club")


@pytest.fixture
def theirs():
    return make_organisation("Birch Lane Trust")


def secrets(organisation, author, **facts):
    facts = {
        "subject": f"{SECRET} subject",
        "summary": f"{SECRET} summary",
        "place": f"{SECRET} place",
    } | facts
    guests = [Guest(name=f"{SECRET} Guest", organisation=organisation.pk)]
    thing = facts.pop("make", make_conversation)(organisation, by=author, people=guests, **facts)
    make_followup(thing, what=f"{SECRET} follow-up")
    return thing


def every_address(thing) -> list[str]:
    followup = thing.follow_ups.get()
    one = [reverse(f"conversations:{name}", args=[thing.pk]) for name in (
        "conversation", "conversation_edit", "conversation_correct", "conversation_discard", "followup_add",
    )]  # fmt: skip
    return [
        *one,
        reverse("conversations:followup_edit", args=[followup.pk]),
        *(reverse("conversations:conversations") + query for query in (
            "", "?format=csv", f"?q={ASKED}", "?organisation=Ashfield", "?open=on", "?drafts=on", "?officer=1",
        )),
        f"/search/?q={ASKED}",
        "/search/?q=ashfield",
        reverse("organisations:organisation", args=[thing.organisations[0].pk]),
        reverse("home:what_needs_me"),
    ]  # fmt: skip


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def leaks(client, addresses) -> dict[str, int]:
    """Addresses whose answer holds the secret."""
    answers = {address: client.get(address) for address in addresses}
    return {address: one.status_code for address, one in answers.items() if SECRET in body_of(one)}


def test_a_draft_is_known_to_nobody_but_its_author(ours, sign_in, client):
    author = make_officer()
    draft = secrets(ours, author, make=make_draft, audience="shared")
    addresses = every_address(draft)
    outsiders = [make_officer(), make_councillor(), make_lead(ours), make_user()]
    assert [leaks(sign_in(person), addresses) for person in outsiders] == [{}, {}, {}, {}]
    assert leaks(client, addresses) == {}
    assert sign_in(author).get(addresses[0]).status_code == 200  # the control: there is something to leak
    assert SECRET in body_of(sign_in(author).get(addresses[0]))


def test_what_is_for_officers_is_known_to_officers_only(ours, sign_in, client):
    posted = secrets(ours, make_officer())
    addresses = every_address(posted)
    for person in (make_councillor(), make_lead(ours), make_user()):
        assert leaks(sign_in(person), addresses) == {}
        assert sign_in(person).get(addresses[0]).status_code == 404
    assert leaks(client, addresses) == {}
    assert addresses[0] in leaks(sign_in(make_officer()), addresses)


def test_what_is_shared_is_known_to_its_own_organisations_only(ours, theirs, sign_in, client):
    posted = secrets(ours, make_officer(), audience="shared")
    addresses = every_address(posted)
    for person in (make_lead(theirs), make_user()):
        assert leaks(sign_in(person), addresses) == {}
    assert leaks(client, addresses) == {}
    found = leaks(sign_in(make_lead(ours)), addresses)
    assert {addresses[0], reverse("conversations:conversations"), "/conversations/?format=csv"} <= set(found)


def test_a_number_that_is_hidden_and_one_that_is_free_answer_alike(ours, sign_in):
    hidden = make_conversation(ours)
    client = sign_in(make_lead(ours))
    there, free = (
        client.get(reverse("conversations:conversation", args=[pk])) for pk in (hidden.pk, 999_999)
    )
    assert (there.status_code, free.status_code) == (404, 404)
    assert _without_request_id(there) == _without_request_id(free)


def _without_request_id(response) -> str:
    return body_of(response).replace(response.headers.get("X-Request-ID", "-"), "")


@pytest.mark.parametrize(
    "name",
    ["conversation_post", "followup_finish", "followup_reopen", "conversation_edit", "conversation_correct"],
)
def test_deeds_on_what_is_hidden_find_nothing(ours, sign_in, name):
    posted = make_conversation(ours)
    thing = make_followup(posted) if "followup" in name else posted
    for person in (make_lead(ours), make_councillor(), make_user()):
        response = sign_in(person).post(reverse(f"conversations:{name}", args=[thing.pk]), {"version": 2})
        assert response.status_code == 404
    assert Conversation.objects.get(pk=posted.pk).version == posted.version


def test_members_do_not_learn_of_an_unpublished_organisation_that_took_part(ours, sign_in):
    refuge = make_organisation(f"{SECRET} Refuge", is_published=False)
    person = Guest(name=f"{SECRET} Person", organisation=refuge.pk)
    posted = make_conversation(
        audience="shared",
        organisations=[ours.pk, refuge.pk],
        people=[person, Guest(name="Tom Key", organisation=ours.pk)],
    )
    addresses = [posted.get_absolute_url(), "/conversations/", "/conversations/?format=csv"]
    assert leaks(sign_in(make_lead(ours)), addresses) == {}
    assert "Tom Key" in body_of(sign_in(make_lead(ours)).get(addresses[0]))
    assert set(leaks(sign_in(make_lead(refuge)), addresses)) == set(addresses)
    assert set(leaks(sign_in(make_officer()), addresses)) == set(addresses)


def test_members_do_not_see_what_it_said_before_it_was_corrected(ours, sign_in):
    author = make_officer()
    posted = make_conversation(ours, by=author, audience="shared", summary=f"{SECRET} was said")
    operations.correct_conversation(
        posted.pk,
        version=posted.version,
        reason=f"{SECRET} must go",
        by=author,
        organisations=[ours.pk],
        officers=[author.pk],
        people=[],
        summary="Something else was said",
    )
    page = body_of(sign_in(make_lead(ours)).get(posted.get_absolute_url()))
    assert SECRET not in page
    assert "corrected on" in page
    assert SECRET in body_of(sign_in(author).get(posted.get_absolute_url()))


def test_the_calendar_form_names_nobody_to_outsiders(ours, sign_in):
    for person in (make_lead(ours), make_councillor(), make_user()):
        client = sign_in(person)
        for name in ("conversation_record", "conversation_upload"):
            assert client.get(reverse(f"conversations:{name}")).status_code == 403
        assert (
            client.post(reverse("conversations:conversation_from_entry"), {"entry": "x"}).status_code == 403
        )


def test_relationships_and_packs_are_for_officers(ours, sign_in, client):
    make_manager(ours, make_officer(name=f"{SECRET} Manager"))
    addresses = [
        reverse("conversations:relationships"),
        reverse("conversations:relationships") + "?format=csv",
        reverse("conversations:manager", args=[ours.pk]),
        reverse("conversations:handover", args=[ours.pk]),
        reverse("conversations:handover_paper", args=[ours.pk]),
    ]
    for person in (make_councillor(), make_lead(ours), make_user()):
        assert leaks(sign_in(person), addresses) == {}
        assert [sign_in(person).get(address).status_code for address in addresses] == [403] * 5
    assert leaks(client, addresses) == {}
    assert len(leaks(sign_in(make_officer()), addresses[:4])) == 4


def test_the_page_of_an_unpublished_organisation_is_not_found(sign_in):
    hidden = make_organisation(is_published=False)
    client = sign_in(make_user())
    for name in ("manager", "handover", "handover_paper"):
        assert client.get(reverse(f"conversations:{name}", args=[hidden.pk])).status_code == 404


def test_champions_are_public_with_the_councils_contact_and_nothing_else(client):
    save_council(name="Greenhill Council", email="hello@greenhill.example")
    officer = make_officer(name="Pat Example", post="Director", email="marzipan@council.example")
    before = make_officer(name=f"{SECRET} Before")
    directorate = make_directorate("Children")
    for one in (before, officer):
        operations.name_champion(directorate.pk, officer=one, by=officer)
    page = body_of(client.get(reverse("conversations:champions")))
    assert [
        words in page for words in ("Pat Example", "Director", "Children", "hello@greenhill.example")
    ] == [True] * 4
    assert SECRET.lower() not in page.lower()


def test_search_offers_only_what_is_shared_and_only_to_the_council(ours, sign_in, client):
    make_conversation(ours, subject="Marzipan for officers")
    make_draft(ours, subject="Marzipan draft", audience="shared")
    make_conversation(ours, subject="Marzipan shared", audience="shared")

    titles = ["Marzipan for officers", "Marzipan draft", "Marzipan shared"]

    def found(who):
        page = body_of(who.get("/search/?q=marzipan"))
        return [title for title in titles if title in page]

    for _time in range(2):
        assert [found(sign_in(person)) for person in (make_officer(), make_councillor())] == [
            titles[2:],
            titles[2:],
        ]
        assert [found(sign_in(make_lead(ours))), found(client)] == [[], []]
        search.rebuild("conversation")  # as when everything is made anew


def test_the_digest_mails_no_officer_about_anothers_draft(ours):
    author = make_officer()
    make_draft(ours, by=author, subject=f"{SECRET} draft", held_on="2025-01-01")
    Conversation.objects.update(updated_at=timezone.now() - timedelta(days=30))
    today = timezone.localdate()
    assert [SECRET in due.what for due in what_needs(author, today)] == [True]
    assert what_needs(make_officer(), today) == []
