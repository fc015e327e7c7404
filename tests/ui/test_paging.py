"""Paging over real rows: themes, the plainest table there is."""

import pytest
from django.http import QueryDict

from vcse_portal.borough.models import Theme
from vcse_portal.ui.paging import keyset_page, page_links, page_of, place_of, with_query

pytestmark = pytest.mark.django_db


class Asked:
    """As much of a request as paging looks at."""

    def __init__(self, query: str = ""):
        self.GET = QueryDict(query)


@pytest.fixture
def themes():
    """Twelve themes in four positions, so that the first key alone does not tell them apart."""
    Theme.objects.all().delete()
    Theme.objects.bulk_create(Theme(code=f"t{n:02}", name=f"T{n:02}", position=n // 3) for n in range(12))


KEYS = ("-position", "code")
ORDER = [f"t{n:02}" for n in (9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2)]


def codes(page) -> list[str]:
    return [theme.code for theme in page]


def follow(link: str):
    return keyset_page(Asked(link.removeprefix("?")), Theme.objects.all(), KEYS, per_page=5)


@pytest.mark.usefixtures("themes")
def test_keyset_page_walks_forward_and_back_over_every_row():
    seen, link, links = [], "", []
    for _page in range(3):
        page = follow(link)
        seen += codes(page)
        links.append(page_links(page, QueryDict("")))
        link = links[-1]["next"]
    assert seen == ORDER
    assert link == ""
    assert links[0]["previous"] == ""
    assert codes(follow(links[2]["previous"])) == ORDER[5:10]
    assert codes(follow(links[1]["previous"])) == ORDER[:5]
    assert codes(follow(links[1]["first"])) == ORDER[:5]
    assert codes(follow(links[0]["last"])) == ORDER[7:]


@pytest.mark.usefixtures("themes")
def test_keyset_page_keeps_its_place_when_rows_come_and_go():
    link = page_links(follow(""), QueryDict(""))["next"]
    Theme.objects.filter(code="t09").delete()
    Theme.objects.create(code="new", name="New", position=9)
    assert codes(follow(link)) == ORDER[5:10]


@pytest.mark.usefixtures("themes")
def test_keyset_page_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        codes(follow("?last=1"))


@pytest.mark.usefixtures("themes")
@pytest.mark.parametrize(
    "place",
    [
        "x",
        "W10",  # []
        "WyJhIiwiYiJd",  # ["a","b"]: no number
        "W05hTiwgImIiXQ",  # [NaN, "b"]
        "WzFlOTk5LCAiYiJd",  # [1e999, "b"]
        "WzEsICJcdTAwMDAiXQ",  # [1, NUL]
        "WzEsICJcdWQ4MDAiXQ",  # [1, half a surrogate]
        "W251bGwsbnVsbF0",  # [null, null]
        "x" * 5000,
    ],
)
def test_keyset_page_of_a_place_that_is_none_is_the_first(place):
    for key in ("after", "before"):
        assert codes(keyset_page(Asked(f"{key}={place}"), Theme.objects.all(), KEYS, 5)) == ORDER[:5]


@pytest.mark.usefixtures("themes")
def test_keyset_page_before_the_first_row_is_empty_and_says_so():
    place = place_of(Theme(code="t09", position=3), KEYS)
    page = keyset_page(Asked(f"before={place}"), Theme.objects.all(), KEYS, 5)
    assert codes(page) == []
    assert page.has_previous is False


def test_keyset_page_of_nothing():
    Theme.objects.all().delete()
    page = follow("")
    assert (codes(page), page.has_next, page.has_previous, page.after) == ([], False, False, "")


@pytest.mark.parametrize(
    ("asked", "number"), [("", 1), ("page=2", 2), ("page=99", 4), ("page=x", 1), ("page=-1", 4)]
)
def test_page_of_gives_the_nearest_page(asked, number):
    assert page_of(Asked(asked), range(100), 25).number == number


def test_page_links_keep_the_filters():
    query = QueryDict("ward=green&ward=lake&page=2&format=csv")
    links = page_links(page_of(Asked("page=2"), range(100), 25), query)
    assert links["next"] == "?ward=green&ward=lake&page=3"
    assert [number for number, _href, _current in links["numbers"]] == [1, 2, 3, 4]
    assert links["showing"] == "26 to 50 of 100"


def test_page_links_of_one_page_are_none():
    assert page_links(page_of(Asked(), range(3), 25), QueryDict("")) == {"numbers": []}


def test_with_query_takes_one_value_out():
    query = QueryDict("size=a&size=b&q=x")
    assert with_query(query, less=("size", "a")) == "?size=b&q=x"
    assert with_query(query, drop={"size"}, sort="-name") == "?q=x&sort=-name"
