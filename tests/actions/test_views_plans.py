"""Plans' pages: who sees what, what the board shows, how many queries it takes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actions import operations
from actions.models import Plan
from tests.factories import make_councillor, make_officer, make_user

from .factories import make_action, make_ambition, make_plan, make_update

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)


def url(name: str, *args) -> str:
    return reverse(f"actions:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def csv_of(response) -> list[str]:
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()


def test_plans_lists_what_the_person_may_know(client, sign_in):
    make_plan(title="Adopted plan")
    make_plan(title="Secret draft", is_adopted=False)
    seen = text(client.get(url("plans")))
    assert ("Adopted plan" in seen, "Secret draft" in seen, "Record a plan" in seen) == (True, False, False)
    seen = text(sign_in(make_officer()).get(url("plans")))
    assert ("Secret draft" in seen, "Record a plan" in seen) == (True, True)


def test_plans_empty_says_what_would_be_here(client):
    assert "No plan has been published yet" in text(client.get(url("plans")))


@pytest.mark.parametrize("rows", [1, 4])
def test_plans_takes_as_many_queries_for_one_as_for_four(rows, sign_in, django_assert_max_num_queries):
    for _ in range(rows):
        make_plan()
    client = sign_in(make_officer())
    client.get(url("plans"))
    with django_assert_max_num_queries(6):
        assert client.get(url("plans")).status_code == 200


def test_plan_draft_is_not_there_for_outsiders(client, sign_in):
    plan = make_plan(is_adopted=False)
    answers = [
        c.get(plan.get_absolute_url()).status_code
        for c in (client, sign_in(make_user()), sign_in(make_councillor()))
    ]
    assert answers == [404, 404, 200]


def test_plan_shows_actions_by_ambition_overdue_first(client):
    plan = make_plan(title="Our plan")
    make_action(plan, title="Later thing")
    make_action(plan, title="Late thing", due_on=YESTERDAY)
    make_action(ambition=make_ambition(plan, title="Second ambition"), number=9, title="Other thing")
    seen = text(client.get(plan.get_absolute_url()))
    places = [seen.rindex(words) for words in ("Late thing", "Later thing", "Second ambition", "Other thing")]
    assert places == sorted(places)
    assert seen.count("Overdue") > 1


@pytest.mark.parametrize("rows", [1, 4])
def test_plan_takes_as_many_queries_for_one_as_for_four(rows, sign_in, django_assert_num_queries):
    plan = make_plan()
    for _ in range(rows - 1):
        make_update(make_action(ambition=make_ambition(plan)))
    client = sign_in(make_user())
    client.get(plan.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(plan.get_absolute_url())


def test_plan_too_long_for_a_page_leads_to_the_rest_of_each_ambition(client, monkeypatch):
    monkeypatch.setattr("actions.listing.PER_PAGE", 1)
    plan = make_plan()
    make_action(ambition=make_ambition(plan))
    seen = text(client.get(plan.get_absolute_url()))
    assert ("?ambition=2" in seen, "No actions yet." in seen) == (True, False)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("?rag=red", [2]),
        ("?rag=red&rag=complete", [2, 3]),
        ("?ambition=2", [4]),
        ("?due=overdue", [2]),
        ("?due=none", [1, 3, 4]),
        ("?lead=Head+of+Parks", [3]),
        ("?lead=Nobody", [1, 2, 3, 4]),
        ("?rag=nonsense&due=%00", [1, 2, 3, 4]),
    ],
)
def test_plan_is_narrowed_by_its_filters(client, query, numbers):
    plan = make_plan()
    make_action(plan, due_on=YESTERDAY)
    make_update(make_action(plan, lead_post="Head of Parks"), status="complete")
    make_action(ambition=make_ambition(plan))
    response = client.get(plan.get_absolute_url() + query)
    assert sorted(card.number for column in response.context["columns"] for card in column.actions) == numbers


def test_plan_narrowed_to_my_actions(sign_in):
    person, plan = make_user(), make_plan()
    mine = make_action(plan, lead=person)
    response = sign_in(person).get(plan.get_absolute_url() + "?lead=me")
    assert [card.pk for column in response.context["columns"] for card in column.actions] == [mine.pk]


def test_plan_as_csv_cannot_run_as_formulas(client):
    plan = make_plan()
    make_action(plan, title="=HYPERLINK(1)", due_on=YESTERDAY)
    lines = csv_of(client.get(plan.get_absolute_url() + "?format=csv"))
    assert len(lines) == 3
    assert lines[0].startswith("Plan,Ambition number,Ambition,Number,Action,")
    assert ",'=HYPERLINK(1)," in lines[2]
    assert ",Not started,Red,Not due," in lines[2]


FACTS = {
    **{"title": "Strategy", "code": "strategy", "summary": "Words"},
    **{"starts_on_0": "1", "starts_on_1": "4", "starts_on_2": "2026"},
    **{"ends_on_0": "31", "ends_on_1": "3", "ends_on_2": "2029"},
}


def test_plan_record_saves_a_draft(sign_in):
    response = sign_in(make_officer()).post(url("plan_record"), FACTS)
    assert (response.status_code, response.url) == (302, url("plan", "strategy"))
    assert Plan.objects.get().status == "draft"


def test_plan_record_is_for_plan_keepers(client, sign_in):
    assert client.get(url("plan_record")).status_code == 302
    answers = [
        sign_in(person).get(url("plan_record")).status_code for person in (make_user(), make_councillor())
    ]
    assert answers == [403, 403]


def test_plan_record_says_what_is_wrong(sign_in):
    response = sign_in(make_officer()).post(url("plan_record"), FACTS | {"ends_on_2": "2020", "title": ""})
    assert response.context["form"].errors == {
        "title": ["Enter a title"],
        "ends_on": ["The end date must be after the start date"],
    }


def test_plan_edit_stale_gives_409_and_keeps_the_input(sign_in):
    plan = make_plan()
    version = plan.version
    operations.edit_plan(plan.pk, by=None, version=version, title="Theirs")
    client = sign_in(make_officer())
    response = client.post(url("plan_edit", plan.code), FACTS | {"title": "Mine", "version": version})
    plan.refresh_from_db()
    assert (response.status_code, plan.title) == (409, "Theirs")
    assert ("Mine" in text(response), "Theirs" in text(response)) == (True, True)


def test_plan_adopt_and_close(sign_in):
    plan = make_plan(is_adopted=False)
    make_action(plan)
    client = sign_in(make_officer("performance"))
    day = {"adopted_on_0": "1", "adopted_on_1": "4", "adopted_on_2": "2026"}
    assert client.post(url("plan_adopt", plan.code), day).status_code == 302
    again = client.post(url("plan_adopt", plan.code), day)
    assert "This plan has already been adopted." in text(again)
    assert client.post(url("plan_close", plan.code)).status_code == 302
    plan.refresh_from_db()
    assert plan.status == "closed"


def test_ambition_record_and_edit(sign_in):
    plan, client = make_plan(is_adopted=False), sign_in(make_officer())
    assert client.post(url("ambition_record", plan.code), {"number": 1, "title": "Trust"}).status_code == 302
    ambition = plan.ambitions.get()
    facts = {"number": 1, "title": "Deeper trust", "version": 1}
    assert client.post(url("ambition_edit", ambition.pk), facts).status_code == 302
    assert client.post(url("ambition_edit", ambition.pk), facts | {"title": "x"}).status_code == 409
    ambition.refresh_from_db()
    assert ambition.title == "Deeper trust"


@pytest.mark.parametrize(
    "name", ["plan_edit", "plan_adopt", "plan_close", "ambition_record", "action_record", "report_start"]
)
def test_officers_pages_of_a_plan_refuse_others(name, client, sign_in):
    plan = make_plan()
    people = [make_user(), make_councillor(), make_officer("property"), make_officer("partnerships")]
    assert [sign_in(person).get(url(name, plan.code)).status_code for person in people] == [
        403,
        403,
        403,
        200,
    ]
    assert client.get(url(name, plan.code)).status_code == 302
