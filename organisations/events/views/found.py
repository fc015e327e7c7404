"""The event an address names, as far as the reader may know of it, and what a form is bound to."""

from django.shortcuts import get_object_or_404

from ..models import Event


def visible(request, pk) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).for_page(), pk=pk)


def sent(request):
    """Also a POST without any field."""
    return request.POST if request.method == "POST" else None
