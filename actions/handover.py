"""What the action plan has for an organisation's handover pack."""

from django.utils import timezone

from organisations.conversations import handover
from vcse_portal.pdf.charts import Table

from .models import Action


@handover.section(handover.ACTIONS)
def open_actions(organisation, user) -> handover.Section:
    """What the organisation undertook to do and has not done yet."""
    today = timezone.localdate()
    found = Action.objects.visible_to(user).open().filter(lead_organisation=organisation)
    found = found.rated(today).select_related("plan").order_by("due_on", "pk")
    rows = [
        (f"{one.plan}: {one}", one.due_on or "–", str(one.get_status_display()), str(one.rating(today).label))
        for one in found
    ]
    return handover.Section(
        "Open actions",
        tables=[Table(("Action", "Due", "State", "Rating"), rows, "Actions it leads")],
        nothing="It leads no open action.",
    )
