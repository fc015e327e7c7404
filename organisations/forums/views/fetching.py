"""What the pages of the forums fetch: only what the person may know of, else 404."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404

from ..models import Decision, Forum, Item, Meeting, Paper, Seat, Term

FORM = ["GET", "HEAD", "POST"]


def forum_or_404(request, pk: int) -> Forum:
    return get_object_or_404(Forum.objects.visible_to(request.user), pk=pk)


def meeting_or_404(request, pk: int) -> Meeting:
    return get_object_or_404(Meeting.objects.visible_to(request.user).for_page(), pk=pk)


def seat_or_404(request, pk: int) -> Seat:
    seats = Seat.objects.filter(forum__in=Forum.objects.visible_to(request.user))
    return get_object_or_404(seats.select_related("forum"), pk=pk)


def term_or_404(request, pk: int) -> Term:
    terms = Term.objects.visible_to(request.user).select_related("seat__forum", "organisation", "user")
    return get_object_or_404(terms, pk=pk)


def item_or_404(request, pk: int) -> Item:
    items = Item.objects.visible_to(request.user).select_related("meeting__forum", "organisation")
    return get_object_or_404(items, pk=pk)


def paper_or_404(request, pk: int) -> Paper:
    papers = Paper.objects.visible_to(request.user).kept()
    return get_object_or_404(papers.select_related("meeting__forum"), pk=pk)


def decision_or_404(request, pk: int) -> Decision:
    decisions = Decision.objects.visible_to(request.user).select_related("meeting__forum", "item")
    return get_object_or_404(decisions, pk=pk)


def attempt(request, operation, *args, **kwargs):
    """Call an operation from a button; what it refuses is said at the top of the next page."""
    try:
        return operation(*args, **kwargs)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return None


def sent(request):
    """What a form is bound to: also a POST without any field."""
    return request.POST if request.method == "POST" else None
