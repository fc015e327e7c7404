"""What the Compact writes to people."""

from django.utils.translation import gettext as _

from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import queue_mail

from .models import Signature


def version_signed(signature: Signature) -> None:
    """A receipt for the person who signed, with the words they agreed to."""
    version = signature.version
    queue_mail(
        kind="version_signed",
        key=f"version_signed:{signature.pk}:{signature.signed_at.isoformat()}",
        to=signature.signed_by,
        subject=_("%(organisation)s has signed %(document)s")
        % {"organisation": signature.organisation, "document": version.document},
        template="compact/version_signed",
        context={
            "signature": signature,
            "document": version.document,
            "url": absolute("compact:version", version.document.code, version.number),
        },
        because=_("You signed on behalf of your organisation."),
        about=signature,
    )
