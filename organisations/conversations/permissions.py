"""Who may record, correct, see to and hand over. Who may read a conversation is in `visible_to`."""

from vcse_portal.accounts.models import Role

from .models import Conversation, FollowUp, RelationshipManager


def can_record_conversation(user) -> bool:
    """Every officer talks with organisations, whatever their part."""
    return user.is_authenticated and user.is_officer


def can_edit_draft(user, conversation: Conversation) -> bool:
    """Its author alone: also posts and discards it."""
    return can_record_conversation(user) and conversation.is_draft and conversation.author_id == user.pk


def can_correct_conversation(user, conversation: Conversation) -> bool:
    """Its author, and partnerships officers once the author is not there to do it."""
    if not can_record_conversation(user) or conversation.is_draft:
        return False
    return conversation.author_id == user.pk or _keeps_relationships(user)


def can_add_followup(user, conversation: Conversation) -> bool:
    """To a draft its author, to what was posted any officer: whoever sees that something is to be done."""
    return can_record_conversation(user) and (not conversation.is_draft or conversation.author_id == user.pk)


def can_edit_followup(user, followup: FollowUp) -> bool:
    """Who is to do it, who wrote the conversation, and partnerships officers: also say that it is done."""
    if not can_add_followup(user, followup.conversation):
        return False
    return user.pk in (followup.owner_id, followup.conversation.author_id) or _keeps_relationships(user)


def can_finish_followup(user, followup: FollowUp) -> bool:
    return can_edit_followup(user, followup) and not followup.conversation.is_draft


def can_see_relationships(user) -> bool:
    """Which relationships are kept by whom, and which are quiet: the last contact may be one for officers only."""
    return can_record_conversation(user)


def can_name_manager(user, current: RelationshipManager | None = None) -> bool:
    """Partnerships officers; and whoever keeps the relationship may pass it on."""
    if not can_record_conversation(user):
        return False
    return _keeps_relationships(user) or (current is not None and current.officer_id == user.pk)


def can_hand_over(user, officer) -> bool:
    """One's own relationships; partnerships officers also those of somebody who has left."""
    return can_record_conversation(user) and (user.pk == officer.pk or _keeps_relationships(user))


def can_name_champion(user) -> bool:
    """Partnerships officers, and administrators, who keep the directorates."""
    return user.is_authenticated and (_keeps_relationships(user) or user.is_administrator)


def can_set_quiet_months(user) -> bool:
    return can_name_champion(user)


def can_open_handover(user) -> bool:
    """The pack holds what is for officers only."""
    return can_record_conversation(user)


def _keeps_relationships(user) -> bool:
    return user.has_role(Role.PARTNERSHIPS)
