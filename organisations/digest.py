"""What the register waits for from people: requests to speak for an organisation."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from vcse_portal.accounts.models import Role
from vcse_portal.mail import digest

from .models import Membership, Organisation

DAYS_TO_CONFIRM = 5
AT_MOST = 50


@digest.source
def requests_to_confirm(user, today):
    """For partnerships officers, and for leads of the organisation."""
    asked = Membership.objects.asked().exclude(user=user)
    if not user.has_role(Role.PARTNERSHIPS):
        asked = asked.filter(organisation__in=Organisation.objects.led_by(user))
    for membership in asked.select_related("user", "organisation")[:AT_MOST]:
        yield digest.Due(
            what=_("%(person)s asks to speak for %(organisation)s")
            % {"person": membership.user, "organisation": membership.organisation},
            url=reverse("organisations:people", args=[membership.organisation_id]),
            due_on=membership.starts_on + timedelta(days=DAYS_TO_CONFIRM),
            verb=_("Confirm or decline"),
            group=_("People"),
        )
