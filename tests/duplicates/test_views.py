"""The pages on the way from two records to one."""

import re
from uuid import uuid4

import pytest

from organisations import operations as register
from organisations.duplicates.models import Distinction, Merge, Pair
from organisations.duplicates.operations import keep_apart, merge_organisations
from organisations.duplicates.pairs import find_pairs
from organisations.models import Organisation
from tests.factories import make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db
PAIRS = "/organisations/duplicates/"


@pytest.fixture
def officer():
    return make_officer()


@pytest.fixture
def client(sign_in, officer):
    return sign_in(officer)


@pytest.fixture
def two():
    one = make_organisation("Weavers Lunch Club", postcode="HA1 2XY", summary="Lunches.")
    other = make_organisation("Weavers Luncheon Club", postcode="HA1 2XY", summary="Lunch.", volunteers=9)
    find_pairs()
    return one, other


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(response) -> dict:
    html = response.content.decode()
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def is_checked(response, name, value) -> bool:
    boxes = re.findall(r"<input[^>]*>", response.content.decode())
    wanted = (f'name="{name}"', f'value="{value}"', " checked")
    return any(all(part in box for part in wanted) for box in boxes)


# Lists -----------------------------------------------------------------------------------------


def test_pairs_lists_them_with_the_reason(client, two):
    page = text(client.get(PAIRS))
    assert "Weavers Lunch Club and Weavers Luncheon Club" in page
    assert "Names alike in the same postcode" in page
    assert "1 likely pair, the likeliest first" in page


def test_pairs_can_be_narrowed_by_reason(client, two):
    assert "No likely duplicates" in text(client.get(PAIRS, {"reason": "website"}))
    assert "1 likely pair" in text(client.get(PAIRS, {"reason": "name_nearby"}))


def test_pairs_as_csv(client, two):
    one, other = two
    lines = client.get(PAIRS, {"format": "csv"}).getvalue().decode().splitlines()
    score = Pair.objects.get().score
    assert lines[1] == (
        f"{one.name},{one.pk},{other.name},{other.pk},Names alike in the same postcode,{score:.0%}"
    )


def test_empty_lists_say_what_would_be_there(client):
    assert "No likely duplicates" in text(client.get(PAIRS))
    assert "Nothing has been merged yet" in text(client.get("/organisations/merges/"))
    assert "No records have been told apart" in text(client.get("/organisations/duplicates/apart/"))


@pytest.mark.parametrize("path", [PAIRS, "/organisations/merges/", "/organisations/duplicates/apart/"])
def test_lists_ask_the_same_number_of_questions_for_one_and_for_four(
    path, client, officer, django_assert_num_queries
):
    def one_of_each():
        records = [make_organisation().pk for _ in range(5)]
        Pair.objects.create(first_id=records[0], second_id=records[1], reasons=["email"], score=0.5)
        keep_apart(records[1], records[2], by=officer)
        merge_organisations(records[3], records[4], by=officer)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    one_of_each()
    queries()
    for_one = queries()
    for _ in range(3):
        one_of_each()
    assert queries() == for_one <= 6


# Three steps -----------------------------------------------------------------------------------


def test_choose_offers_both_and_what_tells_them_apart(client, two):
    one, other = two
    make_lead(other)
    response = client.get(f"{PAIRS}{one.pk}/{other.pk}/")
    page = text(response)
    assert "1 person speaks for it" in page
    assert is_checked(response, "stays", other.pk)


def test_the_three_steps_end_in_a_merge(client, two, officer):
    one, other = two
    answer = client.post(f"{PAIRS}{one.pk}/{other.pk}/", {"stays": one.pk})
    assert answer.url == f"{PAIRS}{one.pk}/{other.pk}/compare/"
    page = client.get(answer.url)
    chosen = hidden(page) | {"name": "winner", "summary": "loser", "volunteers": "loser"}
    answer = client.post(answer.url, chosen)
    confirm = client.get(answer.url)
    assert "Lunches. Lunch." in text(confirm)
    answer = client.post(answer.url.partition("?")[0], hidden(confirm))
    merge = Merge.objects.get()
    assert answer.url == f"/organisations/merges/{merge.pk}/"
    one.refresh_from_db()
    assert (one.name, one.summary, one.volunteers, merge.done_by) == (
        "Weavers Lunch Club",
        "Lunch.",
        9,
        officer,
    )
    assert "Weavers Luncheon Club is now part of Weavers Lunch Club." in text(client.get(answer.url))


def test_the_other_can_stay(client, two):
    one, other = two
    answer = client.post(f"{PAIRS}{one.pk}/{other.pk}/", {"stays": other.pk})
    assert answer.url == f"{PAIRS}{other.pk}/{one.pk}/compare/"


def test_confirm_says_what_moves_by_kind(client, two, officer):
    one, other = two
    for number in range(2):
        register.save_contact(
            other.pk, channel="email", value=f"{number}@b.example", consent="no", by=officer
        )
    make_lead(other)
    page = text(client.get(f"{PAIRS}{one.pk}/{other.pk}/merge/"))
    assert "2 contacts" in page
    assert "1 person&#x27;s mandate to speak for it" in page
    assert "What changes on Weavers Lunch Club" in page
    assert "Volunteers Not given 9" in page


def test_confirm_asks_a_fixed_number_of_questions(client, two, officer, django_assert_max_num_queries):
    one, other = two
    client.get(f"{PAIRS}{one.pk}/{other.pk}/merge/")
    with django_assert_max_num_queries(16):
        client.get(f"{PAIRS}{one.pk}/{other.pk}/merge/")


def test_compare_warns_of_two_charity_numbers(client):
    one, other = (make_organisation("Weavers", numbers={"GB-CHC": n}) for n in ("1123456", "1234567"))
    page = text(client.get(f"{PAIRS}{one.pk}/{other.pk}/compare/"))
    assert "Registered charity number: 1123456 and 1234567" in page


def test_merge_is_refused_with_a_sentence_where_one_is_a_branch(client, two):
    one, other = two
    register.add_link(other.pk, to_organisation_id=one.pk, kind="branch", by=None)
    page = client.get(f"{PAIRS}{one.pk}/{other.pk}/merge/")
    assert "One is recorded as a branch of the other" in text(page)
    assert hidden(page) == {}


def test_merge_of_records_edited_meanwhile_shows_them_again_with_the_choices_kept(client, two, officer):
    one, other = two
    confirm = client.get(f"{PAIRS}{one.pk}/{other.pk}/merge/?summary=loser")
    register.edit_organisation(other.pk, version=other.version, summary="Hot lunches.", by=officer)
    answer = client.post(f"{PAIRS}{one.pk}/{other.pk}/merge/", hidden(confirm))
    assert answer.status_code == 409
    assert "Somebody changed one of the records" in text(answer)
    assert "Hot lunches." in text(answer)
    assert is_checked(answer, "summary", "loser")
    assert Merge.objects.count() == 0
    again = client.post(
        f"{PAIRS}{one.pk}/{other.pk}/compare/",
        hidden(answer) | {"name": "winner", "summary": "loser", "volunteers": "loser"},
    )
    client.post(again.url.partition("?")[0], hidden(client.get(again.url)))
    assert Organisation.objects.get(pk=one.pk).summary == "Hot lunches."


def test_merge_pressed_twice_merges_once(client, two):
    one, other = two
    sent = hidden(client.get(f"{PAIRS}{one.pk}/{other.pk}/merge/"))
    answers = [client.post(f"{PAIRS}{one.pk}/{other.pk}/merge/", sent).url for _ in range(2)]
    assert answers == [f"/organisations/merges/{Merge.objects.get().pk}/"] * 2


@pytest.mark.parametrize("path", ["", "compare/", "merge/"])
def test_steps_of_a_merged_record_lead_to_its_merge(path, client, two, officer):
    one, other = two
    merge = merge_organisations(one.pk, other.pk, by=officer)
    for method in (client.get, client.post):
        assert method(f"{PAIRS}{one.pk}/{other.pk}/{path}").url == f"/organisations/merges/{merge.pk}/"


@pytest.mark.parametrize("sent", [{}, {"winner_version": "x", "key": "y"}, {"winner_version": "9" * 30}])
def test_merge_with_nonsense_goes_back_to_comparing(sent, client, two):
    one, other = two
    answer = client.post(f"{PAIRS}{one.pk}/{other.pk}/merge/", sent)
    assert answer.url == f"{PAIRS}{one.pk}/{other.pk}/compare/"


def test_merge_with_an_answer_never_offered_asks_again_and_merges_nothing(client, two):
    one, other = two
    sent = {
        "winner_version": one.version,
        "loser_version": other.version,
        "key": str(uuid4()),
        "name": "nothing",
    }
    page = client.post(f"{PAIRS}{one.pk}/{other.pk}/merge/", sent)
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["name"])
    assert f'action="{PAIRS}{one.pk}/{other.pk}/compare/"' in page.content.decode()
    assert not Merge.objects.exists()


def test_a_record_and_itself_are_not_there(client, two):
    one, _other = two
    for path in ("", "compare/", "merge/"):
        assert client.get(f"{PAIRS}{one.pk}/{one.pk}/{path}").status_code == 404


def test_start_offers_what_is_like_the_record_and_finds_others(client, two):
    one, other = two
    third = make_organisation("Greenhill Bowls", numbers={"GB-CHC": "1123456"})
    assert f"{PAIRS}{one.pk}/{other.pk}/" in client.get(f"/organisations/{one.pk}/merge/").content.decode()
    for q in ("Grenhill Bowls", "1123456"):
        page = client.get(f"/organisations/{one.pk}/merge/", {"q": q}).content.decode()
        assert f"{PAIRS}{one.pk}/{third.pk}/" in page
    assert "No record like this" in text(client.get(f"/organisations/{one.pk}/merge/", {"q": "zzz"}))


# Apart, and undone -----------------------------------------------------------------------------


def test_keep_apart_and_take_it_back(client, two, officer):
    one, other = two
    client.post(f"{PAIRS}{other.pk}/{one.pk}/apart/", {"reason": "One meets in Hale."})
    said = Distinction.objects.get()
    page = text(client.get(f"{PAIRS}apart/"))
    assert "One meets in Hale." in page
    assert officer.display_name in page
    assert "One meets in Hale." in text(client.get(f"{PAIRS}{one.pk}/{other.pk}/"))
    client.post(f"{PAIRS}apart/{said.pk}/withdraw/")
    assert "No records have been told apart" in text(client.get(f"{PAIRS}apart/"))
    assert client.post(f"{PAIRS}apart/{said.pk}/withdraw/").status_code == 302


def test_merge_page_says_what_moved_and_undoes_it(client, two, officer):
    one, other = two
    register.save_contact(other.pk, channel="email", value="a@b.example", consent="no", by=officer)
    merge = merge_organisations(one.pk, other.pk, by=officer)
    path = f"/organisations/merges/{merge.pk}/"
    assert "1 contact" in text(client.get(path))
    assert client.get(f"/organisations/{other.pk}/").url == f"/organisations/{one.pk}/"
    client.post(f"{path}undo/")
    page = text(client.get(path))
    assert "Nothing: all is as it was before the merge." in page
    assert "Undone" in page
    assert client.get(f"/organisations/{other.pk}/").status_code == 200
    assert "This merge has already been undone." in text(client.post(f"{path}undo/", follow=True))


def test_merges_as_csv(client, two, officer):
    one, other = two
    merge_organisations(one.pk, other.pk, by=officer)
    lines = client.get("/organisations/merges/", {"format": "csv"}).getvalue().decode().splitlines()
    assert lines[1].startswith(f"{one.name},{other.name},")


# The warning -----------------------------------------------------------------------------------


def test_likely_shows_records_like_what_is_typed(client, two):
    page = text(client.get(f"{PAIRS}likely/", {"name": "Weavres Lunch Club"}))
    assert "Weavers Lunch Club A name like this one" in page
    assert text(client.get(f"{PAIRS}likely/", {"name": "We"})).strip() == ""
    assert text(client.get(f"{PAIRS}likely/")).strip() == ""


def test_likely_shows_outsiders_the_published_only(sign_in):
    make_organisation("Weavers Refuge", is_published=False)
    make_organisation("Weavers Rest", address="Hidden Lane", postcode="HA1 2XY")
    outsider = sign_in(make_user())
    assert "Weavers" not in text(outsider.get(f"{PAIRS}likely/", {"name": "Weavers Refuge Home"}))
    assert text(outsider.get(f"{PAIRS}likely/", {"name": "xyz", "postcode": "HA1 2XY"})).strip() == ""


def new(**facts) -> dict:
    return {"name": "Weavers Lunch Club", "status": "active", "version": 1, "key": str(uuid4()), **facts}


def test_adding_a_likely_duplicate_asks_first_and_adds_on_the_second_button(client, two):
    sent = new()
    page = client.post("/organisations/add/", sent)
    assert "Is it one of these?" in text(page)
    assert Organisation.objects.filter(name="Weavers Lunch Club").count() == 1
    client.post("/organisations/add/", sent | {"is_different": "1"})
    assert Organisation.objects.filter(name="Weavers Lunch Club").count() == 2


def test_adding_a_new_organisation_asks_nothing(client, two):
    client.post("/organisations/add/", new(name="Greenhill Bowls"))
    assert Organisation.objects.filter(name="Greenhill Bowls").count() == 1
