"""What the Compact has for an organisation's handover pack: its signatures."""

from django.utils import timezone

from organisations.conversations import handover
from vcse_portal.pdf.charts import Table

from .models import Signature


@handover.section(handover.CONCERNS)
def signatures(organisation, user) -> handover.Section:
    found = Signature.objects.visible_to(user).filter(organisation=organisation)
    rows = [
        (
            str(one.version),
            timezone.localdate(one.signed_at),
            str(one.signed_by),
            timezone.localdate(one.withdrawn_at) if one.withdrawn_at else "–",
        )
        for one in found.select_related("version__document", "signed_by")
    ]
    return handover.Section(
        "Promises and concerns",
        tables=[Table(("Signed", "On", "By", "Taken back"), rows, "What it signed")],
        nothing="It has not signed the Compact.",
    )
