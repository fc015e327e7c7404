"""Who may have taken part: the people of the organisations chosen, and those a calendar entry names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models.functions import Lower

from organisations.models import Contact, Membership, Organisation
from vcse_portal.accounts.models import User
from vcse_portal.search.find import Ask, by_rank, understand
from vcse_portal.search.models import Audience
from vcse_portal.search.registry import fold

from .models import Participant
from .operations import Guest

MOST_FOUND = 12


@dataclass
class Known:
    """People as answers of a form: code → words, and code → who it is."""

    words: dict[str, str] = field(default_factory=dict)
    guests: dict[str, Guest] = field(default_factory=dict)

    def add(self, code: str, guest: Guest, *words: str) -> None:
        self.words[code] = ", ".join(filter(None, words))
        self.guests[code] = guest


def people_of(organisations: Iterable[int], before: Iterable[Participant] = ()) -> Known:
    """Those who speak for the organisations, their named contacts, and who was named `before`. Two queries."""
    known, names = Known(), set()
    posts = {(one.person_id, one.organisation_id): one.post for one in before if one.post}
    memberships = Membership.objects.current().filter(organisation__in=organisations)
    for one in memberships.select_related("user", "organisation"):
        said_before = posts.get((one.user_id, one.organisation_id))
        post = said_before or one.user.post or str(one.get_role_display())
        guest = Guest(person=one.user_id, post=post, organisation=one.organisation_id)
        known.add(f"m{one.pk}", guest, one.user.display_name, post, one.organisation.name)
        names.add((fold(one.user.display_name), one.organisation_id))
    for one in before:
        guest = Guest(person=one.person_id, name=one.name, post=one.post, organisation=one.organisation_id)
        if guest.person is None or guest.person not in {g.person for g in known.guests.values()}:
            known.add(f"p{one.pk}", guest, one.who, one.role, str(one.organisation or ""))
            names.add((fold(one.who), one.organisation_id))
    contacts = Contact.objects.filter(organisation__in=organisations).exclude(name="")
    for one in contacts.select_related("organisation"):
        if (who := (fold(one.name), one.organisation_id)) not in names:
            names.add(who)
            guest = Guest(name=one.name, post=one.post, organisation=one.organisation_id)
            known.add(f"c{one.pk}", guest, one.name, one.post, one.organisation.name)
    return known


def chosen_before(known: Known, before: Iterable[Participant]) -> list[str]:
    """The answers that stand for those who are in the conversation already."""
    by_person = {guest.person: code for code, guest in known.guests.items() if guest.person}
    return [by_person.get(one.person_id) or f"p{one.pk}" for one in before]


def find_organisations(words: str) -> list[int]:
    """What an officer may mean by part of a name or a number, best first; one if the name is exactly that."""
    exact = Organisation.objects.filter(name_sort=fold(words)).exclude(status=Organisation.Status.MERGED)
    if len(found := list(exact.values_list("pk", flat=True)[:2])) == 1:
        return found
    ask = Ask(audience=Audience.COUNCIL, kind="organisation", q=words)
    return by_rank(ask, understand(ask), size=MOST_FOUND).ids


@dataclass
class Invited:
    """Whom the addresses of a calendar entry belong to."""

    officers: list[int] = field(default_factory=list)
    organisations: list[int] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def invited(addresses: Iterable[str]) -> Invited:
    """Officers, members with their organisations, contacts with theirs; the rest stay addresses. Three queries."""
    addresses = list(dict.fromkeys(address.lower() for address in addresses))
    found, known = Invited(), set()
    people = {one.email.lower(): one for one in User.objects.active().filter(email__in=addresses)}
    found.officers = [one.pk for one in people.values() if one.is_officer]
    known.update(email for email, one in people.items() if one.is_officer)
    memberships = Membership.objects.current().filter(user__in=people.values())
    for one in memberships.select_related("user").order_by("pk"):
        found.people.append(f"m{one.pk}")
        found.organisations.append(one.organisation_id)
        known.add(one.user.email.lower())
    contacts = Contact.objects.filter(channel=Contact.Channel.EMAIL).annotate(address=Lower("value"))
    contacts = contacts.filter(address__in=set(addresses) - known)
    for one in contacts.exclude(organisation__status=Organisation.Status.MERGED):
        found.organisations.append(one.organisation_id)
        if one.name:
            found.people.append(f"c{one.pk}")
            known.add(one.address)
    found.organisations = list(dict.fromkeys(found.organisations))
    found.others = [_who(people.get(one), one) for one in addresses if one not in known]
    return found


def _who(person: User | None, address: str) -> str:
    return person.display_name if person else address
