"""Record a draft, post it, correct what was posted."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Conversation, Kind, Status
from .followups import add_followup
from .participants import Guest, in_words, set_who, who_took_part

KIND = "conversation"
FACTS = ("kind", "held_on", "held_at", "place", "subject", "summary", "audience", "entry_uid", "meeting")


@transaction.atomic
def record_conversation(
    *,
    key: UUID,
    by: User,
    organisations: Iterable[int] = (),
    officers: Iterable[int] = (),
    people: Iterable[Guest] = (),
    todo: dict | None = None,
    now: datetime | None = None,
    **facts,
) -> Conversation:
    """Begin a draft that only its author sees. The same key again returns the draft already there.

    `todo` is the first thing to follow up, if any: what, owner, due_on.
    """
    _refuse_unknown(facts)
    now = now or timezone.now()
    who = who_took_part(organisations, officers, people)
    facts |= {"took_part": in_words(*who), "author": by, "created_at": now, "updated_at": now}
    with history.deed("recorded", by=by):
        conversation, is_new = Conversation.objects.get_or_create(key=key, defaults=facts)
        if is_new:
            _check(conversation)
            set_who(conversation, *who)
            if todo:
                add_followup(conversation.pk, key=uuid4(), by=by, **todo)
    return conversation


@transaction.atomic
def edit_draft(
    conversation_id: int,
    *,
    version: int,
    by: User,
    organisations: Iterable[int],
    officers: Iterable[int],
    people: Iterable[Guest],
    now: datetime | None = None,
    **facts,
) -> Conversation:
    """Change a draft. Raises Conflict when it was saved since `version`."""
    draft = _draft(conversation_id)
    check_version(draft, version)
    with history.deed("edited", by=by):
        _change(draft, facts, organisations, officers, people, now)
    return draft


@transaction.atomic
def post_conversation(
    conversation_id: int, *, version: int, by: User, now: datetime | None = None
) -> Conversation:
    """Make a draft part of the record, for the readers chosen, and tell whom it concerns.

    Posting it again changes nothing. Raises Conflict when the draft is not the one whose words were shown.
    """
    conversation = _lock(conversation_id)
    if not conversation.is_draft:
        return conversation
    check_version(conversation, version)
    now = now or timezone.now()
    _check_whole(conversation, now)
    with history.deed("posted", by=by):
        conversation.status, conversation.posted_at = Status.FINAL, now
        _save(conversation, ["status", "posted_at"], now)
    for followup in conversation.follow_ups.select_related("owner").filter(done_at=None):
        emails.followup_given(followup, by=by)
    emails.conversation_shared(conversation)
    return conversation


@transaction.atomic
def correct_conversation(
    conversation_id: int,
    *,
    version: int,
    reason: str,
    by: User,
    organisations: Iterable[int],
    officers: Iterable[int],
    people: Iterable[Guest],
    now: datetime | None = None,
    **facts,
) -> Conversation:
    """Put right what was posted; the history keeps what it said, and the reason. Raises Conflict when stale."""
    conversation = _lock(conversation_id)
    check_version(conversation, version)
    if conversation.is_draft:
        raise ValidationError("This is still a draft: edit it.")
    if not reason.strip():
        raise ValidationError({"reason": "Enter why it is corrected. It stays in the history."})
    with history.deed("corrected", by=by, reason=reason.strip()):
        _change(conversation, facts, organisations, officers, people, now)
        _check_whole(conversation, now or timezone.now())
    emails.conversation_shared(conversation)
    return conversation


@transaction.atomic
def discard_draft(conversation_id: int, *, by: User) -> None:
    """Throw a draft away; the history keeps that there was one. A second click finds nothing to do."""
    draft = Conversation.objects.select_for_update(of=("self",)).filter(pk=conversation_id).first()
    if draft is None:
        return
    if not draft.is_draft:
        raise ValidationError("This conversation has been posted. It can be corrected, not discarded.")
    with history.deed("discarded", by=by):
        draft.delete()


def _lock(conversation_id: int) -> Conversation:
    return Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)


def _draft(conversation_id: int) -> Conversation:
    conversation = _lock(conversation_id)
    if not conversation.is_draft:
        raise ValidationError("This conversation has been posted. Correct it instead.")
    return conversation


def _change(conversation, facts: dict, organisations, officers, people, now: datetime | None) -> None:
    _refuse_unknown(facts)
    for name, value in facts.items():
        setattr(conversation, name, value)
    _check(conversation)
    who = who_took_part(organisations, officers, people)
    set_who(conversation, *who)
    conversation.took_part = in_words(*who)
    _save(conversation, [*facts, "took_part"], now)


def _save(conversation: Conversation, changed: list[str], now: datetime | None) -> None:
    conversation.version += 1
    conversation.updated_at = now or timezone.now()
    conversation.save(update_fields=[*changed, "version", "updated_at"])
    search.index(KIND, [conversation.pk])


def _refuse_unknown(facts: dict) -> None:
    if unknown := facts.keys() - set(FACTS):
        raise TypeError(f"A conversation has no {', '.join(sorted(unknown))}.")


def _check(conversation: Conversation) -> None:
    if not conversation.subject.strip():
        raise ValidationError({"subject": "Enter a subject."})
    if conversation.kind not in Kind.values:
        raise ValidationError({"kind": "Select a kind of conversation."})


def _check_whole(conversation: Conversation, now: datetime) -> None:
    """What a posted conversation needs, said all at once."""
    wanted = {
        "what was said": conversation.summary.strip(),
        "who may read it": conversation.audience,
        "at least one organisation": conversation.parties.exists(),
        "at least one officer": conversation.participants.filter(is_officer=True).exists(),
    }
    if missing := [what for what, value in wanted.items() if not value]:
        raise ValidationError(f"Before posting, enter {'; '.join(missing)}.")
    if conversation.held_on > timezone.localdate(now):
        raise ValidationError("Its date is in the future. Post it once it has taken place.")
