"""What the register's keepers are asked to look at: records that may be the same organisation."""

from django.urls import reverse

from vcse_portal.mail import digest

from .models import Pair
from .permissions import can_merge_organisations

LIKELY = 0.9  # those one would act on; the rest waits in the list


@digest.source
def likely_pairs(user, today):
    """One line for partnerships officers, however many pairs there are."""
    if not can_merge_organisations(user):
        return
    if number := Pair.objects.filter(score__gte=LIKELY).count():
        yield digest.Due(
            what=f"{number:,} pairs of records are very likely the same organisation"
            if number > 1
            else "Two records are very likely the same organisation",
            url=reverse("duplicates:pairs"),
            due_on=None,
            verb="Compare",
            group="Organisations",
        )
