"""Who may do what: role × answer. Chairs keep their own forum; membership is the organisation's."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile

from organisations.forums import operations
from organisations.forums import permissions as may
from organisations.forums.models import Decision, Forum, Item, Meeting, Paper, Term
from organisations.forums.standing import standing_of
from organisations.operations import end_membership
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.forums.factories import (
    close_for_items,
    make_agreed,
    make_closed,
    make_council_chair,
    make_forum,
    make_held,
    make_item,
    make_meeting,
    make_seat,
    make_seated,
    make_sector_chair,
    open_agenda,
    sit,
)
from tests.organisations.factories import make_member, make_organisation

pytestmark = pytest.mark.django_db
COUNCIL = {"partnerships", "commissioning", "councillor", "administrator", "council chair"}
MEMBERS = {"seated", "colleague", "sector chair"}
KEEPERS = {"partnerships", "council chair", "sector chair"}
EVERYONE = COUNCIL | MEMBERS | {"visitor", "stranger", "another's chair"}


@pytest.fixture
def scene():
    forum, ours = make_forum("The Board", is_public=False), make_organisation()
    people = {
        "visitor": AnonymousUser(),
        "stranger": make_user(),
        "seated": make_seated(forum, ours),
        "colleague": make_member(ours),
        "sector chair": make_sector_chair(forum),
        "council chair": make_council_chair(forum),
        "another's chair": make_sector_chair(make_forum()),
        "partnerships": make_officer("partnerships"),
        "commissioning": make_officer("commissioning"),
        "councillor": make_councillor(),
        "administrator": make_administrator(),
    }
    return forum, people


def answers(people, question) -> set[str]:
    given = {name: question(user) for name, user in people.items()}
    assert {type(a) for a in given.values()} == {bool}
    return {name for name, yes in given.items() if yes}


def sees(people, thing) -> set[str]:
    rows = type(thing).objects
    return answers(people, lambda user: rows.visible_to(user).filter(pk=thing.pk).exists())


def of(pk) -> Meeting:
    """Fetched anew, so that nothing is remembered of an earlier answer."""
    return Meeting.objects.select_related("forum").get(pk=pk)


def test_can_set_up_and_keep_a_forum(scene):
    forum, people = scene
    assert answers(people, may.can_set_up_forum) == {"partnerships"}
    assert answers(people, lambda u: may.can_keep_forum(u, forum)) == KEEPERS
    closed = operations.close_forum(make_forum().pk, by=people["partnerships"])
    assert answers(people, lambda u: may.can_keep_forum(u, closed)) == set()


def test_can_read_names_addresses_and_who_is_missing(scene):
    forum, people = scene
    assert answers(people, lambda u: may.can_read_names(u, forum)) == COUNCIL | MEMBERS
    for question in (may.can_read_addresses, may.can_see_who_is_missing):
        assert answers(people, lambda u, q=question: q(u, forum)) == COUNCIL | {"sector chair"}


def test_a_chair_whose_mandate_ended_keeps_nothing(scene):
    forum, people = scene
    chair = people["sector chair"]
    end_membership(chair.memberships.get().pk, by=people["partnerships"])
    standing = standing_of(chair, Forum.objects.get(pk=forum.pk))
    assert (standing.keeps, standing.is_member, standing.chairs) == (False, False, "")
    assert not Forum.objects.visible_to(chair).filter(pk=forum.pk).exists()


def test_a_chair_whose_term_ended_keeps_nothing(scene):
    forum, people = scene
    operations.end_term(Term.objects.get(user=people["council chair"]).pk, by=people["partnerships"])
    assert not may.can_keep_forum(people["council chair"], Forum.objects.get(pk=forum.pk))


def test_visible_to_of_a_closed_and_a_public_forum(scene):
    forum, people = scene
    meeting, term = make_meeting(forum), Term.objects.filter(seat__forum=forum).first()
    assert sees(people, forum) == sees(people, meeting) == sees(people, term) == COUNCIL | MEMBERS
    Forum.objects.update(is_public=True)
    assert sees(people, forum) == sees(people, meeting) == EVERYONE


def test_visible_to_of_an_item_before_and_after_it_is_agreed(scene):
    forum, people = scene
    draft = make_item(open_agenda(make_meeting(forum)))
    agreed = make_agreed(forum).items.first()
    assert sees(people, draft) == sees(people, agreed) == COUNCIL | MEMBERS
    Forum.objects.update(is_public=True)
    assert sees(people, draft) == COUNCIL | MEMBERS
    assert sees(people, agreed) == EVERYONE


def test_visible_to_of_a_decision_before_and_after_it_is_published(scene):
    forum, people = scene
    held = make_held(forum)
    draft = operations.record_decision(held.pk, text="Draft", by=people["partnerships"])
    out = make_closed(forum, decision="Out").decisions.get()
    officers = COUNCIL - {"councillor"} | {"sector chair"}
    assert sees(people, draft) == officers
    assert sees(people, out) == COUNCIL | MEMBERS
    Forum.objects.update(is_public=True)
    assert sees(people, draft) == officers
    assert sees(people, out) == EVERYONE


def test_visible_to_of_papers(scene, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    forum, people = scene

    def attach(meeting, **facts):
        file = ContentFile(b"%PDF-1.7", name="a.pdf")
        by = people["partnerships"]
        return operations.attach_paper(meeting.pk, title="A", file=file, kind="pdf", by=by, **facts)

    Forum.objects.update(is_public=True)
    agreed = make_agreed(forum)
    assert sees(people, attach(agreed)) == EVERYONE
    assert sees(people, attach(agreed, is_for_members=True)) == COUNCIL | MEMBERS
    assert sees(people, attach(make_meeting(forum))) == COUNCIL | MEMBERS
    gone = operations.remove_paper(attach(agreed).pk, by=people["partnerships"])
    assert sees(people, gone) == COUNCIL
    assert Paper.objects.kept().filter(pk=gone.pk).count() == 0


def test_can_read_agenda_and_minutes(scene):
    forum, people = scene
    planned, held, closed = make_meeting(forum).pk, make_held(forum).pk, make_closed(forum).pk
    assert answers(people, lambda u: may.can_read_agenda(u, of(planned))) == COUNCIL | MEMBERS
    assert answers(people, lambda u: may.can_read_minutes(u, of(held))) == COUNCIL - {"councillor"} | {
        "sector chair"
    }
    assert answers(people, lambda u: may.can_read_minutes(u, of(closed))) == EVERYONE


def test_can_propose_and_edit_an_item(scene):
    forum, people = scene
    meeting = open_agenda(make_meeting(forum))
    in_time = COUNCIL - {"councillor"} | MEMBERS
    assert answers(people, lambda u: may.can_propose_item(u, of(meeting.pk))) == in_time
    own = make_item(meeting, by=people["seated"])

    def fetched():
        return Item.objects.select_related("meeting__forum").get(pk=own.pk)

    assert answers(people, lambda u: may.can_edit_item(u, fetched())) == KEEPERS | {"seated"}
    close_for_items(meeting)
    assert answers(people, lambda u: may.can_propose_item(u, of(meeting.pk))) == KEEPERS
    assert answers(people, lambda u: may.can_edit_item(u, fetched())) == KEEPERS


def test_can_agree_agenda_is_each_chair_for_their_side(scene):
    forum, people = scene
    meeting = open_agenda(make_meeting(forum))
    for side in ("council", "sector"):
        asked = answers(people, lambda u, s=side: may.can_agree_agenda(u, of(meeting.pk), s))
        assert asked == {f"{side} chair"}
    assert may.sides_to_agree(people["sector chair"], of(meeting.pk)) == ["sector"]
    assert may.sides_to_agree(people["sector chair"], of(make_meeting(forum).pk)) == []


def test_can_agree_agenda_for_a_chair_without_an_account_is_a_partnerships_officers(scene):
    people = scene[1]
    forum = make_forum()
    sit(forum.seats.get(side="sector"), name="Nell Noaccount")
    meeting = open_agenda(make_meeting(forum))
    for side in ("sector", "council"):  # without an account; vacant
        assert answers(people, lambda u, s=side: may.can_agree_agenda(u, of(meeting.pk), s)) == {
            "partnerships"
        }


def test_can_reply_and_record(scene):
    forum, people = scene
    ahead, held = make_meeting(forum).pk, make_held(forum).pk
    assert answers(people, lambda u: may.can_reply(u, of(ahead))) == MEMBERS | KEEPERS
    assert answers(people, lambda u: may.can_reply(u, of(held))) == set()
    assert answers(people, lambda u: may.can_record_attendance(u, of(ahead))) == set()
    for question in (
        may.can_record_attendance,
        may.can_write_minutes,
        may.can_record_decision,
        may.can_close_meeting,
        may.can_attach_paper,
    ):
        assert answers(people, lambda u, q=question: q(u, of(held))) == KEEPERS
    assert answers(people, lambda u: may.can_move_meeting(u, of(ahead))) == KEEPERS
    assert answers(people, lambda u: may.can_record_payment(u, of(held))) == {"partnerships"}


def test_a_published_decision_and_its_meeting_stand(scene):
    forum, people = scene
    closed = make_closed(forum, decision="Stands").pk
    for question in (may.can_record_decision, may.can_close_meeting, may.can_attach_paper):
        assert answers(people, lambda u, q=question: q(u, of(closed))) == set()
    assert Decision.objects.count() == 1


def test_a_seat_without_an_account_opens_nothing_to_a_namesake(scene):
    forum = scene[0]
    stranger = make_user(email="nell@example.org")
    sit(make_seat(forum), name="Nell", email="nell@example.org")
    assert not Forum.objects.visible_to(stranger).filter(pk=forum.pk).exists()
