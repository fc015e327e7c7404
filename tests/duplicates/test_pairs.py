"""The nightly list of records that may be one organisation."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from organisations import operations as register
from organisations.duplicates.digest import likely_pairs
from organisations.duplicates.models import Pair
from organisations.duplicates.operations import (
    keep_apart,
    merge_organisations,
    undo_merge,
    withdraw_distinction,
)
from organisations.duplicates.pairs import find_pairs
from organisations.models import Identifier
from tests.factories import make_officer, make_user
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db
HERE = {"postcode": "HA1 2XY"}


def pairs() -> list[tuple[str, str, list[str]]]:
    find_pairs()
    return [(pair.first.name, pair.second.name, pair.reasons) for pair in Pair.objects.for_list()]


def contact(organisation, value):
    register.save_contact(organisation.pk, channel="email", value=value, consent="no", by=make_officer())


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (("Weavers Lunch Club", HERE), ("The Weavers' Lunch Club Ltd", HERE), ["same_name_nearby"]),
        (("Weavers Lunch Club", HERE), ("Weavers Luncheon Club", HERE), ["name_nearby"]),
        (("Weavers Lunch Club", HERE), ("Weavers Lunch Club", {"postcode": "HA1 9ZZ"}), ["same_name"]),
        (("Weavers Lunch Club", HERE), ("Weavers Lunch Club", {}), ["same_name"]),
        (("Weavers Lunch Club", {}), ("Weavers Lunch Club", {}), ["same_name"]),
        (
            ("Weavers", {"website": "https://www.weavers.example/"}),
            ("Spinners", {"website": "http://weavers.example"}),
            ["website"],
        ),
    ],
)
def test_pairs_are_found_by_what_two_records_share(one, other, reasons):
    make_organisation("Quite Another Thing", **HERE)
    first, second = (make_organisation(name, **facts) for name, facts in (one, other))
    assert pairs() == [(first.name, second.name, reasons)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Weavers Lunch Club", HERE), ("Greenhill Bowls", HERE)),
        (("1st Greenhill Scouts", HERE), ("2nd Greenhill Scouts", HERE)),
        (("Weavers Lunch Club", HERE), ("Weavers Luncheon Club", {"postcode": "HA9 1AA"})),
        (("Friends of the Park", HERE), ("Friends of the Park", {"postcode": "M33 1AA"})),
    ],
)
def test_pairs_leave_alone_what_only_resembles(one, other):
    for name, facts in (one, other):
        make_organisation(name, **facts)
    assert pairs() == []


def test_pairs_by_email_and_by_a_number_noted_under_another_scheme():
    one, two, three = make_organisation("Weavers"), make_organisation("Spinners"), make_organisation("Dyers")
    contact(one, "hello@weavers.example"), contact(two, "Hello@Weavers.example")
    Identifier.objects.create(organisation=one, scheme="GB-COH", number="02534145")
    Identifier.objects.create(organisation=three, scheme="XI-PORTAL", number="2534145")
    assert pairs() == [("Weavers", "Dyers", ["number"]), ("Weavers", "Spinners", ["email"])]


def test_pairs_with_several_reasons_come_first_and_say_them_all():
    make_organisation("Weavers Lunch Club", **HERE), make_organisation("Weavers Luncheon Club", **HERE)
    one, two = (make_organisation("Spinners Lunch Club", postcode="HA2 2AA") for _ in range(2))
    contact(one, "a@b.example"), contact(two, "a@b.example")
    assert [reasons for _one, _other, reasons in pairs()] == [["same_name_nearby", "email"], ["name_nearby"]]


def test_pairs_leave_alone_what_many_share():
    for number in range(7):
        make_organisation(f"{'abcdefg'[number] * 5} society", website="https://diocese.example")
    assert pairs() == []


def test_pairs_told_apart_stay_away_until_that_is_taken_back():
    one, two = make_organisation("Weavers Lunch Club"), make_organisation("Weavers Lunch Club")
    officer = make_officer()
    said = keep_apart(one.pk, two.pk, by=officer)
    assert pairs() == []
    withdraw_distinction(said.pk, by=officer)
    assert len(pairs()) == 1


def test_pairs_told_apart_stay_away_after_one_was_merged_into_a_third():
    one, two, three = (make_organisation("Weavers Lunch Club", **HERE) for _ in range(3))
    officer = make_officer()
    keep_apart(one.pk, two.pk, by=officer)
    merge = merge_organisations(three.pk, one.pk, by=officer)
    assert pairs() == []
    undo_merge(merge.pk, by=officer)
    assert len(pairs()) == 2


def test_pairs_tied_to_each_other_are_two():
    one, two = make_organisation("Weavers Trust", **HERE), make_organisation("Weavers Trust", **HERE)
    register.add_link(one.pk, to_organisation_id=two.pk, kind="branch", by=None)
    assert pairs() == []


def test_pairs_are_forgotten_when_they_are_alike_no_more_and_kept_as_they_were_otherwise():
    one, _two = (
        make_organisation("Weavers Lunch Club", **HERE),
        make_organisation("Weavers Lunch Club", **HERE),
    )
    assert len(pairs()) == 1
    row = Pair.objects.values().get()
    find_pairs()
    assert Pair.objects.values().get() == row
    register.edit_organisation(one.pk, version=one.version, name="Greenhill Bowls", by=make_officer())
    assert pairs() == []


def test_command_prints_how_many():
    make_organisation("Weavers Lunch Club"), make_organisation("Weavers Lunch Club")
    out = StringIO()
    call_command("find_duplicates", stdout=out)
    assert out.getvalue() == "1 likely pair.\n"


def test_digest_tells_the_registers_keepers_in_one_line():
    for _ in range(3):
        make_organisation("Weavers Lunch Club", **HERE)
    find_pairs()
    lines = [due.what for due in likely_pairs(make_officer(), None)]
    assert lines == ["3 pairs of records are very likely the same organisation"]
    for other in (make_officer("property"), make_user()):
        assert list(likely_pairs(other, None)) == []


def test_find_pairs_leaves_no_table_behind():
    find_pairs(), find_pairs()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename IN ('looked_at', 'found', 'gathered')")
        assert cursor.fetchone() == (0,)
