"""The thing an event is about: any record of any room, as far as the reader may know of it."""

from django.contrib.contenttypes.models import ContentType
from django.db import models

from vcse_portal.mail.tokens import LinkBroken, LinkExpired

from .models import Event
from .tokens import ABOUT


def about_of(event: Event, user) -> models.Model | None:
    """What the event is about, unless the reader may not know of it."""
    return _seen(event.about_type_id and event.about_type, event.about_id, user)


def token_for(thing: models.Model) -> str:
    """Names the thing in the address of the page that records an event about it."""
    return ABOUT.token(t=ContentType.objects.get_for_model(thing).pk, i=thing.pk)


def from_token(token: str, user) -> models.Model | None:
    """The thing again; None for a token that is none, too old, or about what the person may not see."""
    try:
        facts = ABOUT.read(token) if token else {}
    except (LinkBroken, LinkExpired):
        return None
    found = ContentType.objects.filter(pk=facts.get("t")).first()
    return _seen(found, facts.get("i"), user)


def _seen(kind: ContentType | None, pk, user) -> models.Model | None:
    model = kind.model_class() if kind else None
    if model is None:
        return None
    return model._default_manager.visible_to(user).filter(pk=pk).first()
