"""The archive everyone reads and the editor's pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.circulars.models import Circular, CircularState
from commissioning.circulars.operations import approve_circular, drop_entry, gather_again
from tests.factories import make_officer
from tests.mail.factories import make_subscription
from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.models import Delivery, Message

from .factories import make_circular, make_intention, make_member
from .test_circular_operations import DECEMBER, NOVEMBER, at

pytestmark = pytest.mark.django_db
BASE = "/commissioning/circulars/"
PAGE = BASE + "2026-12/"


@pytest.fixture
def editor():
    return make_officer("partnerships", name="Pat Partner")


@pytest.fixture
def draft(editor):
    for title in ("Youth work", "Canal boats"):
        make_intention(title=title, now=NOVEMBER)
    return make_circular("2026-12", now=DECEMBER)


@pytest.fixture
def office(sign_in, editor):
    return sign_in(editor)


def approve(circular, editor) -> Circular:
    return approve_circular(
        circular.pk, version=Circular.objects.get(pk=circular.pk).version, by=editor, now=DECEMBER
    )


def test_circulars_and_page_show_what_was_approved_only(client, office, draft, editor):
    assert "December 2026" not in client.get(BASE).content.decode()
    assert client.get(PAGE).status_code == 404
    assert "December 2026" in office.get(BASE).content.decode()
    drop_entry(draft.entries.get(title="Canal boats").pk, by=editor)
    approve(draft, editor)
    assert "Circular, December 2026" in client.get(BASE).content.decode()
    page = client.get(PAGE).content.decode()
    assert ("Youth work" in page, "Canal boats" in page) == (True, False)


def test_circulars_needs_as_many_queries_for_four_rows_as_for_one(client, editor):
    def make(month):
        make_intention(now=at(2026, month, 1))
        approve(make_circular(f"2026-{month:02}", now=at(2026, month, 10)), editor)

    def count(address):
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    make(6)
    before = count(BASE)
    for month in (7, 8, 9):
        make(month)
    assert count(BASE) == before
    assert before <= 6
    assert count(BASE + "2026-09/") <= 9


def test_circular_edit_saves_and_a_stale_page_gives_409(office, draft):
    data = {"title": "Our news", "foreword": "Hello", "version": draft.version}
    assert office.post(PAGE + "edit/", data).status_code == 302
    assert Circular.objects.get().foreword == "Hello"
    stale = office.post(PAGE + "edit/", data | {"foreword": "Other words"})
    assert stale.status_code == 409
    assert "Other words" in stale.content.decode()


def test_circular_edit_lists_entries_with_their_deeds(office, draft, editor):
    first = draft.entries.first()
    drop_entry(first.pk, by=editor)
    page = office.get(PAGE + "edit/").content.decode()
    for words in ("Move up", "Leave out", "Put back", "Left out of this circular", "Go on to approve"):
        assert words in page


def test_circular_edit_needs_as_many_queries_for_four_entries_as_for_one(office, editor):
    make_intention(now=NOVEMBER)
    circular = make_circular("2026-12", now=DECEMBER)

    def count():
        office.get(PAGE + "edit/")
        with CaptureQueriesContext(connection) as found:
            assert office.get(PAGE + "edit/").status_code == 200
        return len(found)

    before = count()
    for _more in range(3):
        make_intention(now=DECEMBER)
    gather_again(circular.pk, by=editor, now=at(2026, 12, 2))
    assert circular.entries.count() == 4
    assert count() == before


def test_entry_move_drop_and_edit(office, draft):
    first, second = draft.entries.all()
    address = f"{BASE}entries/{second.pk}/"
    for _click in range(2):
        answer = office.post(address + "move/", {"move": second.up})
    assert answer["Location"] == f"{PAGE}edit/#entry-{second.pk}"
    assert [e.pk for e in draft.entries.all()] == [second.pk, first.pk]
    office.post(address + "drop/", {"deed": "drop"})
    assert draft.entries.kept().count() == 1
    office.post(address + "drop/", {"deed": "restore"})
    assert draft.entries.kept().count() == 2
    version = Circular.objects.get().version
    data = {"title": "Boats", "summary": "On the canal.", "version": version}
    assert office.post(address + "edit/", data).status_code == 302
    assert draft.entries.get(pk=second.pk).title == "Boats"
    assert office.post(address + "edit/", data | {"title": "Old boats"}).status_code == 409


@pytest.mark.parametrize(
    "move", ["", "up", "sideways-from-1", "up-from-x", "up-from-99999999999", "up-from-²"]
)
def test_entry_move_ignores_what_makes_no_sense(office, draft, move):
    entry = draft.entries.last()
    assert office.post(f"{BASE}entries/{entry.pk}/move/", {"move": move}).status_code == 302
    assert draft.entries.last() == entry


def test_circular_gather_says_what_came_and_went(office, draft):
    make_intention(title="Allotments")
    answer = office.post(PAGE + "gather/", follow=True)
    assert "1 added, 0 taken out." in answer.content.decode()


def test_circular_preview_shows_both_and_runs_nothing(office, draft):
    page = office.get(PAGE + "preview/")
    assert "Canal boats" in page.context["text"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    frame = office.get(PAGE + "preview/html/")
    policy = frame["Content-Security-Policy"]
    assert "Canal boats" in frame.content.decode()
    assert ("sandbox" in policy, "script-src" in policy, "default-src 'none'" in policy) == (
        True,
        False,
        True,
    )
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert not Message.objects.filter(kind="circular").exists()


def test_circular_test_is_mailed_to_the_officer(office, draft, editor):
    answer = office.post(PAGE + "test/", follow=True)
    assert f"A test is on its way to {editor.email}" in answer.content.decode()
    assert Message.objects.get(kind="circular_test").deliveries.get().email == editor.email


def test_circular_approve_says_how_many_and_sends_once(office, draft):
    make_subscription()
    page = office.get(PAGE + "approve/").content.decode()
    assert "2 items go to 1 confirmed subscriber." in " ".join(page.split())
    data = {"version": Circular.objects.get().version}
    for _click in range(2):
        assert office.post(PAGE + "approve/", data)["Location"] == PAGE
    assert Delivery.objects.filter(message__kind="circular").count() == 1


def test_circular_approve_after_a_change_gives_409(office, draft, editor):
    version = Circular.objects.get().version
    drop_entry(draft.entries.first().pk, by=editor)
    answer = office.post(PAGE + "approve/", {"version": version})
    assert answer.status_code == 409
    assert Circular.objects.get().state == CircularState.DRAFT


def test_circular_progress_gives_live_numbers(office, draft, editor):
    make_subscription()
    approve(draft, editor)
    assert office.get(PAGE + "progress/").json() == {
        "done": 0,
        "total": 1,
        "label": "0 sent, 1 waiting",
        "finished": False,
        "href": PAGE,
    }
    deliver()
    assert office.get(PAGE + "progress/").json()["finished"] is True
    assert "1 sent, 0 waiting" in office.get(PAGE).content.decode()


def test_circular_assemble_by_hand(office, draft):
    answer = office.post(BASE + "assemble/", {"period": "2026-12"})
    assert answer["Location"] == PAGE + "edit/"
    answer = office.post(BASE + "assemble/", {"period": "9999-99"}, follow=True)
    assert "Give the month as year and month" in answer.content.decode()
    assert Circular.objects.count() == 1


@pytest.mark.parametrize("page", ["edit/", "preview/", "preview/html/", "approve/", "progress/"])
def test_editors_pages_are_closed_to_others(client, sign_in, draft, page):
    assert client.get(PAGE + page).status_code == 302
    assert sign_in(make_member()).get(PAGE + page).status_code == 404
    assert sign_in(make_officer("property")).get(PAGE + page).status_code == 403


@pytest.mark.parametrize("page", ["test/", "gather/"])
def test_editors_deeds_are_closed_to_others_and_to_get(sign_in, office, draft, page):
    assert sign_in(make_officer("property")).post(PAGE + page).status_code == 403
    assert office.get(PAGE + page).status_code == 405


def test_entries_of_a_draft_are_unknown_to_members(sign_in, draft):
    entry = draft.entries.first()
    member = sign_in(make_member())
    for deed in ("edit/", "move/", "drop/"):
        assert member.post(f"{BASE}entries/{entry.pk}/{deed}", {}).status_code == 404


def test_circular_assemble_is_closed_to_others(client, sign_in):
    assert client.post(BASE + "assemble/").status_code == 302
    assert sign_in(make_officer("commissioning")).post(BASE + "assemble/").status_code == 403
    assert sign_in(make_officer("partnerships")).get(BASE + "assemble/").status_code == 405
