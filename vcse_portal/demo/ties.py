"""Who supports, represents, hosts and joins whom in the demo borough."""

import random
from datetime import date

from organisations import operations
from organisations.models import Link, Organisation
from vcse_portal.accounts.models import User

Kind = Link.Kind
VOLUNTARY_ACTION = "Alderbrook Voluntary Action"
OFFERS = {
    VOLUNTARY_ACTION: ["funding", "governance", "money", "volunteers", "partnership", "voice"],
    "Alderbrook Equalities Centre": ["voice", "safeguarding"],
    "Millbank Community Centre": ["premises"],
}
WISHES = {
    "Weavers Lunch Club": (["money", "premises"], "Somebody who can look at our accounts once a year."),
    "Alderbrook Food Bank": (["premises", "volunteers"], "A store with a loading bay."),
}
TIES = [
    ("Weavers Lunch Club", Kind.HOSTED, "Millbank Community Centre", 2019, "Tuesdays and Thursdays"),
    ("Alderbrook Food Bank", Kind.SUPPORTED, VOLUNTARY_ACTION, 2021, ""),
    ("Alderbrook Carers Network", Kind.CONSORTIUM_PARTNER, "Alderbrook Consortium", 2023, ""),
    ("Brookside Youth Project", Kind.CONSORTIUM_PARTNER, "Alderbrook Consortium", 2023, ""),
    (VOLUNTARY_ACTION, Kind.CONSORTIUM_LEAD, "Alderbrook Consortium", 2023, ""),
    ("Alderbrook Equalities Centre", Kind.SUPPORTED, VOLUNTARY_ACTION, 2018, ""),
]
MEMBERS = 40  # of Voluntary Action, besides


def tie(rng: random.Random, everyone: dict[str, User]) -> None:
    """By the officer who keeps the register."""
    by = everyone["partnerships"]
    known = {o.name: o for o in Organisation.objects.filter(name__in=_names())}
    for name, offered in OFFERS.items():
        _edit(known[name], by, support_offered=offered, is_infrastructure=name != "Millbank Community Centre")
    for name, (wanted, words) in WISHES.items():
        _edit(known[name], by, support_wanted=wanted, support_needs=words)
    for one, kind, other, year, note in TIES:
        _tie(known[one], kind, known[other], by, starts_on=date(year, 4, 1), note=note)
    small = list(Organisation.objects.active().exclude(pk__in=[o.pk for o in known.values()]).order_by("pk"))
    for organisation in rng.sample(small, MEMBERS):
        _tie(
            organisation,
            Kind.MEMBER,
            known[VOLUNTARY_ACTION],
            by,
            starts_on=date(rng.randint(2012, 2025), 4, 1),
        )


def _names() -> set[str]:
    return {*OFFERS, *WISHES, *(name for tie in TIES for name in (tie[0], tie[2]))}


def _edit(organisation: Organisation, by: User, **facts) -> None:
    operations.edit_organisation(organisation.pk, version=None, by=by, **facts)


def _tie(one: Organisation, kind: str, other: Organisation, by: User, **facts) -> None:
    operations.add_link(one.pk, kind=kind, to_organisation_id=other.pk, by=by, **facts)
