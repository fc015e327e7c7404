"""What commissioning has for an organisation's handover pack: the plans it spoke about."""

from django.contrib.contenttypes.models import ContentType

from organisations.conversations import handover
from vcse_portal.discussion.models import Comment
from vcse_portal.pdf.charts import Table

from .models import Intention

MOST = 20


@handover.section(handover.MONEY + 1)
def plans_it_spoke_about(organisation, user) -> handover.Section | None:
    """Intentions the organisation commented on: until awards are kept here, what there is of its money from us."""
    kind = ContentType.objects.get_for_model(Intention)
    comments = Comment.objects.visible_to(user).filter(party=organisation, about_type=kind)
    found = Intention.objects.visible_to(user).filter(pk__in=comments.values("about_id"))
    rows = [
        (one.title, one.state_words, one.value_words or "–", one.next_date or "–")
        for one in found.order_by("-published_at", "-pk")[:MOST]
    ]
    table = Table(("Title", "Stage", "Value", "Next date"), rows, "Plans to buy or fund that it commented on")
    return handover.Section("What it would like to do for the council", tables=[table]) if rows else None
