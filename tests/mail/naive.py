"""The control of F7: a sender as it is often written, which marks its mails as sent after each batch."""

import django

django.setup()

from django.core.mail import get_connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from vcse_portal.mail.letters import Wording  # noqa: E402
from vcse_portal.mail.models import Delivery, State  # noqa: E402


def main():
    server = get_connection()
    server.open()
    while batch := list(
        Delivery.objects.filter(state=State.PENDING).select_related("message").order_by("pk")[:100]
    ):
        for row in batch:
            server.send_messages([Wording(row.message).letter(row)])
        sent = Delivery.objects.filter(pk__in=[row.pk for row in batch])
        sent.update(state=State.SENT, sent_at=timezone.now())


main()
