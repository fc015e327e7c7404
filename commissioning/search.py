"""How intentions and circulars are found. Drafts are found by council people only."""

from vcse_portal.search.models import Audience
from vcse_portal.search.registry import Document, source

from .models import Circular, Intention


@source("intention", label="Intentions")
def intentions(ids):
    found = Intention.objects.order_by("pk")
    for i in (found if ids is None else found.filter(pk__in=ids)).iterator():
        yield Document(
            object_id=i.pk,
            title=i.title,
            url=i.get_absolute_url(),
            summary=i.summary[:300],
            body=f"{i.summary}\n{i.need}",
            facets=(
                f"stage:{i.stage}",
                f"directorate:{i.directorate_id}",
                *(f"theme:{code}" for code in i.themes),
            ),
            audience=Audience.EVERYONE if i.published_at else Audience.COUNCIL,
        )


@source("circular", label="Circulars")
def circulars(ids):
    found = Circular.objects.approved().prefetch_related("entries").order_by("pk")
    for c in found if ids is None else found.filter(pk__in=ids):
        yield Document(
            object_id=c.pk,
            title=c.title,
            url=c.get_absolute_url(),
            summary=c.foreword[:300],
            body="\n".join(e.title for e in c.entries.all() if not e.is_dropped),
        )
