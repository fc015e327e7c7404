"""What an intention's page says of it: facts in words, the stages it went through, its history."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from vcse_portal.borough import codes
from vcse_portal.history.timeline import Entry, timeline

from .models import Intention, Stage

LISTS = (("themes", "theme"), ("communities", "community"), ("wards", "ward"), ("outcomes", "outcome"))


@dataclass
class Step:
    label: str
    state: str  # done, now, later


def facts_of(intention: Intention) -> dict:
    """Names in place of codes, and words for what has none."""
    return {
        name: [codes.names(kind).get(code, code) for code in getattr(intention, name)] for name, kind in LISTS
    }


def stage_steps(intention: Intention) -> list[Step]:
    """All stages in order, each done, now or later. Later ones of a withdrawn intention are never reached."""
    here = Stage(intention.stage).place
    states = {True: "done", False: "later"}
    return [
        Step(str(stage.label), "now" if stage.place == here else states[stage.place < here])
        for stage in Stage
    ]


def history_of(intention: Intention, user) -> list[Entry]:
    """Council people read all of it with names. Others read what happened since it was published, by the council.

    What a draft said before it was published stays inside the council.
    """
    entries = timeline(intention)
    if user.is_authenticated and user.is_council:
        return entries
    since_published = intention.events.exclude(published_at=None).count()
    return [replace(e, who=_("The council"), changes=_told(e)) for e in entries[:since_published]]


def _told(entry: Entry) -> list:
    """Who pressed the button is no fact about the intention."""
    return [change for change in entry.changes if not change.label.endswith((" by", " at"))]
