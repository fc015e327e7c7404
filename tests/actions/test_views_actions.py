"""An action's page, and the forms that keep it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from actions import operations
from actions.models import Update
from tests.factories import make_directorate, make_officer, make_user
from tests.organisations.factories import make_member, make_organisation

from .factories import make_action, make_ambition, make_plan, make_update

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)
POSTED = {"text": "Going well.", "status": "in_progress", "rag": "green"}


def url(name: str, *args) -> str:
    return reverse(f"actions:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def test_action_page_shows_facts_and_updates_to_everyone(client):
    action = make_action(title="Hear every group", due_on=YESTERDAY)
    make_update(action, text="Said **boldly**.", rag="amber")
    seen = text(client.get(action.get_absolute_url()))
    assert "<h1" in seen
    assert "Said <strong>boldly</strong>." in seen
    assert "Overdue: it was due on" in seen
    assert ("Post an update" in seen, "Edit the action" in seen, "Only council staff" in seen) == (False,) * 3


def test_action_of_a_draft_is_not_there_for_outsiders(client, sign_in):
    action = make_action(make_plan(is_adopted=False))
    answers = [
        c.get(action.get_absolute_url()).status_code
        for c in (client, sign_in(make_user()), sign_in(make_officer()))
    ]
    assert answers == [404, 404, 200]


@pytest.mark.parametrize("rows", [1, 4])
def test_action_takes_as_many_queries_for_one_update_as_for_four(
    rows, sign_in, django_assert_max_num_queries
):
    action = make_action(lead=make_user(), lead_organisation=make_organisation())
    for _ in range(rows):
        make_update(action, by=make_officer())
    client = sign_in(make_officer("commissioning"))
    client.get(action.get_absolute_url())
    with django_assert_max_num_queries(9):
        client.get(action.get_absolute_url())


def test_update_post_by_the_lead(sign_in):
    lead = make_user()
    action = make_action(lead=lead)
    client = sign_in(lead)
    page = client.get(action.get_absolute_url())
    assert f'action="{url("update_post", action.pk)}"' in text(page)
    key = page.context["form"].initial["key"]
    response = client.post(url("update_post", action.pk), POSTED | {"key": key})
    assert (response.status_code, response.url) == (302, action.get_absolute_url())
    again = client.post(url("update_post", action.pk), POSTED | {"key": key})  # a double click
    assert (again.status_code, Update.objects.count()) == (302, 1)


def test_update_post_by_a_member_of_the_leading_organisation(sign_in):
    organisation = make_organisation()
    member, outsider = make_member(organisation), make_member(make_organisation())
    action = make_action(lead_organisation=organisation)
    posted = POSTED | {"key": uuid4()}
    assert sign_in(outsider).post(url("update_post", action.pk), posted).status_code == 403
    assert sign_in(member).post(url("update_post", action.pk), posted).status_code == 302
    assert Update.objects.get().organisation == organisation


def test_update_post_says_what_is_missing_and_keeps_the_rest(sign_in):
    action = make_action()
    client = sign_in(make_officer())
    response = client.post(
        url("update_post", action.pk), {"text": "", "status": "in_progress", "key": uuid4()}
    )
    assert response.status_code == 200
    assert response.context["form"].errors == {
        "text": ["Say in a sentence or two how it is going"],
        "rag": ["Choose a rating"],
    }
    response = client.post(url("update_post", action.pk), POSTED | {"text": "x" * 10_000_000, "key": uuid4()})
    assert response.status_code in (200, 400, 413)
    assert Update.objects.count() == 0


def test_update_post_is_never_a_get(sign_in):
    assert sign_in(make_officer()).get(url("update_post", make_action().pk)).status_code == 405


def test_update_post_to_a_closed_plan_is_refused_in_words(sign_in):
    action = make_action()
    operations.close_plan(action.plan_id, by=None)
    response = sign_in(make_officer()).post(url("update_post", action.pk), POSTED | {"key": uuid4()})
    assert (response.status_code, Update.objects.count()) == (200, 0)


RECORDED = {"number": 5, "title": "New thing", "lead_post": "Head of Parks"}


def test_action_record_saves_and_a_second_click_is_told(sign_in):
    plan = make_plan()
    client = sign_in(make_officer())
    facts = RECORDED | {"ambition": plan.ambitions.get().pk}
    response = client.post(url("action_record", plan.code), facts)
    action = plan.actions.get(number=5)
    assert (response.status_code, response.url) == (302, action.get_absolute_url())
    again = client.post(url("action_record", plan.code), facts)
    assert "The plan already has an action with this number." in text(again)
    assert plan.actions.filter(number=5).count() == 1


def test_action_record_offers_only_the_plans_own_ambitions(sign_in):
    plan, other = make_plan(), make_ambition(make_plan())
    response = sign_in(make_officer()).post(
        url("action_record", plan.code), RECORDED | {"ambition": other.pk}
    )
    assert "ambition" in response.context["form"].errors


def test_action_record_names_a_partner_by_name_or_number(sign_in):
    plan, client = make_plan(), sign_in(make_officer())
    meals = make_organisation("Meals Together")
    make_organisation("Twin")
    make_organisation("Twin")
    facts = RECORDED | {"ambition": plan.ambitions.get().pk}

    def errors(partner):
        return (
            client.post(url("action_record", plan.code), facts | {"partner": partner}).context["form"].errors
        )

    assert errors("Meals") == {
        "partner": ["No organisation in the directory is called “Meals”. Did you mean Meals Together?"]
    }
    assert errors("Twin") == {
        "partner": ["Several organisations have this name. Enter the charity number instead"]
    }
    client.post(url("action_record", plan.code), facts | {"partner": "meals together"})
    assert plan.actions.get(number=5).lead_organisation == meals


def test_action_edit_saves_and_stale_gives_409(sign_in):
    action, client = make_action(title="Old"), sign_in(make_officer())
    facts = RECORDED | {"ambition": action.ambition_id, "version": action.version}
    assert client.post(url("action_edit", action.pk), facts).status_code == 302
    response = client.post(url("action_edit", action.pk), facts | {"title": "Mine"})
    action.refresh_from_db()
    assert (response.status_code, action.title) == (409, "New thing")
    assert "Mine" in text(response)


def test_action_edit_is_for_plan_keepers(sign_in):
    lead = make_user()
    action = make_action(lead=lead)
    people = [lead, make_officer("commissioning"), make_officer("performance")]
    assert [sign_in(p).get(url("action_edit", action.pk)).status_code for p in people] == [403, 403, 200]


def test_plan_and_action_edit_keep_a_directorate_that_is_closed(sign_in):
    directorate = make_directorate("Old house", is_current=False)
    action = make_action(directorate=directorate)
    operations.edit_plan(action.plan_id, version=None, owner=directorate, by=None)
    client = sign_in(make_officer("performance"))
    for name, at, field in (
        ("action_edit", action.pk, "directorate"),
        ("plan_edit", action.plan.code, "owner"),
    ):
        shown = client.get(url(name, at)).context["form"]
        assert f'value="{directorate.pk}" selected' in str(shown[field])
    facts = RECORDED | {"ambition": action.ambition_id, "version": 1, "directorate": directorate.pk}
    assert client.post(url("action_edit", action.pk), facts).status_code == 302
    action.refresh_from_db()
    assert action.directorate == directorate
    assert "Old house" not in str(
        client.get(url("action_record", action.plan.code)).context["form"]["directorate"]
    )
