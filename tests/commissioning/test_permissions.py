"""Who may do what with intentions and circulars, and who may know of them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from commissioning import permissions as may
from commissioning.circulars import permissions as circular_may
from commissioning.circulars.models import Circular, CircularState
from commissioning.models import Intention, Stage
from commissioning.operations import move_stage, withdraw_intention
from tests.factories import make_administrator, make_councillor, make_officer, make_user

from .factories import make_circular, make_draft, make_intention, make_member

pytestmark = pytest.mark.django_db
PEOPLE = {
    "visitor": AnonymousUser,
    "person": make_user,
    "member": make_member,
    "partnerships": lambda: make_officer("partnerships"),
    "commissioning": lambda: make_officer("commissioning"),
    "property": lambda: make_officer("property"),
    "performance": lambda: make_officer("performance"),
    "administrator": make_administrator,
    "councillor": make_councillor,
}
OFFICERS = {"partnerships", "commissioning", "property", "performance", "administrator"}
COUNCIL = OFFICERS | {"councillor"}
EVERYONE = set(PEOPLE)


def who(answer) -> set[str]:
    return {name for name, make in PEOPLE.items() if answer(make())}


def withdrawn() -> Intention:
    intention = make_intention()
    return withdraw_intention(intention.pk, reason="No money.", by=intention.lead_officer)


def test_can_record_intention():
    assert who(may.can_record_intention) == {"commissioning"}


@pytest.mark.parametrize(
    ("make", "edit", "publish", "move", "withdraw"),
    [
        (make_draft, True, True, False, True),
        (make_intention, True, False, True, True),
        (withdrawn, False, False, False, False),
    ],
)
def test_only_commissioning_officers_work_on_an_intention(make, edit, publish, move, withdraw):
    intention = make()
    expected = {True: {"commissioning"}, False: set()}
    assert who(lambda u: may.can_edit_intention(u, intention)) == expected[edit]
    assert who(lambda u: may.can_publish_intention(u, intention)) == expected[publish]
    assert who(lambda u: may.can_move_stage(u, intention)) == expected[move]
    assert who(lambda u: may.can_withdraw_intention(u, intention)) == expected[withdraw]


@pytest.mark.parametrize(
    ("make", "expected"), [(make_intention, OFFICERS), (make_draft, set()), (withdrawn, set())]
)
def test_can_comment_on_intention_for_the_council(make, expected):
    intention = make()
    assert who(lambda user: may.can_comment_on_intention(user, intention)) == expected


def test_can_comment_on_intention_for_an_organisation_until_bidding_is_over():
    intention, member = make_intention(), make_member()
    assert may.can_comment_on_intention(member, intention, member.organisation)
    assert not may.can_comment_on_intention(make_member(), intention, member.organisation)
    over = move_stage(intention.pk, stage=Stage.EVALUATION, version=2, by=intention.lead_officer)
    assert not may.can_comment_on_intention(member, over, member.organisation)


@pytest.mark.parametrize(
    ("make", "readers"),
    [(make_draft, COUNCIL), (make_intention, EVERYONE), (withdrawn, EVERYONE)],
)
def test_intention_is_visible_to(make, readers):
    make()
    assert who(lambda user: Intention.objects.visible_to(user).exists()) == readers


def test_a_draft_withdrawn_before_it_was_published_stays_inside_the_council():
    draft = make_draft()
    withdraw_intention(draft.pk, reason="No money.", by=draft.lead_officer)
    assert who(lambda user: Intention.objects.visible_to(user).exists()) == COUNCIL


@pytest.mark.parametrize(
    ("state", "readers", "edit", "approve", "watch"),
    [
        (CircularState.DRAFT, COUNCIL, {"partnerships", "commissioning"}, {"partnerships"}, set()),
        (CircularState.SUPERSEDED, COUNCIL, set(), set(), set()),
        (CircularState.SENDING, EVERYONE, set(), set(), OFFICERS),
        (CircularState.SENT, EVERYONE, set(), set(), OFFICERS),
    ],
)
def test_circular(state, readers, edit, approve, watch):
    circular = make_circular()
    if state in ("sending", "sent"):
        by, at = make_officer(), circular.assembled_at
        fields = {"approved_at": at, "approved_by": by, "sent_at": at if state == "sent" else None}
        Circular.objects.update(state=state, **fields)
    Circular.objects.update(state=state)
    circular.refresh_from_db()
    assert who(lambda user: Circular.objects.visible_to(user).exists()) == readers
    assert who(lambda user: circular_may.can_edit_circular(user, circular)) == edit
    assert who(lambda user: circular_may.can_approve_circular(user, circular)) == approve
    assert who(lambda user: circular_may.can_watch_sending(user, circular)) == watch


def test_can_assemble_circular():
    assert who(circular_may.can_assemble_circular) == {"partnerships"}
