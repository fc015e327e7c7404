"""What the list of land and buildings has for an organisation's handover pack."""

from organisations.conversations import handover
from vcse_portal.pdf.charts import Table

from .models import Asset


@handover.section(handover.PREMISES + 1)
def held_by_it(organisation, user) -> handover.Section | None:
    """Places the organisation itself holds. Tenancies of the council's buildings follow when they are kept here."""
    found = Asset.objects.visible_to(user).current().filter(owner=organisation)
    rows = [
        (one.name, one.address or "–", str(one.get_tenure_type_display()) or "–", one.state_words or "In use")
        for one in found
    ]
    table = Table(("Name", "Where", "Tenure", "State"), rows, "Land and buildings it holds")
    return handover.Section("Land and buildings", tables=[table]) if rows else None
