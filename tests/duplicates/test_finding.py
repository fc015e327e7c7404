import pytest
from django.contrib.auth.models import AnonymousUser

from organisations.duplicates import likely
from organisations.models import Organisation
from tests.factories import make_officer, make_user
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db


def found(user=None, **asked) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.record.name, one.reasons) for one in likely(**asked, user=user or make_officer())]


@pytest.mark.parametrize(
    "typed",
    [
        "Weavers Lunch Club",
        "weavers lunch club",
        "The Weavers' Lunch Club Ltd",
        "Weavers Lunch Club CIC",
        "WEAVERS-LUNCH-CLUB",
    ],
)
def test_likely_finds_the_same_name_however_it_is_written(typed):
    make_organisation("Weavers Lunch Club")
    make_organisation("Tennis Club")
    assert found(name=typed) == [("Weavers Lunch Club", ("the same name",))]


@pytest.mark.parametrize(
    "typed", ["Weavres Lunch Club", "Weavers Luncheon Club", "Weaver Lunch Club Group", "Wevers Lunhc Club"]
)
def test_likely_forgives_spelling(typed):
    make_organisation("Weavers Lunch Club")
    make_organisation("Greenhill Bowling Club")
    assert found(name=typed) == [("Weavers Lunch Club", ("a name like this one",))]


def test_likely_knows_what_it_is_known_as():
    make_organisation("Greenhill Action for Carers and Families", known_as="Sunflower Friends")
    assert found(name="Sunflowr Friends") == [
        ("Greenhill Action for Carers and Families", ("a name like this one",))
    ]


def test_likely_asks_less_of_a_name_in_the_same_postcode():
    make_organisation("Greenhill Community Lunches for Seniors", postcode="HA1 2XY")
    asked = {"name": "Greenhill Seniors Friendship Group"}
    assert found(**asked, postcode="HA3 9ZZ") == []
    assert found(**asked, postcode="ha12xy") == [
        ("Greenhill Community Lunches for Seniors", ("a name like this one in the same postcode",))
    ]


def test_likely_keeps_groups_with_different_numbers_in_their_names_apart():
    make_organisation("1st Greenhill Scouts", postcode="HA1 2XY")
    assert found(name="2nd Greenhill Scouts", postcode="HA1 2XY") == []


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        (["1123456"], "the same registered charity number"),
        (["Reg. no. 1123456"], "the same registered charity number"),
        ([("GB-COH", "2534145")], "the same company number"),
    ],
)
def test_likely_finds_a_number_however_it_is_typed(numbers, reason):
    make_organisation("Old Name", numbers={"GB-CHC": "1123456", "GB-COH": "02534145"})
    assert found(name="Quite Another", numbers=numbers) == [("Old Name", (reason,))]


def test_likely_does_not_take_one_registers_number_for_anothers():
    make_organisation("Old Name", numbers={"GB-CHC": "1123456"})
    assert found(numbers=[("GB-NIC", "1123456"), ("GB-COH", "01123456")]) == []


def test_likely_puts_the_likeliest_first_and_says_every_reason():
    make_organisation("Weavers Lunch Club Two", postcode="HA1 2XY")
    make_organisation("Weavers Lunch Club", postcode="HA1 2XY", numbers={"GB-CHC": "1123456"})
    assert found(name="Weavers Lunch Club", postcode="HA1 2XY", numbers=["1123456"])[0] == (
        "Weavers Lunch Club",
        ("the same registered charity number", "the same name in the same postcode"),
    )


def test_likely_gives_what_is_in_the_postcode_when_nothing_else_is_asked():
    make_organisation("Weavers Lunch Club", postcode="HA1 2XY")
    assert found(postcode="HA1 2XY") == [("Weavers Lunch Club", ("the same postcode",))]


def test_likely_finds_a_closed_record_by_its_name_and_leaves_the_asking_one_out():
    closed = make_organisation("Weavers Lunch Club", status="closed")
    assert found(name="Weavers Lunch Club") == [("Weavers Lunch Club", ("the same name",))]
    assert found(name="Weavers Lunch Club", exclude=closed.pk) == []


@pytest.mark.parametrize("who", [make_user, AnonymousUser])
def test_likely_tells_outsiders_nothing_unpublished(who):
    make_organisation("Weavers Lunch Club", is_published=False, numbers={"GB-CHC": "1123456"})
    masked = make_organisation("Greenhill Community Lunches for Seniors", postcode="HA1 2XY")
    asked = {"name": "Greenhill Seniors Friendship Group", "postcode": "HA1 2XY", "numbers": ["1123456"]}
    assert found(who(), **asked) == []
    assert found(who(), postcode="HA1 2XY") == []
    Organisation.objects.filter(pk=masked.pk).update(is_address_public=True)
    assert [name for name, _why in found(who(), **asked)] == [masked.name]


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "the", "!!!", "&|:*()'", "a" * 9000, "清流会"])
def test_likely_survives_any_text(typed):
    make_organisation("Weavers Lunch Club")
    assert found(name=typed, postcode=typed, numbers=[typed, ("GB-CHC", typed)]) == []


@pytest.mark.parametrize("others", [1, 4])
def test_likely_asks_few_questions(others, django_assert_max_num_queries):
    officer = make_officer()
    for _ in range(others):
        make_organisation("Weavers Lunch Club", postcode="HA1 2XY")
    with django_assert_max_num_queries(6):
        likely(name="Weavers Lunch", postcode="HA1 2XY", numbers=["1123456"], user=officer)
