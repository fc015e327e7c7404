"""Conversations and relationships, through the operations."""

from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from organisations.conversations import operations
from organisations.conversations.models import Conversation, FollowUp
from tests.factories import make_officer
from tests.organisations.factories import make_organisation


def make_draft(organisation=None, *, by=None, **facts) -> Conversation:
    """A draft with everything that posting asks for."""
    by = by or make_officer()
    facts.setdefault("organisations", [(organisation or make_organisation()).pk])
    facts.setdefault("officers", [by.pk])
    facts.setdefault("held_on", timezone.localdate() - timedelta(days=3))
    facts.setdefault("subject", "How the winter went")
    facts.setdefault("summary", "They ran out of coats.")
    facts.setdefault("audience", "officers")
    facts.setdefault("kind", "meeting")
    return operations.record_conversation(key=facts.pop("key", None) or uuid4(), by=by, **facts)


def make_conversation(organisation=None, *, by=None, now=None, **facts) -> Conversation:
    """One that was posted."""
    by = by or make_officer()
    draft = make_draft(organisation, by=by, **facts)
    return operations.post_conversation(draft.pk, version=draft.version, by=by, now=now)


def make_followup(
    conversation, *, owner=None, by=None, due_on: date | None = None, what="Send the form"
) -> FollowUp:
    owner = owner or conversation.author
    due_on = due_on or timezone.localdate() + timedelta(days=7)
    return operations.add_followup(
        conversation.pk, key=uuid4(), what=what, owner=owner, due_on=due_on, by=by or conversation.author
    )


def make_manager(organisation, officer=None, **facts):
    officer = officer or make_officer()
    return operations.name_manager(organisation.pk, officer=officer, by=facts.pop("by", officer), **facts)
