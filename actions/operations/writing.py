"""How every operation of this app sets facts on a row: only those a person may set, checked, with a new version."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models


def create(model: type[models.Model], allowed: Collection[str], facts: dict, **set_by_us) -> models.Model:
    """A new row from the facts given. Raises ValidationError when one is missing, wrong or already taken."""
    thing = model(**_only(allowed, facts), **set_by_us)
    _check(thing)
    thing.save(force_insert=True)
    return thing


def change(thing: models.Model, allowed: Collection[str], facts: dict) -> models.Model:
    """Set the facts given on a locked row and save just those. Raises ValidationError as `create` does."""
    for name, value in _only(allowed, facts).items():
        setattr(thing, name, value)
    _check(thing)
    return save(thing, *facts)


def save(thing: models.Model, *names: str) -> models.Model:
    """Save the named fields of a locked row, and count the version on where it has one."""
    if hasattr(thing, "version"):
        thing.version += 1
        names = (*names, "version")
    thing.save(update_fields=names)
    return thing


def _check(thing: models.Model) -> None:
    """Everything the model says about itself; long texts too, whose limit Django leaves to forms."""
    long = [f for f in thing._meta.concrete_fields if isinstance(f, models.TextField) and f.max_length]
    errors = {}
    for f in long:
        try:
            MaxLengthValidator(f.max_length)(getattr(thing, f.name))
        except ValidationError as error:
            errors[f.name] = error.messages
    if errors:
        raise ValidationError(errors)
    thing.full_clean()


def _only(allowed: Collection[str], facts: dict) -> dict:
    unknown = sorted(set(facts) - set(allowed))
    if unknown:
        raise TypeError(f"Not facts one can set: {', '.join(unknown)}.")
    return facts


def refuse_unless(condition: bool, sentence: str) -> None:
    """Stop the deed with a sentence for the person who tried it."""
    if not condition:
        raise ValidationError(sentence)
