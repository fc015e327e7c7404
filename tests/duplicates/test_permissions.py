import pytest
from django.contrib.auth.models import AnonymousUser

from organisations.duplicates.models import Merge, Pair
from organisations.duplicates.operations import keep_apart, merge_organisations
from organisations.duplicates.permissions import can_merge_organisations
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_organisation

pytestmark = pytest.mark.django_db
WHO = [
    ("visitor", False),
    ("stranger", False),
    ("lead", False),
    ("partnerships", True),
    ("commissioning", False),
    ("property", False),
    ("performance", False),
    ("councillor", False),
    ("administrator", False),
]


def person(who, organisation):
    makers = {
        "visitor": AnonymousUser,
        "stranger": make_user,
        "lead": lambda: make_lead(organisation),
        "councillor": make_councillor,
        "administrator": make_administrator,
    }
    return makers.get(who, lambda: make_officer(who))()


@pytest.mark.parametrize(("who", "answer"), WHO)
def test_can_merge_organisations(who, answer):
    assert can_merge_organisations(person(who, make_organisation())) is answer


@pytest.mark.parametrize(("who", "answer"), WHO)
def test_pairs_distinctions_and_merges_are_seen_by_the_registers_keepers_alone(who, answer):
    one, two, three = (make_organisation() for _ in range(3))
    officer = make_officer()
    distinction = keep_apart(one.pk, three.pk, by=officer)
    Pair.objects.create(first=one, second=two, reasons=["same_name"], score=0.7)
    merge_organisations(one.pk, make_organisation().pk, by=officer)
    reader = person(who, one)
    seen = [model.objects.visible_to(reader).count() for model in (Pair, Merge, type(distinction))]
    assert seen == ([1, 1, 1] if answer else [0, 0, 0])
