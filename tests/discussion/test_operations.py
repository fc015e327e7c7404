from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from tests.commissioning.factories import make_intention, make_member
from tests.factories import make_officer
from vcse_portal.discussion.models import Comment
from vcse_portal.discussion.operations import answer_comment, hide_comment, post_comment
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
PUBLIC = Comment.Visibility.PUBLIC


@pytest.fixture
def intention():
    return make_intention(title="Youth work")


@pytest.fixture
def member():
    return make_member(name="Ann Example")


def say(intention, member, text="Please think of Sundays.", key=None, **changes):
    said = {"party": member.organisation, "text": text, "visibility": PUBLIC, "by": member, **changes}
    return post_comment(intention, key=key or uuid4(), **said)


def mails(kind):
    return [
        (m.subject, [d.email for d in m.deliveries.all()])
        for m in Message.objects.filter(kind=kind).prefetch_related("deliveries")
    ]


def test_post_comment_is_kept_with_author_and_party(intention, member):
    comment = say(intention, member, text="  Please think of Sundays.\n")
    assert (comment.about, comment.author, comment.party) == (intention, member, member.organisation)
    assert comment.text == "Please think of Sundays."


def test_post_comment_is_told_in_history(intention, member):
    entries = timeline(say(intention, member))
    assert [(e.what, e.who) for e in entries] == [("Commented", "Ann Example")]


def test_post_comment_mails_the_lead_officer(intention, member):
    say(intention, member)
    assert mails("comment_posted") == [("New comment on Youth work", [intention.lead_officer.email])]


def test_mails_lead_to_the_exact_place(intention, member):
    comment = say(intention, member)
    place = f"http://127.0.0.1:8000{intention.get_absolute_url()}#comment-{comment.pk}"
    answer_comment(comment.pk, text="We will.", version=1, by=intention.lead_officer)
    texts = dict(Message.objects.values_list("kind", "text"))
    assert [place in texts["comment_posted"], place in texts["comment_answered"]] == [True, True]
    assert "Please think of Sundays." in texts["comment_posted"]
    assert "We will." in texts["comment_answered"]


def test_post_comment_of_the_lead_officer_mails_nobody(intention):
    officer = intention.lead_officer
    post_comment(intention, party=None, text="The date moved.", visibility=PUBLIC, key=uuid4(), by=officer)
    assert mails("comment_posted") == []


def test_post_comment_with_the_same_key_posts_and_mails_once(intention, member):
    key = uuid4()
    assert say(intention, member, key=key) == say(intention, member, key=key)
    assert Comment.objects.count() == 1
    assert len(mails("comment_posted")) == 1


def test_post_comment_with_another_persons_key_is_refused(intention, member):
    key = uuid4()
    say(intention, member, key=key)
    with pytest.raises(ValidationError, match="Enter your comment again"):
        say(intention, make_member(), key=key)


def test_post_comment_refuses_blank_text(intention, member):
    with pytest.raises(ValidationError, match="Enter a comment"):
        say(intention, member, text=" \n ")


def test_post_comment_refuses_a_closed_or_missing_visibility(intention, member):
    with pytest.raises(ValidationError, match="Select who can read"):
        say(intention, member, visibility="friends")


def test_answer_comment_is_published_and_mailed_to_the_author(intention, member):
    officer = make_officer("commissioning", name="Olu Officer")
    comment = answer_comment(say(intention, member).pk, text="We will.", version=1, by=officer)
    assert (comment.answer, comment.answered_by, comment.is_answered) == ("We will.", officer, True)
    assert timeline(comment)[0].what == "Answered"
    assert mails("comment_answered") == [("Your comment on Youth work has been answered", [member.email])]


def test_answer_comment_twice_with_the_same_words_does_nothing(intention, member):
    officer = make_officer("commissioning")
    comment = say(intention, member)
    answer_comment(comment.pk, text="We will.", version=1, by=officer)
    assert answer_comment(comment.pk, text="We will.", version=1, by=officer).version == 2
    assert len(mails("comment_answered")) == 1


def test_answer_comment_from_a_stale_page_is_a_conflict(intention, member):
    comment = say(intention, member)
    answer_comment(comment.pk, text="We will.", version=1, by=make_officer("commissioning"))
    with pytest.raises(Conflict):
        answer_comment(comment.pk, text="We will not.", version=1, by=make_officer("commissioning"))


def test_answer_comment_can_be_corrected_without_another_mail(intention, member):
    officer = make_officer("commissioning")
    comment = answer_comment(say(intention, member).pk, text="We wil.", version=1, by=officer)
    assert answer_comment(comment.pk, text="We will.", version=2, by=officer).answer == "We will."
    assert [e.what for e in timeline(comment)] == ["Answer corrected", "Answered", "Commented"]
    assert len(mails("comment_answered")) == 1


def test_answer_comment_refuses_blank_hidden_and_the_councils_own(intention, member):
    officer = intention.lead_officer
    comment = say(intention, member)
    with pytest.raises(ValidationError, match="Enter an answer"):
        answer_comment(comment.pk, text=" ", version=1, by=officer)
    hide_comment(comment.pk, reason="Names a person.", by=officer)
    with pytest.raises(ValidationError, match="hidden"):
        answer_comment(comment.pk, text="We will.", version=2, by=officer)
    own = post_comment(intention, party=None, text="News.", visibility=PUBLIC, key=uuid4(), by=officer)
    with pytest.raises(ValidationError, match="its own comments"):
        answer_comment(own.pk, text="We will.", version=1, by=officer)


def test_hide_comment_keeps_the_words_and_tells_the_author(intention, member):
    comment = hide_comment(say(intention, member).pk, reason="Names a person.", by=make_officer())
    assert (comment.is_hidden, comment.text) == (True, "Please think of Sundays.")
    assert (timeline(comment)[0].what, timeline(comment)[0].reason) == ("Hidden", "Names a person.")
    assert mails("comment_hidden") == [("Your comment on Youth work has been hidden", [member.email])]


def test_hide_comment_refuses_without_reason_and_twice(intention, member):
    comment = say(intention, member)
    with pytest.raises(ValidationError, match="reason"):
        hide_comment(comment.pk, reason=" ", by=make_officer())
    hide_comment(comment.pk, reason="Names a person.", by=make_officer())
    with pytest.raises(ValidationError, match="already"):
        hide_comment(comment.pk, reason="Names a person.", by=make_officer())
