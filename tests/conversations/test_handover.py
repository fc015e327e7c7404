"""The handover pack: what every app has for it, as a page and as a tagged paper."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.conversations import handover, operations
from organisations.conversations.operations import Guest
from organisations.forums.models import Forum, Seat, Term
from organisations.operations import save_contact
from tests.actions.factories import make_action, make_plan
from tests.assets.factories import make_asset
from tests.commissioning.factories import make_intention
from tests.compact.factories import make_adopted, make_document, make_signature
from tests.conversations.factories import make_conversation, make_draft, make_followup, make_manager
from tests.conversations.test_views import words_of
from tests.factories import make_officer
from tests.organisations.factories import make_lead, make_organisation
from vcse_portal.discussion.operations import post_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole():
    """An organisation of which every app knows something."""
    officer = make_officer(name="Pat Example")
    organisation = make_organisation(
        "Ashfield Youth Club",
        summary="Evenings for young people.",
        income=Decimal(94000),
        income_year_end=date(2026, 3, 31),
        is_anchor=True,
        premises="council_leased",
        numbers={"GB-CHC": "1121999"},
    )
    lead = make_lead(organisation, name="Lee Lead", email="lee@example.org")
    save_contact(
        organisation.pk, by=officer, channel="telephone", value="0161 496 0000", consent="no", name="Tom Key"
    )
    make_manager(organisation, officer, today=date(2025, 1, 1))
    seat = Seat.objects.create(
        forum=Forum.objects.create(kind="other", name="Property network"), side="sector", title="Halls"
    )
    Term.objects.create(seat=seat, organisation=organisation, name="Lee Lead", starts_on=date(2026, 1, 1))
    posted = make_conversation(
        organisation, by=officer, subject="The roof", summary="It **leaks**.", people=[Guest(name="Tom Key")]
    )
    make_followup(posted, what="Ring the roofer")
    operations.finish_followup(make_followup(posted, what="Done already").pk, by=officer)
    make_action(make_plan(title="Strategy"), title="Open the hall", lead_organisation=organisation)
    make_asset("Scout hut", owner=organisation)
    make_signature(make_adopted(make_document(title="The Compact")), organisation)
    intention = make_intention(title="Evening youth work")
    post_comment(
        intention, party=organisation, text="Count us in", visibility="council", key=organisation.key, by=lead
    )
    return organisation


HELD = {
    "Who they are": ["Evenings for young people.", "1121999", "community anchor"],
    "People": ["Lee Lead", "lee@example.org", "0161 496 0000", "Pat Example", "Property network", "Halls"],
    "What was said": ["The roof", "It leaks.", "Council officers only, with Tom Key", "Pat Example"],
    "Still to be done": ["Ring the roofer"],
    "Open actions": ["Open the hall"],
    "Money and size": ["£94,000, year to 31 March 2026"],
    "What it would like to do for the council": ["Evening youth work"],
    "Premises and help wanted": ["Leased from the council"],
    "Land and buildings": ["Scout hut"],
    "Promises and concerns": ["The Compact, version 1"],
    "History of the record": ["Added"],
}


def url(name, organisation) -> str:
    return reverse(f"conversations:{name}", args=[organisation.pk])


def test_pack_gathers_from_every_app_in_order(whole, sign_in):
    page = words_of(sign_in(make_officer()).get(url("handover", whole)))
    sections = dict(re.findall(r'<h2 class="govuk-heading-m" id="[^"]*">([^<]*)</h2>(.*?)</section>', page))
    assert list(sections) == list(HELD)
    assert {
        title: [w for w in words if w not in sections[title]] for title, words in HELD.items()
    } == dict.fromkeys(HELD, [])
    assert "Done already" not in page


def test_pack_of_a_stranger_says_what_is_not_known(sign_in):
    page = words_of(sign_in(make_officer()).get(url("handover", make_organisation())))
    for words in (
        "Nobody speaks for it on the portal",
        "No conversation has been recorded yet.",
        "Nothing is left to be done",
        "It leads no open action.",
        "Its income is not known.",
        "It has not signed the Compact.",
    ):
        assert words in page
    assert "Land and buildings" not in page


def test_pack_leaves_out_anothers_draft_and_what_is_long(sign_in):
    organisation, author = make_organisation(), make_officer()
    make_draft(organisation, by=author, subject="Secret draft")
    for number in range(31):
        day = timezone.localdate() - timedelta(days=number)
        make_conversation(
            organisation, by=author, held_on=day, subject=f"Number {number}.", summary="long " * 400
        )
    page = words_of(sign_in(make_officer()).get(url("handover", organisation)))
    assert "The latest 30 of 31 conversations are listed" in page
    assert [words in page for words in ("Number 29.", "Number 30.", "Secret draft")] == [True, False, False]
    assert page.count("long") == 5 * 160


def test_pack_asks_the_same_number_of_queries_however_much_there_is(
    whole, sign_in, django_assert_num_queries
):
    client = sign_in(make_officer())
    client.get(url("handover", whole))
    with CaptureQueriesContext(connection) as asked:
        client.get(url("handover", whole))
    for _n in range(3):
        make_followup(make_conversation(whole, people=[Guest(person=make_lead(whole).pk)]))
    with django_assert_num_queries(len(asked)):
        client.get(url("handover", whole))


def test_paper_is_tagged_named_and_kept_nowhere(whole, sign_in):
    response = sign_in(make_officer(name="Sam Sample")).get(url("handover_paper", whole))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="handover-ashfield-youth-club.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    pdf = pikepdf.open(BytesIO(response.content))
    assert "pdfuaid:part" in pdf.Root.Metadata.read_bytes().decode()
    assert pdf.Root.MarkInfo.Marked
    titles = [str(item.title) for item in pdf.open_outline().root]
    assert [title for title in HELD if title not in titles] == []
    assert len(pdf.pages) < 8


def test_section_knows_whether_it_is_empty():
    table = handover.Table(("A", "B"), [])
    assert handover.Section("x", tables=[table], nothing="Nothing").is_empty
    assert not handover.Section("x", tables=[table], facts=[("A", "b")]).is_empty
    assert handover.Section("x", tables=[table, handover.Table(("A",), [("a",)])]).filled_tables != [table]
