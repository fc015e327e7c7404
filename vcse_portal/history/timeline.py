"""What a record's page shows of its past: one entry a deed, newest first, with old and new values."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.contrib.auth import get_user_model
from django.db.models import Model

from vcse_portal.prepared import Prepared

HIDDEN = {"id", "version", "created_at", "updated_at", "name_sort"}


@dataclass
class Change:
    label: str
    old: str
    new: str


@dataclass
class Entry:
    when: datetime
    who: str
    what: str
    reason: str = ""
    changes: list[Change] = field(default_factory=list)


def timeline(obj: Model, *, limit: int = 30) -> list[Entry]:
    """The latest `limit` entries of one object.

    Two queries, and one more for each kind of thing that a changed field points to, however long the history.
    """
    events = _latest(type(obj), limit + 1)(obj.pk)
    if not events:
        return []
    names = _names(events)
    pairs = list(zip(events, events[1:] + [None], strict=True))[:limit]
    changed = [[*_changed(obj, older, newer)] if older else [] for newer, older in pairs]
    words = _Words([change for group in changed for change in group])
    entries = []
    for (newer, _), group in zip(pairs, changed, strict=True):
        facts = newer.pgh_context.metadata if newer.pgh_context else {}
        entries.append(
            Entry(
                when=newer.pgh_created_at,
                who=names.get(facts.get("user"), "The portal"),
                what=_sentence(facts.get("deed") or newer.pgh_label),
                reason=str(facts.get("reason", "")),
                changes=[
                    Change(_sentence(str(f.verbose_name)), words.of(f, old), words.of(f, new))
                    for f, old, new in group
                ],
            )
        )
    return entries


@cache
def _latest(model: type[Model], number: int) -> Prepared:
    """The newest events of an object with who and where, by its id."""
    events = model.events.rel.related_model.objects.select_related("pgh_context").order_by("-pgh_id")
    return Prepared(lambda pk: events.filter(pgh_obj=pk)[:number], int)


def _names(events) -> dict[int, str]:
    ids = {e.pgh_context.metadata.get("user") for e in events if e.pgh_context} - {None}
    return {u.pk: u.display_name for u in get_user_model().objects.filter(pk__in=ids)} if ids else {}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _changed(obj, older, newer):
    for f in obj._meta.concrete_fields:
        if f.name in HIDDEN or not hasattr(newer, f.attname):
            continue
        old, new = getattr(older, f.attname), getattr(newer, f.attname)
        if old != new:
            yield f, old, new


class _Words:
    """Values as people read them: choices by label, things that are pointed to by name."""

    def __init__(self, changes):
        wanted: dict = {}
        for f, old, new in changes:
            if f.related_model:
                wanted.setdefault(f.related_model, set()).update({old, new} - {None})
        self.named = {model: model._base_manager.in_bulk(ids) for model, ids in wanted.items()}

    def of(self, f, value) -> str:
        if value in (None, "", []):
            return "nothing"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if f.related_model:
            return str(self.named[f.related_model].get(value, "something that is gone"))
        if isinstance(value, list):
            labels = f.labels() if hasattr(f, "labels") else dict(getattr(f, "base_field", f).flatchoices)
            return ", ".join(str(labels.get(v, v)) for v in value)
        if f.choices:
            return str(dict(f.flatchoices).get(value, value))
        text = str(value)
        return text if len(text) <= 300 else text[:299] + "…"
