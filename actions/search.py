"""Actions as search finds them: by what was undertaken, by whom it is led and by the plan's name."""

from collections.abc import Iterable

from django.urls import reverse

from vcse_portal.search.models import Audience
from vcse_portal.search.registry import Document, source

from .models import Action


@source("action", label="Actions")
def documents(ids: list[int] | None) -> Iterable[Document]:
    actions = Action.objects.select_related("plan", "lead_organisation")
    if ids is not None:
        actions = actions.filter(pk__in=ids)
    for action in actions.iterator(chunk_size=500):
        partner = action.lead_organisation.name if action.lead_organisation else ""
        yield Document(
            object_id=action.pk,
            title=action.title,
            url=reverse("actions:action", args=[action.pk]),
            summary=f"Action {action.number} of {action.plan.title}. {action.get_status_display()}."[:300],
            body=" ".join([action.description, action.lead_post, partner, action.plan.title]),
            facets=(f"plan:{action.plan.code}"[:60], f"status:{action.status}"),
            audience=Audience.COUNCIL if action.plan.is_draft else Audience.EVERYONE,
        )
