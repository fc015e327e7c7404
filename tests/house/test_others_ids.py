"""F18: another organisation's id, in an address or beside its own parent's, tells nothing: not even that it is there."""

import re

import pytest
from django.urls import reverse

from .scene import ARGUMENTS, MORE_ARGUMENTS, NEEDS

pytestmark = pytest.mark.django_db
NOBODY = 2_000_000_000  # an id nothing has
CHANGING = (
    re.compile(  # what differs between any two answers: tokens, the request's number, the address asked
        rb'name="csrf[^>]*>|nonce="[^"]*"|<code>[0-9a-f]{32}</code>|/[a-z0-9/-]*\d[^"<\s]*'
    )
)


def plain(answer) -> tuple:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, answer.get("Location", "").split("?")[0], CHANGING.sub(b"", body)


def hidden_addresses(scene):
    """(name, address, the same address of an id nobody has) of things with one id in their address."""
    for name, kind in sorted(NEEDS.items()):
        if not kind or kind in ARGUMENTS or kind not in scene.things:
            continue
        for thing in scene.things[kind].values():
            if not isinstance(getattr(thing, "pk", None), int):
                continue
            more = MORE_ARGUMENTS.get(name, ())
            yield name, reverse(name, args=[thing.pk, *more]), reverse(name, args=[NOBODY, *more])


@pytest.mark.parametrize("person", ["stranger", "other", "representative", "councillor"])
def test_f18_what_one_may_not_know_of_answers_like_what_is_not_there(scene, person):
    client, compared = scene.client(person), 0
    for name, address, nowhere in hidden_addresses(scene):
        answer = client.get(address)
        if answer.status_code != 404:
            continue
        compared += 1
        assert plain(answer) == plain(client.get(nowhere)), name
    assert compared > (0 if person == "councillor" else 50)


def test_f18_control_an_answer_that_says_more_is_seen(scene):
    client = scene.client("stranger")
    hidden = scene.things["organisation"]["unpublished"].get_absolute_url()
    published = scene.things["organisation"]["published"].get_absolute_url()
    assert plain(client.get(hidden)) != plain(client.get(published))


@pytest.mark.parametrize(
    ("name", "kind", "state"),
    [
        ("organisations:contact_edit", "contact", "published"),
        ("organisations:contact_remove", "contact", "published"),
        ("organisations:number_check", "number", "published"),
        ("organisations:link_end", "tie", "of an unpublished"),
    ],
)
def test_f18_a_part_is_not_reached_through_another_parent(scene, name, kind, state):
    part, other = scene.things[kind][state], scene.things["organisation"]["published"]
    if kind != "tie":
        other = scene.things["organisation"]["another's"]
    for person in ("partnerships", "lead", "other"):
        client, address = scene.client(person), reverse(name, args=[other.pk, part.pk])
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (302, 403, 404, 405)
            assert answer.status_code != 302 or answer["Location"].endswith(("/", "numbers/"))
    part.refresh_from_db()


@pytest.mark.parametrize(
    "query",
    [
        "/conversations/?organisation={}",
        "/organisations/?q={}",
        "/forums/meetings/?q={}",
        "/events/?q={}",
        "/search/?q={}",
    ],
)
def test_f18_filters_and_searches_find_nothing_of_what_is_hidden(scene, query):
    hidden = scene.things["organisation"]["unpublished"]
    for person in ("visitor", "stranger", "representative", "other"):
        for words in (hidden.name, str(hidden.pk)):
            for end in ("", "&format=csv", "&format=json"):
                answer = scene.client(person).get(query.format(words.replace(" ", "+")) + end)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert hidden.get_absolute_url().encode() not in body
                assert b"A secret address" not in body
