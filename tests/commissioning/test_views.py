"""Pages of intentions: who sees what, how many queries, stale forms, second clicks, embargo."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissioning.models import Intention, Stage, Status
from commissioning.operations import edit_intention, move_stage, publish_intention, withdraw_intention
from tests.factories import make_directorate, make_officer, make_theme, make_ward
from vcse_portal.borough.models import Directorate, Theme, Ward
from vcse_portal.discussion.models import Comment
from vcse_portal.discussion.operations import answer_comment, post_comment

from .factories import facts, make_draft, make_intention, make_member

pytestmark = pytest.mark.django_db
LIST = "/commissioning/intentions/"


@pytest.fixture
def officer():
    return make_officer("commissioning", name="Olu Officer")


def form_data(**changes) -> dict:
    known = facts(**changes)
    known |= {"directorate": known["directorate"].pk, "lead_officer": known["lead_officer"].pk}
    known |= {"stage": Stage.EARLY_IDEA, "route": "undecided", "key": str(uuid4())}
    day = known.pop("starts_on")
    return known | {"starts_on_0": day.day, "starts_on_1": day.month, "starts_on_2": day.year} | changes


def titles(client, query="") -> list[str]:
    return [row["title"] for row in client.get(LIST + query).context["rows"]]


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


# List ------------------------------------------------------------------------------------------


def test_intentions_lists_current_ones_newest_first(client):
    now = timezone.now()
    make_intention(title="Older", now=now - timedelta(days=2))
    make_intention(title="Newer", now=now - timedelta(days=1))
    make_draft(title="Draft")
    make_intention(title="Over", stage=Stage.ENDED)
    assert titles(client) == ["Newer", "Older"]
    assert client.get(LIST).context["sentence"] == "2 intentions"


def test_intentions_shows_drafts_to_council_people_who_ask(client, sign_in, officer):
    make_draft(title="Draft")
    make_intention(title="Published")
    assert titles(sign_in(officer), "?drafts=on") == ["Draft"]
    assert titles(client, "?drafts=on") == ["Published"]


def test_intentions_narrows_by_stage_theme_directorate_and_words(client):
    health, homes = make_theme("Health"), make_theme("Homes")
    adults = make_directorate("Adults")
    make_intention(title="Canal boats", themes=[health.code], stage=Stage.OPEN)
    make_intention(title="Hostels", themes=[homes.code, health.code], directorate=adults)
    gone = make_intention(title="Gone", themes=[homes.code])
    withdraw_intention(gone.pk, reason="No money.", by=gone.lead_officer)
    assert titles(client, "?stage=open") == ["Canal boats"]
    assert titles(client, "?theme=homes") == ["Hostels"]
    assert titles(client, "?directorate=adults") == ["Hostels"]
    assert titles(client, "?q=canal") == ["Canal boats"]
    assert titles(client, "?stage=withdrawn") == ["Gone"]
    assert titles(client, "?theme=health&theme=homes&stage=open") == ["Canal boats"]
    sentence = client.get(LIST + "?theme=homes&directorate=adults&stage=early_idea&q=host").context[
        "sentence"
    ]
    assert sentence == "1 intention about Homes at the stage Early idea of Adults with “host”"


@pytest.mark.parametrize(
    "query", ["?stage=x", "?theme=%00", "?directorate=zzz", "?page=-9", "?q=%27%27", "?q=%00"]
)
def test_intentions_survives_odd_questions(client, query):
    make_intention()
    assert client.get(LIST + query).status_code == 200


def test_intentions_needs_as_many_queries_for_four_rows_as_for_one(client, sign_in, officer):
    make_intention()
    watcher = sign_in(officer)
    before = queries(client, LIST), queries(watcher, LIST), queries(client, LIST + "?q=youth")
    for _row in range(3):
        make_intention()
    after = queries(client, LIST), queries(watcher, LIST), queries(client, LIST + "?q=youth")
    assert after == before
    assert max(after) <= 6


def test_intentions_as_csv_cannot_run_as_formulas(client):
    make_intention(title="=cmd|'/c calc'!A1", summary="Plain")
    answer = client.get(LIST + "?format=csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Title", "'=cmd|'/c calc'!A1"]
    assert len(rows[0]) == len(rows[1])


# Page ------------------------------------------------------------------------------------------


def test_intention_page_shows_facts_stages_comments_and_answers(client):
    intention = make_intention(title="Canal boats", stage=Stage.CO_DESIGN)
    member = make_member(name="Ann Example")
    said = {"party": member.organisation, "text": "Sundays?", "visibility": "public", "by": member}
    comment = post_comment(intention, key=uuid4(), **said)
    answer_comment(comment.pk, text="We will.", version=1, by=intention.lead_officer)
    page = client.get(intention.get_absolute_url())
    assert [step.state for step in page.context["steps"]] == ["done"] * 2 + ["now"] + ["later"] * 6
    for words in (
        "Canal boats",
        "Sundays?",
        "We will.",
        "Ann Example",
        "Council reply",
        "Sign in to comment",
    ):
        assert words in page.content.decode()


def test_intention_page_needs_as_many_queries_for_four_comments_as_for_one(client, sign_in, officer):
    intention, member = make_intention(), make_member()
    address = intention.get_absolute_url()
    clients = [client, sign_in(member), sign_in(officer)]

    def say():
        said = {"party": member.organisation, "text": "Sundays?", "visibility": "public", "by": member}
        comment = post_comment(intention, key=uuid4(), **said)
        answer_comment(comment.pk, text="We will.", version=1, by=intention.lead_officer)

    say()
    before = [queries(each, address) for each in clients]
    for _comment in range(3):
        say()
    assert [queries(each, address) for each in clients] == before
    assert max(before) <= 9


def test_f29_a_draft_is_nowhere_before_it_is_published(client, sign_in, officer):
    draft = make_draft(title="Xylophone lessons")
    member = sign_in(make_member())
    for reader in (client, member):
        assert reader.get(draft.get_absolute_url()).status_code == 404
        for address in (
            LIST,
            LIST + "?q=xylophone",
            LIST + "?format=csv",
            LIST + "?drafts=on",
            "/search/?q=xylophone",
        ):
            answer = reader.get(address)
            body = answer.getvalue() if answer.streaming else answer.content
            assert b"Xylophone lessons" not in body
    assert member.post(draft.get_absolute_url() + "comment/", {}).status_code == 404
    assert sign_in(officer).get(draft.get_absolute_url()).status_code == 200


def test_f29_what_a_draft_said_before_publication_stays_inside_the_council(client, sign_in, officer):
    draft = make_draft(summary="Secret budget")
    edit_intention(draft.pk, version=1, summary="Open words", by=officer)
    publish_intention(draft.pk, by=officer)
    edit_intention(draft.pk, version=3, summary="Clearer words", reason="To be clear.", by=officer)
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "Secret budget" not in page
    assert "Olu Officer" not in page
    assert "To be clear." in page
    assert "Secret budget" in sign_in(officer).get(draft.get_absolute_url()).content.decode()


def test_a_withdrawn_intention_stays_readable_with_its_reason(client):
    intention = make_intention()
    withdraw_intention(intention.pk, reason="The grant ended.", by=intention.lead_officer)
    page = client.get(intention.get_absolute_url()).content.decode()
    assert "The grant ended." in page
    assert "Comments are closed." in page


# Officers' deeds -------------------------------------------------------------------------------


def test_intention_record_saves_a_draft_and_twice_is_once(sign_in, officer):
    client, data = sign_in(officer), form_data(title="Youth work")
    for _click in range(2):
        answer = client.post(LIST + "new/", data)
        assert answer.status_code == 302
    draft = Intention.objects.get()
    assert (draft.title, draft.status, answer["Location"]) == (
        "Youth work",
        Status.DRAFT,
        draft.get_absolute_url(),
    )


def test_intention_record_says_what_is_wrong_beside_the_field(sign_in, officer):
    data = form_data(title="", value_low="500", value_high="100", starts_on_1="13")
    form = sign_in(officer).post(LIST + "new/", data).context["form"]
    assert sorted(form.errors) == ["starts_on", "title"]
    data |= {"title": "Youth work", "starts_on_1": "4"}
    form = sign_in(officer).post(LIST + "new/", data).context["form"]
    assert form.errors == {"value_high": ["The highest value must not be less than the lowest."]}


def test_intention_edit_from_a_stale_page_gives_409_and_keeps_the_input(sign_in, officer):
    draft = make_draft()
    edit_intention(draft.pk, version=1, title="By somebody else", by=officer)
    data = form_data(title="By me", version="1")
    answer = sign_in(officer).post(draft.get_absolute_url() + "edit/", data)
    assert answer.status_code == 409
    assert "By me" in answer.content.decode()
    assert "By somebody else" in answer.content.decode()
    assert Intention.objects.get().title == "By somebody else"


def test_intention_edit_without_a_version_is_refused(sign_in, officer):
    draft = make_draft()
    form = sign_in(officer).post(draft.get_absolute_url() + "edit/", form_data()).context["form"]
    assert list(form.errors) == ["version"]


def test_intention_edit_of_a_published_one_asks_for_the_reason(sign_in, officer):
    intention = make_intention(lead_officer=officer)
    client, address = sign_in(officer), intention.get_absolute_url() + "edit/"
    form = client.get(address).context["form"]
    assert ("stage" in form.fields, form.fields["reason"].required) == (False, True)
    data = form_data(title="New title", version="2", lead_officer=officer) | {"lead_officer": officer.pk}
    assert client.post(address, data).context["form"].errors == {"reason": ["Enter why this changes"]}
    assert client.post(address, data | {"reason": "Clearer."}).status_code == 302
    assert Intention.objects.get().title == "New title"


def test_intention_publish_confirms_then_publishes(sign_in, officer):
    draft = make_draft()
    client, address = sign_in(officer), draft.get_absolute_url() + "publish/"
    assert client.get(address).status_code == 200
    assert Intention.objects.get().status == Status.DRAFT
    assert client.post(address).status_code == 302
    assert Intention.objects.get().published_by == officer
    assert client.post(address)["Location"] == draft.get_absolute_url()  # a second click
    assert sign_in(make_officer("property")).post(address).status_code == 403


def test_intention_move_changes_the_stage_once(sign_in, officer):
    intention = make_intention()
    client, address = sign_in(officer), intention.get_absolute_url() + "stage/"
    assert client.post(address, {"stage": "open", "version": 2}).status_code == 302
    assert client.post(address, {"stage": "open", "version": 2}).status_code == 409
    assert Intention.objects.get().stage == Stage.OPEN


def test_intention_withdraw_needs_a_reason(sign_in, officer):
    intention = make_intention()
    client, address = sign_in(officer), intention.get_absolute_url() + "withdraw/"
    assert client.post(address, {}).context["form"].errors == {"reason": ["Enter why it is withdrawn"]}
    for _click in range(2):
        assert client.post(address, {"reason": "No money."})["Location"] == intention.get_absolute_url()
    assert Intention.objects.get().status == Status.WITHDRAWN


@pytest.mark.parametrize("page", ["edit/", "publish/", "stage/", "withdraw/"])
def test_deeds_are_refused_to_members_and_other_officers(client, sign_in, page):
    intention = make_intention() if page == "stage/" else make_draft()
    address = intention.get_absolute_url() + page
    assert client.post(address).status_code == 302  # to the sign-in page
    assert sign_in(make_member()).post(address).status_code == (403 if intention.is_published else 404)
    assert sign_in(make_officer("property")).post(address).status_code == 403
    intention.refresh_from_db()
    assert intention.version == (2 if intention.is_published else 1)


# Comments --------------------------------------------------------------------------------------


def said(member, **changes) -> dict:
    known = {"party": member.organisation.pk, "text": "Sundays?", "visibility": "public", "key": str(uuid4())}
    return known | changes


def test_intention_comment_is_posted_once_for_two_clicks(sign_in):
    intention, member = make_intention(), make_member()
    client, data = sign_in(member), said(member)
    for _click in range(2):
        answer = client.post(intention.get_absolute_url() + "comment/", data)
    comment = Comment.objects.get()
    assert answer["Location"] == f"{intention.get_absolute_url()}#comment-{comment.pk}"
    assert (comment.party, comment.about) == (member.organisation, intention)


def test_intention_comment_without_words_shows_the_page_with_the_error(sign_in):
    intention, member = make_intention(), make_member()
    answer = sign_in(member).post(intention.get_absolute_url() + "comment/", said(member, text=" "))
    assert answer.status_code == 200
    assert "<title>Error:" in answer.content.decode()
    assert answer.context["form"].errors == {"text": ["Enter a comment"]}


def test_intention_comment_for_somebody_elses_organisation_is_refused(sign_in):
    intention, member, other = make_intention(), make_member(), make_member()
    data = said(member, party=other.organisation.pk)
    assert sign_in(member).post(intention.get_absolute_url() + "comment/", data).status_code == 200
    assert not Comment.objects.exists()


def test_intention_comment_when_closed_or_for_nobody_is_refused(sign_in):
    intention, member = make_intention(stage=Stage.OPEN), make_member()
    move_stage(intention.pk, stage=Stage.EVALUATION, version=2, by=intention.lead_officer)
    address = intention.get_absolute_url() + "comment/"
    assert sign_in(member).post(address, said(member)).status_code == 403
    assert sign_in(make_officer("councillor")).post(address, said(member)).status_code == 403


def test_intention_comment_has_no_page_of_its_own(sign_in):
    intention = make_intention()
    answer = sign_in(make_member()).get(intention.get_absolute_url() + "comment/")
    assert answer["Location"] == f"{intention.get_absolute_url()}#comments"


def test_comment_answer_page_publishes_the_answer(sign_in, officer):
    intention, member = make_intention(), make_member()
    comment = post_comment(
        intention, party=member.organisation, text="Sundays?", visibility="public", key=uuid4(), by=member
    )
    client, address = sign_in(officer), reverse("discussion:comment_answer", args=[comment.pk])
    assert "Sundays?" in client.get(address).content.decode()
    assert client.post(address, {"text": "We will.", "version": 1}).status_code == 302
    assert client.post(address, {"text": "Another.", "version": 1}).status_code == 409
    assert sign_in(member).post(address, {"text": "Mine.", "version": 2}).status_code == 403
    assert Comment.objects.get().answer == "We will."


def test_comment_hide_page_takes_it_from_view(client, sign_in, officer):
    intention, member = make_intention(), make_member()
    comment = post_comment(
        intention, party=member.organisation, text="Ask Jane Doe", visibility="public", key=uuid4(), by=member
    )
    address = reverse("discussion:comment_hide", args=[comment.pk])
    assert sign_in(member).post(address, {"reason": "x"}).status_code == 403
    for _click in range(2):
        answer = sign_in(officer).post(address, {"reason": "Names a person."})
        assert answer["Location"] == comment.get_absolute_url()
    assert "Ask Jane Doe" not in client.get(intention.get_absolute_url()).content.decode()
    assert "Names a person." in sign_in(member).get(intention.get_absolute_url()).content.decode()


def test_intention_edit_keeps_what_was_closed_since(sign_in, officer):
    """Themes and the other codes as well as the directorate; a new intention is offered none of them."""
    directorate, theme = make_directorate("Old house"), make_theme("Old theme")
    codes = {"themes": [theme.code], "wards": [make_ward("Old ward").code]}
    draft = make_draft(lead_officer=officer, directorate=directorate, **codes)
    for model in (Directorate, Theme, Ward):
        model.objects.update(is_current=False)
    client, address = sign_in(officer), draft.get_absolute_url() + "edit/"
    shown = client.get(address).context["form"]
    assert f'value="{directorate.pk}" selected' in str(shown["directorate"])
    assert [str(shown[name]).count(" checked") for name in codes] == [1, 1]
    data = form_data(version="1", directorate=directorate, lead_officer=officer, **codes)
    data |= {"directorate": directorate.pk, "lead_officer": officer.pk}
    assert client.post(address, data).status_code == 302
    draft.refresh_from_db()
    assert (draft.directorate, draft.themes, draft.wards) == (directorate, codes["themes"], codes["wards"])
    new = client.get("/commissioning/intentions/new/").context["form"]
    assert [str(new[name]).count("Old") for name in ("directorate", "themes", "wards")] == [0, 0, 0]
