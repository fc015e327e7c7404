"""Mails about comments, one function each."""

from django.conf import settings
from django.utils.translation import gettext as _

from vcse_portal.mail.outbox import queue_mail
from vcse_portal.ui.markdown import to_text

from .models import Comment


def comment_posted(comment: Comment) -> None:
    """Tells the officer who answers for the thing; nobody when there is none, or when it is the author."""
    officer = getattr(comment.about, "answering_officer", None)
    if officer is None or not officer.is_active or officer == comment.author:
        return
    queue_mail(
        kind="comment_posted",
        key=f"comment_posted:{comment.pk}",
        to=officer,
        subject=f"New comment on {comment.about}",
        template="discussion/comment_posted",
        context={"comment": comment, "url": _address(comment)},
        because=f"You are the lead officer for {comment.about}.",
        about=comment,
    )


def comment_answered(comment: Comment) -> None:
    queue_mail(
        kind="comment_answered",
        key=f"comment_answered:{comment.pk}",
        to=comment.author,
        subject=_("Your comment on %(thing)s has been answered") % {"thing": comment.about},
        template="discussion/comment_answered",
        context={
            "comment": comment,
            "text": to_text(comment.text),
            "answer": to_text(comment.answer),
            "url": _address(comment),
        },
        because=_("You posted this comment."),
        about=comment,
    )


def comment_hidden(comment: Comment) -> None:
    queue_mail(
        kind="comment_hidden",
        key=f"comment_hidden:{comment.pk}",
        to=comment.author,
        subject=_("Your comment on %(thing)s has been hidden") % {"thing": comment.about},
        template="discussion/comment_hidden",
        context={"comment": comment, "url": _address(comment.about)},
        because=_("You posted this comment."),
        about=comment,
    )


def _address(thing) -> str:
    return f"{settings.BASE_URL}{thing.get_absolute_url()}"
