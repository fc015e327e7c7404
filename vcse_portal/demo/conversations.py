"""What council and sector said to each other over a year, who keeps which relationship, and the champions."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from organisations.conversations import operations
from organisations.conversations.operations import Guest
from organisations.models import Membership, Organisation
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Directorate

from .content import read

NAMESPACE = UUID("1c2f4e4e-6f0b-4b53-8c0a-9b7a1d2f6e55")


def record(people: dict[str, User], now: datetime) -> None:
    content, today = read("conversations"), now.date()
    organisations = {one.name: one for one in Organisation.objects.filter(name__in=_names(content))}
    directorates = {one.code: one for one in Directorate.objects.all()}
    _terms(content["managers"], operations.name_manager, organisations, people, today)
    _terms(content["champions"], operations.name_champion, directorates, people, today)
    for row in content["conversations"]:
        _converse(row, organisations, people, now)
    officer, names, subject = content["draft"]
    operations.record_conversation(
        key=uuid5(NAMESPACE, subject),
        by=people[officer],
        now=now - timedelta(days=9),
        kind="visit",
        held_on=today - timedelta(days=10),
        subject=subject,
        organisations=[organisations[name].pk for name in names],
        officers=[people[officer].pk],
    )


def _names(content) -> set[str]:
    return {row[0] for row in content["managers"]} | {
        name for row in content["conversations"] for name in row[5]
    }


def _terms(rows, name, of, people, today) -> None:
    """Each row: of what, who, and how many days ago it began and, if it did, ended."""
    for what, who, began, _ended in rows:
        day = today - timedelta(days=began)
        name(of[what].pk, officer=people[who], by=people["partnerships"], starts_on=day, today=day)


def _converse(row, organisations, people, now) -> None:
    days, kind, clock, place, officers, names, guests, audience, subject, summary, todo = row
    held_on, by = now.date() - timedelta(days=days), people[officers[0]]
    then = now - timedelta(days=days)
    draft = operations.record_conversation(
        key=uuid5(NAMESPACE, subject),
        by=by,
        now=then,
        kind=kind,
        held_on=held_on,
        held_at=time.fromisoformat(clock) if clock else None,
        place=place,
        subject=subject,
        summary=summary,
        audience=audience,
        organisations=[organisations[name].pk for name in names],
        officers=[people[key].pk for key in officers],
        people=[_guest(words, people, organisations[names[-1]]) for words in guests],
    )
    if todo:
        what, owner, due_in = todo
        operations.add_followup(
            draft.pk,
            key=uuid5(NAMESPACE, what),
            what=what,
            owner=people[owner],
            due_on=now.date() + timedelta(days=due_in),
            by=by,
        )
    operations.post_conversation(draft.pk, version=draft.version, by=by, now=then)


def _guest(words: str, people: dict[str, User], organisation: Organisation) -> Guest:
    """One of the demo people by their key, or a name with a role."""
    if words in people:
        membership = Membership.objects.current().filter(user=people[words]).first()
        return Guest(person=people[words].pk, organisation=membership and membership.organisation_id)
    name, _comma, post = words.partition(", ")
    return Guest(name=name, post=post, organisation=organisation.pk)
