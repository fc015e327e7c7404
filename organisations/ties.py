"""Ties between organisations as pages tell them: from one end, grouped by their words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.text import capfirst

from vcse_portal.accounts.models import Role, User
from vcse_portal.borough import codes
from vcse_portal.prepared import Prepared

from .models import Link, Organisation

SAID = ("kind", "starts_on", "ends_on", "note", "from_organisation__name", "to_organisation__name")
COUNCIL = User(roles=[Role.PARTNERSHIPS])  # stands for all who see every tie: for them SQL is written once
all_current_of = Prepared(
    lambda pk, day: (
        Link.objects.visible_to(COUNCIL).of(Organisation(pk=pk)).for_page().current(day).only(*SAID)
    ),
    int,
    date,
)
SHOWN = 12  # of one kind on an organisation's page; the rest is one link away
HEADER = ("Organisation", "Tie", "Other organisation", "Since", "Until", "Note")


@dataclass(frozen=True, slots=True)
class Tie:
    """A link as it reads from one end."""

    pk: int
    here: str
    words: str
    name: str
    href: str
    starts_on: date | None
    ends_on: date | None
    note: str
    is_past: bool


def tie_from(organisation: Organisation, link: Link, today: date | None = None) -> Tie:
    today = today or timezone.localdate()
    other = link.other_end(organisation)
    return Tie(
        link.pk,
        organisation.name,
        str(link.words_from(organisation)),
        other.name,
        f"/organisations/{other.pk}/",
        link.starts_on,
        link.ends_on,
        link.note,
        link.ends_on is not None and link.ends_on <= today,
    )


def ties_of(organisation: Organisation, user, *, current: bool = False) -> list[Tie]:
    """All ties of an organisation to others the reader may know of, by words and name. One query."""
    today = timezone.localdate()
    if current and user.is_authenticated and user.is_council:
        links = all_current_of(organisation.pk, today)
    else:
        links = Link.objects.visible_to(user).of(organisation).for_page()
        links = links.current(today) if current else links
    return sorted((tie_from(organisation, link, today) for link in links), key=lambda t: (t.words, t.name))


def candidates(ids: list[int]) -> list[dict]:
    """Organisations to choose the other end from, in the order of `ids`: pk, name and ward."""
    found = {o["pk"]: o for o in Organisation.objects.filter(pk__in=ids).values("pk", "name", "ward__name")}
    return [found[pk] for pk in ids if pk in found]


@dataclass
class Group:
    """Ties of the same words: "Supports" and whom. `more` says how many are not in `ties`."""

    words: str
    ties: list[Tie]
    more: int = 0


def grouped(ties: Iterable[Tie], *, at_most: int | None = None) -> list[Group]:
    by_words = defaultdict(list)
    for tie in ties:
        by_words[tie.words].append(tie)
    return [
        Group(capfirst(words), same[:at_most], len(same) - len(same[:at_most]))
        for words, same in by_words.items()
    ]


def as_rows(ties: Iterable[Tie]):
    for t in ties:
        yield t.here, t.words, t.name, t.starts_on or "", t.ends_on or "", t.note


@dataclass
class Body:
    """An infrastructure body with what it offers and its ties."""

    name: str
    href: str
    summary: str
    website: str
    offers: list[str]
    groups: list[Group] = field(default_factory=list)


def infrastructure(user) -> list[Body]:
    """Active infrastructure bodies the reader may know of, by name. Two queries, however many ties they have."""
    kinds = codes.names("support")
    found = list(Organisation.objects.visible_to(user).active().filter(is_infrastructure=True))
    ties = _ties_among(found, user)
    return [
        Body(
            o.name,
            o.get_absolute_url(),
            o.summary,
            o.website,
            [kinds.get(code, code) for code in o.support_offered],
            grouped(sorted(ties[o.pk], key=lambda t: (t.words, t.name)), at_most=SHOWN),
        )
        for o in found
    ]


def _ties_among(organisations: list[Organisation], user) -> dict[int, list[Tie]]:
    by_id, today, ties = {o.pk: o for o in organisations}, timezone.localdate(), defaultdict(list)
    if not by_id:
        return ties
    of_any = Link.objects.filter(from_organisation__in=by_id) | Link.objects.filter(to_organisation__in=by_id)
    for link in of_any.visible_to(user).current(today).for_page():
        for end in (link.from_organisation_id, link.to_organisation_id):
            if end in by_id:
                ties[end].append(tie_from(by_id[end], link, today))
    return ties


def offers(bodies: list[Body]) -> list[tuple[str, list[Body]]]:
    """Each kind of support with the bodies that offer it, in the borough's order; kinds nobody offers included."""
    return [(name, [b for b in bodies if name in b.offers]) for name in codes.names("support").values()]
