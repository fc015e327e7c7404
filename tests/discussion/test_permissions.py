from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.commissioning.factories import make_intention, make_member
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_organisation
from vcse_portal.discussion.models import Comment
from vcse_portal.discussion.operations import hide_comment, post_comment
from vcse_portal.discussion.permissions import can_answer_comment, can_hide_comment, can_post_comment

pytestmark = pytest.mark.django_db
PEOPLE = {
    "visitor": AnonymousUser,
    "person without organisation": make_user,
    "member": make_member,
    "partnerships": lambda: make_officer("partnerships"),
    "commissioning": lambda: make_officer("commissioning"),
    "property": lambda: make_officer("property"),
    "administrator": make_administrator,
    "councillor": make_councillor,
}


def who(may) -> set[str]:
    return {name for name, make in PEOPLE.items() if may(make())}


@pytest.fixture
def comment():
    member = make_member()
    said = {"party": member.organisation, "text": "Sundays?", "visibility": "public", "by": member}
    return post_comment(make_intention(), key=uuid4(), **said)


def test_can_post_comment_for_the_council(db):
    assert who(can_post_comment) == {"partnerships", "commissioning", "property", "administrator"}


def test_can_post_comment_for_an_organisation_only_with_a_membership(db):
    ours, other = make_organisation(), make_organisation()
    member = make_member(ours)
    assert can_post_comment(member, ours)
    assert not can_post_comment(member, other)
    assert not can_post_comment(make_officer(), ours)
    assert not can_post_comment(AnonymousUser(), ours)


def test_can_answer_comment(comment):
    assert who(lambda user: can_answer_comment(user, comment)) == {"partnerships", "commissioning"}


def test_can_hide_comment(comment):
    assert who(lambda user: can_hide_comment(user, comment)) == {"partnerships", "commissioning"}


def test_nobody_answers_or_hides_what_is_hidden(comment):
    hidden = hide_comment(comment.pk, reason="Names a person.", by=make_officer())
    assert who(lambda user: can_answer_comment(user, hidden)) == set()
    assert who(lambda user: can_hide_comment(user, hidden)) == set()


@pytest.mark.parametrize(
    ("visibility", "is_hidden", "readers"),
    [
        ("public", False, {"visitor", "outsider", "author", "colleague", "officer", "councillor"}),
        ("members", False, {"outsider", "author", "colleague", "officer", "councillor"}),
        ("council", False, {"author", "colleague", "officer", "councillor"}),
        ("public", True, {"author", "officer", "councillor"}),
        ("council", True, {"author", "officer", "councillor"}),
    ],
)
def test_comment_is_visible_to(visibility, is_hidden, readers):
    author = make_member()
    people = {
        "visitor": AnonymousUser(),
        "outsider": make_member(),
        "author": author,
        "colleague": make_member(author.organisation),
        "officer": make_officer("property"),
        "councillor": make_councillor(),
    }
    said = {"party": author.organisation, "text": "Sundays?", "visibility": visibility, "by": author}
    comment = post_comment(make_intention(), key=uuid4(), **said)
    if is_hidden:
        hide_comment(comment.pk, reason="Names a person.", by=people["officer"])
    found = {name for name, user in people.items() if Comment.objects.visible_to(user).exists()}
    assert found == readers
