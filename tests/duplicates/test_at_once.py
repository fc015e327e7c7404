"""F11 and F42: two officers at once, an edit in the middle, a process killed in the middle. Each with its control."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from organisations import operations as register
from organisations.duplicates import operations
from organisations.duplicates.models import Merge
from organisations.duplicates.operations import merge_organisations, undo_merge
from organisations.models import Contact, Organisation
from tests.factories import make_officer
from tests.organisations.factories import make_organisation
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def officer():
    return make_officer()


@pytest.fixture
def two(officer):
    one, other = make_organisation("Weavers Lunch Club"), make_organisation("Weavers Luncheon Club")
    for number in range(30):
        register.save_contact(
            other.pk, channel="email", value=f"{number}@b.example", consent="no", by=officer
        )
    return [Organisation.objects.get(pk=record.pk) for record in (one, other)]


def at_once(*deeds) -> list:
    """Start all at the same moment; the results or errors in the order given."""
    gate, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        gate.wait(10)
        try:
            results[place] = deed()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.parametrize("opposite", [False, True])
def test_f11_two_officers_merge_the_same_pair_at_once_and_one_does(opposite, two, officer):
    one, other = two
    pairs = [(one, other), (other, one) if opposite else (one, other)]

    def merging(winner, loser):
        versions = (winner.version, loser.version)
        return lambda: merge_organisations(winner.pk, loser.pk, versions=versions, by=officer)

    results = at_once(*(merging(*pair) for pair in pairs))
    assert sorted(type(result).__name__ for result in results) == ["Merge", "ValidationError"]
    merge = Merge.objects.get()
    assert Organisation.objects.filter(status="merged").count() == 1
    assert Contact.objects.filter(organisation=merge.winner).count() == 30


def test_f11_control_without_the_versions_an_edit_would_be_lost(two, officer, monkeypatch):
    one, other = two
    monkeypatch.setattr(operations, "check_version", lambda *args: None)
    register.edit_organisation(one.pk, version=one.version, summary="Hot lunches.", by=officer)
    versions, choices = (one.version, other.version), {"summary": "loser"}
    merge_organisations(one.pk, other.pk, versions=versions, choices=choices, by=officer)
    assert Organisation.objects.get(pk=one.pk).summary == ""


def test_f11_the_database_lets_no_two_records_go_into_each_other(two, officer, monkeypatch):
    one, other = two
    merge_organisations(one.pk, other.pk, by=officer)
    monkeypatch.setattr(operations, "_may_be_merged", lambda *args: None)
    with pytest.raises(IntegrityError):
        merge_organisations(other.pk, one.pk, by=officer)
    assert Organisation.objects.filter(status="merged").count() == 1


def test_f11_edit_that_comes_first_stops_the_merge(two, officer):
    one, other = two
    versions = (one.version, other.version)
    register.edit_organisation(one.pk, version=one.version, summary="Hot lunches.", by=officer)
    with pytest.raises(Conflict):
        merge_organisations(one.pk, other.pk, versions=versions, by=officer)
    assert Organisation.objects.get(pk=one.pk).summary == "Hot lunches."


@pytest.mark.parametrize("edited", [0, 1])
def test_f11_edit_and_merge_at_once_lose_nothing(edited, two, officer):
    one, other = two
    record, versions = two[edited], (one.version, other.version)
    results = at_once(
        lambda: merge_organisations(one.pk, other.pk, versions=versions, by=officer),
        lambda: register.edit_organisation(
            record.pk, version=record.version, summary="Hot lunches.", by=officer
        ),
    )
    failed = [result for result in results if isinstance(result, ValidationError)]
    assert len(failed) == 1
    was_edited = Organisation.objects.get(pk=record.pk).summary == "Hot lunches."
    assert was_edited is (failed[0] is results[0])
    assert Merge.objects.exists() is not was_edited


def test_undone_twice_at_once_is_undone_once(two, officer):
    merge = merge_organisations(two[0].pk, two[1].pk, by=officer)
    results = at_once(*[lambda: undo_merge(merge.pk, by=officer)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Merge", "ValidationError"]
    assert Contact.objects.filter(organisation=two[1]).count() == 30


# Killed in the middle --------------------------------------------------------------------------
WORKER = """
import sys, time, django
django.setup()
from pathlib import Path
from organisations.duplicates import operations
deed, first, second, file, guarded = sys.argv[1:]
index = operations.search.index

def stop_here(kind, ids):  # everything is written; nothing is agreed
    Path(file).write_text("written")
    time.sleep(60)

operations.search.index = stop_here
if guarded == "no":  # the control: each statement agreed as it is made
    operations.merge_organisations = operations.merge_organisations.__wrapped__
    operations.undo_merge = operations.undo_merge.__wrapped__
    operations._locked = lambda *ids: [operations.Organisation.objects.get(pk=pk) for pk in ids]
if deed == "merge":
    operations.merge_organisations(int(first), int(second), by=None)
else:
    operations.undo_merge(int(first), by=None)
"""


def killed(tmp_path, deed, first, second=0, *, guarded="yes") -> None:
    """Do the deed in a process of its own and kill it when all is written and nothing is committed."""
    held, file = connection.settings_dict, tmp_path / "written"
    address = f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
    settings = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "vcse_portal.settings", "DEBUG": "1"}
    given = [deed, str(first), str(second), str(file), guarded]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, *given], cwd=ROOT, env=os.environ | settings)
    end = time.monotonic() + 60
    while not file.exists():
        assert worker.poll() is None, "it ended before it came so far"
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def state() -> tuple:
    return (
        list(Organisation.objects.order_by("pk").values_list("status", "merged_into", "version")),
        sorted(Contact.objects.values_list("pk", "organisation")),
        Merge.objects.filter(undone_at=None).count(),
    )


@pytest.mark.slow
def test_f42_merge_killed_in_the_middle_leaves_nothing_and_can_be_repeated(two, officer, tmp_path):
    before = state()
    killed(tmp_path, "merge", two[0].pk, two[1].pk)
    assert state() == before
    merge_organisations(two[0].pk, two[1].pk, by=officer)
    assert two[0].contacts.count() == 30


@pytest.mark.slow
def test_f42_undoing_killed_in_the_middle_leaves_the_merge_and_can_be_repeated(two, officer, tmp_path):
    merge = merge_organisations(two[0].pk, two[1].pk, by=officer)
    before = state()
    killed(tmp_path, "undo", merge.pk)
    assert state() == before
    undo_merge(merge.pk, by=officer)
    assert two[1].contacts.count() == 30


@pytest.mark.slow
def test_f42_control_without_the_transaction_half_a_merge_would_stay(two, tmp_path):
    before = state()
    killed(tmp_path, "merge", two[0].pk, two[1].pk, guarded="no")
    assert state() != before


def test_merge_waits_for_a_row_that_is_being_added(two, officer):
    """A contact saved while the merge begins goes with the rest: the record's lock is waited for."""
    saved, may_end = threading.Event(), threading.Event()

    def adding():
        with transaction.atomic():
            register.save_contact(
                two[1].pk, channel="email", value="late@b.example", consent="no", by=officer
            )
            saved.set()
            may_end.wait(10)
        connections.close_all()

    thread = threading.Thread(target=adding)
    thread.start()
    saved.wait(10)
    merging = threading.Thread(
        target=lambda: (merge_organisations(two[0].pk, two[1].pk, by=officer), connections.close_all())
    )
    merging.start()
    time.sleep(0.3)
    may_end.set()
    thread.join(10), merging.join(20)
    assert two[0].contacts.count() == 31
