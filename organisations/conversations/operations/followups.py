"""What follows from a conversation: undertaken, changed, done."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Conversation, FollowUp


@transaction.atomic
def add_followup(
    conversation_id: int, *, key: UUID, what: str, owner: User, due_on: date, by: User
) -> FollowUp:
    """Give an officer something to do by a date. The owner is told once the conversation is posted."""
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)
    _check_owner(owner)
    with history.deed("added", by=by):
        followup, is_new = FollowUp.objects.get_or_create(
            key=key,
            defaults={"conversation": conversation, "what": what.strip(), "owner": owner, "due_on": due_on},
        )
    if is_new and not conversation.is_draft:
        emails.followup_given(followup, by=by)
    return followup


@transaction.atomic
def edit_followup(
    followup_id: int, *, version: int, what: str, owner: User, due_on: date, by: User
) -> FollowUp:
    """Change what is to be done, who does it or by when; a new owner is told. Raises Conflict when stale."""
    followup = _lock(followup_id)
    check_version(followup, version)
    if followup.is_done:
        raise ValidationError("This has been done. Reopen it first.")
    is_given_on = owner.pk != followup.owner_id
    if is_given_on:
        _check_owner(owner)
    with history.deed("edited", by=by):
        followup.what, followup.owner, followup.due_on = what.strip(), owner, due_on
        _save(followup, "what", "owner", "due_on")
    if is_given_on and not followup.conversation.is_draft:
        emails.followup_given(followup, by=by)
    return followup


@transaction.atomic
def finish_followup(followup_id: int, *, by: User, now: datetime | None = None) -> FollowUp:
    """It is done. Saying so twice changes nothing."""
    followup = _lock(followup_id)
    if followup.conversation.is_draft:
        raise ValidationError("Post the conversation first.")
    if followup.is_done:
        return followup
    with history.deed("done", by=by):
        followup.done_at, followup.done_by = now or timezone.now(), by
        _save(followup, "done_at", "done_by")
    return followup


@transaction.atomic
def reopen_followup(followup_id: int, *, by: User) -> FollowUp:
    """It was not done after all."""
    followup = _lock(followup_id)
    if not followup.is_done:
        return followup
    with history.deed("reopened", by=by):
        followup.done_at = followup.done_by = None
        _save(followup, "done_at", "done_by")
    return followup


def _lock(followup_id: int) -> FollowUp:
    found = FollowUp.objects.select_for_update(of=("self",)).select_related("conversation", "owner")
    return found.get(pk=followup_id)


def _save(followup: FollowUp, *fields: str) -> None:
    followup.version += 1
    followup.save(update_fields=[*fields, "version"])


def _check_owner(owner: User) -> None:
    if not owner.is_officer:
        raise ValidationError({"owner": f"{owner} is not a council officer."})
