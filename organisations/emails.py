"""What the register writes to people."""

from django.utils.translation import gettext as _

from vcse_portal.accounts.models import Role, User
from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import queue_mail

from .models import Membership


def membership_asked(membership: Membership) -> None:
    """To the organisation's leads; to the partnerships officers when it has none."""
    leads = User.objects.active().filter(
        pk__in=membership.organisation.memberships.current().filter(role=Membership.Role.LEAD).values("user")
    )
    queue_mail(
        kind="membership_asked",
        key=f"membership_asked:{membership.pk}",
        to=list(leads) or list(User.objects.with_role(Role.PARTNERSHIPS)),
        subject=_("%(person)s asks to speak for %(organisation)s")
        % {"person": membership.user, "organisation": membership.organisation},
        template="organisations/membership_asked",
        context={
            "membership": membership,
            "url": absolute("organisations:people", membership.organisation_id),
        },
        because=_("You confirm who speaks for this organisation."),
        about=membership.organisation,
    )


def membership_confirmed(membership: Membership) -> None:
    queue_mail(
        kind="membership_confirmed",
        key=f"membership_confirmed:{membership.pk}",
        to=membership.user,
        subject=_("You now speak for %(organisation)s") % {"organisation": membership.organisation},
        template="organisations/membership_confirmed",
        context={
            "membership": membership,
            "url": absolute("organisations:organisation", membership.organisation_id),
        },
        because=_("You speak for this organisation on the portal."),
        about=membership.organisation,
    )
