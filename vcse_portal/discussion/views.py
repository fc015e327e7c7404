"""Answering and hiding a comment, on pages of their own. Posting is done at the thing's own address."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from vcse_portal.accounts.access import require
from vcse_portal.ui.conflict import Conflict, conflict_page
from vcse_portal.ui.forms import sent

from .forms import AnswerForm, HideForm
from .models import Comment
from .operations import answer_comment, hide_comment
from .permissions import can_answer_comment, can_hide_comment, can_moderate_comment


def comment_answer(request, pk):
    comment = _comment(request, pk)
    require(can_answer_comment(request.user, comment))
    initial = {"text": comment.answer, "version": comment.version}
    form = AnswerForm(*sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            answered = form.perform(answer_comment, comment.pk, by=request.user, **form.cleaned_data)
        except Conflict:
            return conflict_page(request, form, _comment(request, pk))
        if answered:
            messages.success(request, "Your answer has been published.")
            return redirect(answered.get_absolute_url())
    return _page(request, "discussion/comment_answer.html", comment, form)


def comment_hide(request, pk):
    comment = _comment(request, pk)
    if comment.is_hidden and can_moderate_comment(request.user, comment):
        return redirect(comment.get_absolute_url())  # a second click
    require(can_hide_comment(request.user, comment))
    form = HideForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        hidden = form.perform(hide_comment, comment.pk, by=request.user, **form.cleaned_data)
        if hidden:
            messages.success(request, "The comment has been hidden and its author told why.")
            return redirect(hidden.get_absolute_url())
    return _page(request, "discussion/comment_hide.html", comment, form)


def _comment(request, pk) -> Comment:
    return get_object_or_404(Comment.objects.visible_to(request.user).for_page(), pk=pk)


def _page(request, template, comment, form):
    form.cancel_href = comment.get_absolute_url()
    return render(request, template, {"comment": comment, "thing": comment.about, "form": form})
