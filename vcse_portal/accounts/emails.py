"""Mails about a person's account. Those of signing in (codes, notices) are in sign_in_mails.py."""

from django.utils.translation import gettext

from vcse_portal.borough.context import current_council
from vcse_portal.mail.links import absolute
from vcse_portal.mail.models import Priority
from vcse_portal.mail.outbox import Recipient, queue_mail

from .links import invitation_url
from .models import Invitation, User


def invitation_sent(invitation: Invitation) -> None:
    council = current_council()
    queue_mail(
        kind="invitation_sent",
        key=f"invitation_sent:{invitation.pk}:{invitation.invited_at.isoformat()}",
        to=Recipient(invitation.email, invitation.name),
        subject=gettext("%(council)s invites you to the %(portal)s")
        % {"council": council.name, "portal": council.portal_name},
        template="accounts/invitation_sent",
        context={
            "invitation": invitation,
            "asked": invitation.invited_by.display_name if invitation.invited_by else council.name,
            "council": council,
            "url": invitation_url(invitation),
        },
        because=gettext("Somebody at %(council)s asked us to invite you.") % {"council": council.name},
        priority=Priority.URGENT,
        is_secret=True,
        expires_at=invitation.expires_at,
    )


def roles_changed(person: User, *, by: User | None) -> None:
    queue_mail(
        kind="roles_changed",
        key=f"roles_changed:{person.pk}:{person.version}",
        to=person,
        subject=gettext("What you may do in the portal has changed"),
        template="accounts/roles_changed",
        context={"person": person, "by": by, "url": absolute("accounts:your_account")},
        because=gettext("You have an account with us."),
    )


def account_closed(person: User) -> None:
    queue_mail(
        kind="account_closed",
        key=f"account_closed:{person.pk}:{person.version}",
        to=person,
        subject=gettext("Your account has been closed"),
        template="accounts/account_closed",
        context={"person": person, "council": current_council()},
        because=gettext("You had an account with us."),
    )


def account_opened_again(person: User) -> None:
    queue_mail(
        kind="account_opened_again",
        key=f"account_opened_again:{person.pk}:{person.version}",
        to=person,
        subject=gettext("Your account is open again"),
        template="accounts/account_opened_again",
        context={"person": person, "url": absolute("account_login")},
        because=gettext("You have an account with us."),
    )
