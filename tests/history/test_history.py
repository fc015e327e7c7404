"""The database keeps who changed what; the timeline says it in words."""

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction

from organisations import operations
from organisations.models import Organisation
from tests.factories import make_officer, make_theme, make_ward
from tests.organisations.factories import make_organisation
from vcse_portal import history
from vcse_portal.history.timeline import timeline

pytestmark = pytest.mark.django_db


def test_every_way_of_writing_is_kept():
    thing = make_organisation("First")
    Organisation.objects.filter(pk=thing.pk).update(known_as="Bulk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisations_organisation SET known_as = 'Raw' WHERE id = %s", [thing.pk])
    assert [e.known_as for e in thing.events.order_by("pgh_id")] == ["", "Bulk", "Raw"]


@pytest.mark.parametrize(
    "deed",
    ["UPDATE organisations_organisationevent SET name = 'x'", "DELETE FROM organisations_organisationevent"],
)
def test_history_cannot_be_rewritten(deed):
    make_organisation()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)


def test_timeline_names_the_deed_the_person_and_what_changed():
    ann = make_officer(name="Ann")
    ward = make_ward("Greenhill")
    thing = make_organisation("First", by=ann)
    operations.edit_organisation(
        thing.pk,
        version=1,
        by=ann,
        legal_structure="cio",
        ward=ward,
        is_anchor=True,
        themes=[make_theme("Health").code],
    )
    edited, added = timeline(thing)
    assert (edited.who, edited.what, added.what) == ("Ann", "Edited", "Added")
    assert {(c.label, c.old, c.new) for c in edited.changes} == {
        ("Legal structure", "nothing", "Charitable Incorporated Organisation (CIO)"),
        ("Ward", "nothing", "Greenhill"),
        ("Community anchor", "no", "yes"),
        ("Activity themes", "nothing", "Health"),
    }


def test_timeline_shows_the_reason_of_a_deed():
    thing = make_organisation()
    with history.deed("closed", by=None, reason="Moved away"):
        Organisation.objects.filter(pk=thing.pk).update(status="closed")
    latest = timeline(thing)[0]
    assert (latest.who, latest.what, latest.reason) == ("The portal", "Closed", "Moved away")


def test_timeline_asks_no_more_for_a_long_history(django_assert_num_queries):
    thing, ann = make_organisation(), make_officer()
    for version in range(1, 6):
        operations.edit_organisation(thing.pk, version=version, by=ann, known_as=f"Name {version}")
    with django_assert_num_queries(2):
        entries = timeline(thing, limit=3)
    assert [e.changes[0].new for e in entries] == ["Name 5", "Name 4", "Name 3"]


def test_timeline_of_a_record_from_before_its_history_is_empty():
    assert timeline(Organisation(pk=0)) == []


def test_two_deeds_of_one_request_keep_their_own_names_people_and_reasons():
    ann, bob = make_officer(name="Ann"), make_officer(name="Bob")
    one, two, three = make_organisation("One"), make_organisation("Two"), make_organisation("Three")
    with pghistory.context(user=bob.pk, url="/x/"):  # as the middleware opens it
        with history.deed("closed", by=ann, reason="Moved away"):
            Organisation.objects.filter(pk=one.pk).update(status="closed")
        with history.deed("renamed", by=bob):
            Organisation.objects.filter(pk=two.pk).update(name="New")
        Organisation.objects.filter(pk=three.pk).update(name="Plain")
    said = [(e.what, e.who, e.reason) for e in (timeline(thing)[0] for thing in (one, two, three))]
    assert said == [("Closed", "Ann", "Moved away"), ("Renamed", "Bob", ""), ("Changed", "Bob", "")]
    assert {thing.events.last().pgh_context.metadata["url"] for thing in (one, two, three)} == {"/x/"}


def test_a_deed_within_a_deed_has_its_own_name_and_what_was_known_of_the_outer_one():
    ann = make_officer(name="Ann")
    one, two = make_organisation("One"), make_organisation("Two")
    with history.deed("imported", by=ann, import_run=7):
        with history.deed("added", by=None):
            Organisation.objects.filter(pk=one.pk).update(name="Inner")
        Organisation.objects.filter(pk=two.pk).update(name="Outer")
    assert [(e.what, e.who) for e in (timeline(one)[0], timeline(two)[0])] == [
        ("Added", "Ann"),
        ("Imported", "Ann"),
    ]
    assert {thing.events.last().pgh_context.metadata["import_run"] for thing in (one, two)} == {7}
