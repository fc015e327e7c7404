"""What a record's page shows of its past: one entry a deed, newest first, with old and new values."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Model

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
    """The latest `limit` entries of one object. Two queries, however long its history."""
    events = list(obj.events.select_related("pgh_context").order_by("-pgh_id")[: limit + 1])
    names = _names(events)
    entries = []
    for newer, older in zip(events, events[1:] + [None], strict=True):
        if len(entries) == limit:
            break
        facts = newer.pgh_context.metadata if newer.pgh_context else {}
        entries.append(
            Entry(
                when=newer.pgh_created_at,
                who=names.get(facts.get("user"), "The portal"),
                what=_sentence(facts.get("deed") or newer.pgh_label),
                reason=str(facts.get("reason", "")),
                changes=_changes(obj, older, newer) if older else [],
            )
        )
    return entries


def _names(events) -> dict[int, str]:
    ids = {e.pgh_context.metadata.get("user") for e in events if e.pgh_context} - {None}
    return {u.pk: u.display_name for u in get_user_model().objects.filter(pk__in=ids)} if ids else {}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _changes(obj, older, newer) -> list[Change]:
    changes = []
    for f in obj._meta.concrete_fields:
        if f.name in HIDDEN or not hasattr(newer, f.attname):
            continue
        old, new = getattr(older, f.attname), getattr(newer, f.attname)
        if old != new:
            changes.append(Change(_sentence(str(f.verbose_name)), _words(f, old), _words(f, new)))
    return changes


def _words(f, value) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    if f.choices:
        return str(dict(f.flatchoices).get(value, value))
    text = str(value)
    return text if len(text) <= 300 else text[:299] + "…"
