"""The signed link of an invitation: names one invitation as it was last sent, so a newer mail ends the older link."""

from django.core import signing

from vcse_portal.mail.links import absolute

from .models import Invitation

SALT = "vcse_portal.accounts.invitation"


def invitation_token(invitation: Invitation) -> str:
    return signing.dumps([invitation.pk, _sent(invitation)], salt=SALT)


def invitation_url(invitation: Invitation) -> str:
    return absolute("accounts:accept_invitation", invitation_token(invitation))


def read_invitation_token(token: str) -> tuple[Invitation | None, str]:
    """The invitation a token names and its state.

    States: "open", "expired", "accepted", "withdrawn", "replaced" (sent again since) and "forged"
    (the only one without an invitation).
    """
    try:
        pk, sent = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None, "forged"
    invitation = Invitation.objects.select_related("directorate", "invited_by").filter(pk=pk).first()
    if invitation is None:
        return None, "forged"
    state = invitation.state()
    if state == "open" and sent != _sent(invitation):
        return invitation, "replaced"
    return invitation, state


def _sent(invitation: Invitation) -> int:
    return int(invitation.invited_at.timestamp() * 1000)
