"""The demo borough: whole, believable, the same for the same seed, and never laid over real data."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from actions.models import Action, Plan
from commissioning.models import Intention
from organisations.models import Membership, Organisation
from vcse_portal.accounts.models import Role, User
from vcse_portal.borough.models import Directorate, Ward
from vcse_portal.demo import load, people
from vcse_portal.demo.borough import ward_features
from vcse_portal.demo.sector import share_under

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.LOCAL_DIR = tmp_path


def fingerprint():
    return (
        list(
            Organisation.objects.order_by("name_sort").values_list("name", "income", "themes", "ward__code")
        ),
        list(Action.objects.order_by("number").values_list("title", "due_on", "status", "rag")),
        list(Intention.objects.order_by("title").values_list("title", "stage", "closes_on")),
    )


def test_load_demo_makes_a_believable_borough_that_the_seed_decides(capsys):
    call_command("load_demo", seed=3)
    printed = capsys.readouterr().out
    assert (Ward.objects.count(), Directorate.objects.count()) == (22, 9)
    assert Organisation.objects.count() == 651
    assert share_under(Decimal(500_000)) == pytest.approx(0.91, abs=0.015)
    assert Organisation.objects.filter(ward=None).count() == 0
    plan = Plan.objects.get()
    assert (plan.actions.count(), plan.ambitions.count()) == (28, 3)
    assert {r for u in User.objects.all() for r in u.roles} == set(Role.values)
    assert Membership.objects.current().count() == 6
    for user in User.objects.all():
        assert user.email in printed
        assert user.check_password(people.password())
    with pytest.raises(CommandError, match="empty database"):
        call_command("load_demo")
    call_command("load_demo", if_empty=True)
    assert Organisation.objects.count() == 651


@pytest.mark.parametrize("seed", [1])
def test_load_demo_is_the_same_for_the_same_seed(seed):
    from django.db import transaction

    prints = []
    for _ in range(2):
        with transaction.atomic():
            load.load(seed, now=NOW)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]


def test_password_differs_per_installation(settings, tmp_path):
    first = people.password()
    assert people.password() == first
    settings.LOCAL_DIR = tmp_path / "another"
    assert people.password() != first


def test_wards_fill_the_borough_without_overlap():
    from shapely.geometry import shape

    areas = [shape(f["geometry"]) for f in ward_features([str(n) for n in range(22)])]
    assert all(a.is_valid and a.area > 0 for a in areas)
    assert sum(a.intersection(b).area for a in areas for b in areas if a is not b) == pytest.approx(
        0, abs=1e-9
    )
