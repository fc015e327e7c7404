"""Fills an empty database with the demo borough, step by step, each step as people would have done it."""

import random
from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Ward

from . import (
    borough,
    commissioning,
    conversations,
    duplicates,
    estate,
    events,
    forums,
    people,
    plan,
    promises,
    sector,
    state,
    ties,
    upkeep,
)


def is_empty() -> bool:
    return not User.objects.exists() and not Ward.objects.exists()


@transaction.atomic
def load(
    seed: int = 1, *, now: datetime | None = None, say: Callable[[str], None] = lambda words: None
) -> None:
    """The whole borough or, if anything fails, nothing. The same seed and day give the same borough."""
    if not is_empty():
        raise ValidationError(
            "There are people or wards here already: the demo borough needs an empty database."
        )
    now = now or timezone.now()
    rng = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    say("council, directorates, wards and lists")
    borough.lay_out()
    say(f"{sector.NUMBER} organisations")
    sector.make(rng, timezone.localdate(now))
    say("people")
    everyone = people.council_people()
    everyone |= people.members(everyone["partnerships"])
    say("who supports, represents and joins whom")
    ties.tie(rng, everyone)
    say("the action plan")
    plan.make(rng, everyone, now)
    say("what the council plans to buy or fund")
    commissioning.publish_intentions(everyone, now)
    say("the Compact and who signed it")
    promises.adopt(everyone, now)
    say("buildings and land")
    estate.record(rng, everyone)
    say("conversations, and who keeps which relationship")
    conversations.record(everyone, now)
    say("groups that register, and changes that wait for an officer")
    upkeep.keep(everyone, now)
    say("events and training")
    events.hold(everyone, now)
    say("forums and their meetings")
    forums.meet(rng, everyone, now)
    say("one organisation that is there twice")
    duplicates.record(everyone)
    say("who offers help to others, and last year's figures")
    state.record(rng, everyone, now)
    say("readers of the circular")
    commissioning.subscribe_readers(now)
