"""What conversations offer to search: those shared with organisations, to council people.

What is for officers only is never offered, since councillors share the council's search; the list finds it.
"""

from vcse_portal.search.models import Audience as Readers
from vcse_portal.search.registry import Document, source

from .models import Audience, Conversation


@source("conversation", label="Conversations")
def documents(ids: list[int] | None):
    """Posted and shared ones. Two queries a batch."""
    found = Conversation.objects.posted().filter(audience=Audience.SHARED)
    if ids is not None:
        found = found.filter(pk__in=ids)
    for one in found.prefetch_related("parties__organisation").iterator(chunk_size=1000):
        names = "; ".join(party.organisation.name for party in one.parties.all())
        yield Document(
            object_id=one.pk,
            title=one.subject,
            url=one.get_absolute_url(),
            summary=f"{one.get_kind_display()} with {names}"[:300],
            also=names,
            body=one.summary,
            audience=Readers.COUNCIL,
        )
