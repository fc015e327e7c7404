"""How every operation of the forums locks, sets, checks and saves a row."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from vcse_portal.search import registry as search

from ..models import Forum, Meeting


def locked(model: type[models.Model], pk: int, *related: str):
    """One row locked, with what it points to read along."""
    return model._default_manager.select_for_update(of=("self",)).select_related(*related).get(pk=pk)


def locked_meeting(meeting_id: int) -> Meeting:
    return locked(Meeting, meeting_id, "forum")


def refuse_unless(condition: bool, sentence: str) -> None:
    """Stop the deed with a sentence for the person who tried it."""
    if not condition:
        raise ValidationError(sentence)


def create(thing: models.Model) -> models.Model:
    check(thing)
    thing.save(force_insert=True)
    return thing


def change(thing: models.Model, **facts) -> models.Model:
    """Set facts on a locked row, check it, count its version on and save just those."""
    for name, value in facts.items():
        setattr(thing, name, value)
    check(thing)
    if hasattr(thing, "version"):
        thing.version += 1
        facts["version"] = thing.version
    thing.save(update_fields=list(facts))
    return thing


def check(thing: models.Model) -> None:
    """Everything the model says about itself; long texts too, whose limit Django leaves to forms."""
    for field in thing._meta.concrete_fields:
        if isinstance(field, models.TextField) and field.max_length:
            try:
                MaxLengthValidator(field.max_length)(getattr(thing, field.name))
            except ValidationError as error:
                raise ValidationError({field.name: error.messages}) from None
    thing.full_clean()


def keep_findable(forum: Forum, meeting: Meeting | None = None) -> None:
    search.index("forum", [forum.pk])
    if meeting:
        search.index("meeting", [meeting.pk])
