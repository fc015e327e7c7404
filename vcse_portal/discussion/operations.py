"""Comment, answer, hide: the only writers of comments."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from . import emails
from .models import Comment


@transaction.atomic
def post_comment(
    about: Model, *, party: Model | None, text: str, visibility: str, key: UUID, by: User, now=None
) -> Comment:
    """Say something about a thing for an organisation, or for the council when `party` is None.

    `key` is made with the form: the same key again returns the comment already there, so that a second click
    posts nothing. Tells the thing's `answering_officer`, if it has one, once.
    """
    text = text.strip()
    if not text:
        raise ValidationError(_("Enter a comment."))
    if visibility not in Comment.Visibility.values:
        raise ValidationError(_("Select who can read your comment."))
    said = {"about": about, "party": party, "text": text, "visibility": visibility, "author": by}
    with history.deed("commented", by=by):
        comment, is_new = Comment.objects.get_or_create(
            key=key, defaults={**said, "posted_at": now or timezone.now()}
        )
    if comment.author != by:
        raise ValidationError(_("Enter your comment again: this page had been used by somebody else."))
    if is_new:
        emails.comment_posted(comment)
    return comment


@transaction.atomic
def answer_comment(comment_id: int, *, text: str, version: int, by: User, now=None) -> Comment:
    """Answer for the council, or correct the answer given before. The author is told the first time.

    Raises Conflict when somebody else answered meanwhile; the same answer again does nothing.
    """
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment_id)
    text = text.strip()
    if comment.answer == text and text:
        return comment
    check_version(comment, version)
    _refuse_to_answer(comment, text)
    is_first = not comment.is_answered
    comment.answer, comment.answered_at, comment.answered_by = text, now or timezone.now(), by
    comment.version += 1
    with history.deed("answered" if is_first else "answer corrected", by=by):
        comment.save(update_fields=["answer", "answered_at", "answered_by", "version"])
    if is_first:
        emails.comment_answered(comment)
    return comment


def _refuse_to_answer(comment: Comment, text: str) -> None:
    if not text:
        raise ValidationError("Enter an answer.")
    if comment.is_hidden:
        raise ValidationError("This comment has been hidden, so it cannot be answered.")
    if comment.is_for_the_council:
        raise ValidationError("The council does not answer its own comments.")


@transaction.atomic
def hide_comment(comment_id: int, *, reason: str, by: User, now=None) -> Comment:
    """Take a comment from view, its words kept; the author is told why."""
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment_id)
    reason = reason.strip()
    if comment.is_hidden:
        raise ValidationError("This comment has already been hidden.")
    if not reason:
        raise ValidationError("Enter the reason for hiding this comment. Its author is told it.")
    comment.hidden_at, comment.hidden_by, comment.hidden_reason = now or timezone.now(), by, reason
    comment.version += 1
    with history.deed("hidden", by=by, reason=reason):
        comment.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "version"])
    emails.comment_hidden(comment)
    return comment
