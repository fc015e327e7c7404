"""Who took part in a conversation: organisations, officers, and people for the organisations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from organisations.models import Organisation
from vcse_portal.accounts.models import User

from ..models import Conversation, Participant, Party

MOST = 100  # organisations, or people, in one conversation


@dataclass(frozen=True)
class Guest:
    """Somebody who took part for an organisation: an account, or a name with a post."""

    person: int | None = None
    name: str = ""
    post: str = ""
    organisation: int | None = None


Who = tuple[set[int], list[int], list[Guest]]  # organisations, officers, guests


def who_took_part(organisations: Iterable[int], officers: Iterable[int], people: Iterable[Guest]) -> Who:
    """Each once. Raises ValidationError when they are more than a hall holds."""
    organisations, officers = set(organisations), list(dict.fromkeys(officers))
    people = _without_repeats(people, officers)
    if max(len(organisations), len(officers), len(people)) > MOST:
        raise ValidationError(f"A conversation has no more than {MOST} organisations, officers or people.")
    return organisations, officers, people


def set_who(
    conversation: Conversation, organisations: set[int], officers: list[int], people: list[Guest]
) -> None:
    """Bring organisations and people to what is wanted, touching only what differs."""
    _set_parties(conversation, organisations)
    _set_participants(conversation, officers, people)


def _without_repeats(people: Iterable[Guest], officers: Sequence[int]) -> list[Guest]:
    """Each account once, and officers not again as guests."""
    seen, found = set(officers), []
    for guest in dict.fromkeys(people):
        if guest.person is None or guest.person not in seen:
            found.append(guest)
            seen.add(guest.person)
    return found


def _set_parties(conversation: Conversation, wanted: set[int]) -> None:
    held = set(conversation.parties.values_list("organisation", flat=True))
    known = Organisation.objects.filter(pk__in=wanted - held).exclude(status=Organisation.Status.MERGED)
    new = set(known.values_list("pk", flat=True))
    if new != wanted - held:
        raise ValidationError({"organisations": "One of the organisations is no longer on the register."})
    conversation.parties.filter(organisation__in=held - wanted).delete()
    Party.objects.bulk_create(Party(conversation=conversation, organisation_id=pk) for pk in sorted(new))


def _set_participants(conversation: Conversation, officers: list[int], people: list[Guest]) -> None:
    known = set(User.objects.filter(pk__in=officers).values_list("pk", flat=True))
    wanted = [
        Participant(conversation=conversation, is_officer=True, person_id=pk)
        for pk in officers
        if pk in known
    ]
    wanted += [
        Participant(
            conversation=conversation,
            person_id=guest.person,
            name="" if guest.person else guest.name,
            post=guest.post,
            organisation_id=guest.organisation,
        )
        for guest in people
    ]
    held = {_identity(one): one for one in conversation.participants.all()}
    new = {_identity(one): one for one in wanted}
    gone = [one.pk for identity, one in held.items() if identity not in new]
    conversation.participants.filter(pk__in=gone).delete()
    Participant.objects.bulk_create(one for identity, one in new.items() if identity not in held)


def _identity(one: Participant) -> tuple:
    return (one.is_officer, one.person_id, one.name, one.post, one.organisation_id)


def in_words(organisations: set[int], officers: list[int], people: list[Guest]) -> str:
    """“Ashfield Youth Club. For the council: Pat Example. Lee Notional, Lead”: what the history compares."""
    named = Organisation.objects.filter(pk__in=organisations).values_list("name", flat=True)
    accounts = User.objects.in_bulk({*officers, *(guest.person for guest in people)} - {None})
    council = "; ".join(accounts[pk].display_name for pk in officers if pk in accounts)
    guests = "; ".join(_guest_in_words(guest, accounts.get(guest.person)) for guest in people)
    return ". ".join(filter(None, ["; ".join(named), council and f"For the council: {council}", guests]))


def _guest_in_words(guest: Guest, account: User | None) -> str:
    who = account.display_name if account else guest.name
    return ", ".join(filter(None, [who, guest.post or (account.post if account else "")]))
