"""How events are found. Drafts are found by council people only; a link to join, by nobody."""

from vcse_portal.search.models import Audience
from vcse_portal.search.registry import Document, source

from .models import Event


@source("event", label="Events")
def events(ids):
    found = Event.objects.order_by("pk")
    for e in (found if ids is None else found.filter(pk__in=ids)).iterator():
        yield Document(
            object_id=e.pk,
            title=e.title,
            also=e.programme,
            url=e.get_absolute_url(),
            summary=e.summary[:300],
            body=f"{e.summary}\n{e.description}\n{e.place}",
            facets=tuple(f"theme:{code}" for code in e.themes),
            audience=Audience.EVERYONE if e.published_at else Audience.COUNCIL,
        )
