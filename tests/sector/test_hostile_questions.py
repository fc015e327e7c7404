"""F26: whatever is asked of search, directory and exports, the answer is a page and comes soon.

EXAMPLES=10000 asks more than the everyday run does.
"""

import os
from time import process_time
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.factories import make_theme, make_ward
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
SECONDS = 2  # of processor, a request
PLACES = (
    "/organisations/",
    "/organisations/map/",
    "/search/",
    "/sector/",
    "/sector/figures.csv",
    "/sector/oruk/organizations",
    "/sector/oruk/taxonomy_terms",
)
NAMES = (
    *("q", "theme", "ward", "community", "structure", "band", "support", "kind", "format", "view"),
    *("page", "per_page", "perPage", "from", "after", "before", "last", "sort"),
)
LONG = "x" * 1_000_000
HARD = (  # that have undone others
    *(
        "\0",
        "a\0b",
        "\ud800",
        "\udfff\ud800",
        "²",
        "١",
        "-1",
        "0",
        "1e999",
        "NaN",
        "9" * 400,
        "‮",
        "%s",
        "%",
        "\\",
    ),
    *(
        "' OR 1=1 --",
        "a:*",
        "a & | !",
        "((((",
        "<->",
        ":*B",
        "unknown",
        "csv",
        "json",
        "oruk",
        "x|9",
        "|",
        "W10",
    ),
    *(LONG, "é" * 100_000, "a " * 100_000, "-" * 200_000, "1 " * 100_000, "ha1 2aa " * 20_000, "a1" * 50_000),
)
values = st.one_of(
    st.sampled_from(HARD),
    st.text(max_size=60),
    st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=60),  # surrogates too
    st.integers().map(str),
    st.from_regex(r"[a-z ]{1,30}", fullmatch=True),
)
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=20))
questions = st.lists(st.tuples(names, values), max_size=12)


def query(question) -> str:
    """As a browser that knows no better would send it."""
    return "&".join(f"{_sent(name)}={_sent(value)}" for name, value in question)


def _sent(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.fixture
def register():
    theme, ward = make_theme("Health"), make_ward("Greenhill")
    for name in ("Wealdstone Carers", "Élan Café", "1st Greenhill Scouts"):
        make_organisation(name, themes=[theme.code], ward=ward, postcode="HA1 2AA", summary=name)


@given(place=st.sampled_from(PLACES), question=questions)
@example(place="/organisations/", question=[("theme", "x")] * 5_000)
@example(place="/organisations/", question=[("q", "a" * n) for n in range(1, 400)])
@example(place="/organisations/", question=[("q", LONG), ("format", "csv")])
@example(place="/organisations/", question=[("after", f"{LONG}|1"), ("format", "json")])
@example(place="/search/", question=[("q", " ".join(f"wrod{n}" for n in range(50_000)))])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_f26_every_question_gets_a_page_soon(register, client, place, question):
    client.raise_request_exception = False
    began = process_time()
    response = client.get(f"{place}?{query(question)}")
    content = b"".join(response) if response.streaming else response.content
    assert response.status_code in (200, 400), (place, question)
    assert content
    assert process_time() - began < SECONDS, (place, [(name, value[:40]) for name, value in question])


def test_f26_control_a_page_that_fails_is_seen(register, client, monkeypatch):
    def fails(*_args):
        raise ValueError

    client.raise_request_exception = False
    monkeypatch.setattr("organisations.views.directory.look_up", fails)
    assert client.get("/organisations/?q=%00").status_code == 500
