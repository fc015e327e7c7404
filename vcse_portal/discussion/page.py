"""What a thing's page needs to show its comments and take new ones.

A thing offers this kit: `get_absolute_url()`; optionally `answering_roles` (roles besides partnerships that may
answer and hide) and `answering_officer` (told of each new comment). Its app decides whether comments are open.
"""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vcse_portal.accounts.access import require

from .forms import CommentForm
from .models import Comment, parties_of
from .operations import post_comment
from .permissions import can_answer_comment, can_hide_comment, can_post_comment


def page_context(request, thing: Model, *, post_url: str, is_open: bool, form=None) -> dict:
    """For `{% discussion discussion %}`: the comments the reader may see, and the form if comments are open.

    Two queries, whatever the number of comments. `form` is a refused one, shown again with its errors.
    """
    user = request.user
    comments = list(Comment.objects.about(thing).visible_to(user).for_page())
    for comment in comments:
        comment.about = thing
        comment.may_answer = can_answer_comment(user, comment)
        comment.may_hide = can_hide_comment(user, comment)
    form = form or (comment_form(user) if is_open and user.is_authenticated else None)
    if form is not None:
        form.action = post_url
    return {
        "thing": thing,
        "comments": comments,
        "is_open": is_open,
        "form": form,
        "is_visitor": not user.is_authenticated,
        "is_council": user.is_authenticated and user.is_council,
    }


def comment_form(user, data=None) -> CommentForm | None:
    """The form for those who may speak for somebody, None for others."""
    parties = list(parties_of(user))
    for_council = can_post_comment(user)
    return CommentForm(data, parties=parties, for_council=for_council) if parties or for_council else None


def take_comment(
    request, thing: Model, *, is_open: bool, page: Callable[[CommentForm], HttpResponse]
) -> HttpResponse:
    """The whole of a thing's comment view: post and go back, or show `page(form)` with what is wrong.

    A person who speaks for nobody, or when comments are closed, gets 403.
    """
    if request.method != "POST":
        return redirect(f"{thing.get_absolute_url()}#comments")
    form = comment_form(request.user, request.POST)
    require(is_open and form is not None)
    if form.is_valid():
        comment = form.perform(post_comment, thing, by=request.user, **form.cleaned_data)
        if comment:
            messages.success(request, _said(comment))
            return redirect(comment.get_absolute_url())
    return page(form)


def _said(comment) -> str:
    if comment.party is None:
        return _("Your comment has been posted.")
    return _("Your comment has been posted. We email you when the council answers it.")
