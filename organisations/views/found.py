"""The organisation an address names, as far as the reader may know of it."""

from django.shortcuts import get_object_or_404

from ..models import Organisation


def visible(request, pk) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user).for_page(), pk=pk)
