"""How an action stands: its status, the rating its lead gave, and the rating everyone is shown."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETE = "complete", _("Complete")
    PAUSED = "paused", _("Paused")
    DROPPED = "dropped", _("Dropped")


class Rag(models.TextChoices):
    """Worst first, as lists and charts are read. Each is told by its word, never by colour alone."""

    RED = "red", _("Red")
    AMBER = "amber", _("Amber")
    GREEN = "green", _("Green")
    COMPLETE = "complete", _("Complete")
    NONE = "none", _("Not due")


ENDED = (Status.COMPLETE, Status.DROPPED)
GIVEN_BY_LEADS = (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.NONE)


@dataclass(frozen=True)
class Rating:
    """What is shown, why, and since when."""

    code: str
    reason: str
    since: date | None

    @property
    def label(self) -> str:
        return str(Rag(self.code).label)


def rate(*, status: str, rag: str, rated_on: date | None, due_on: date | None, today: date) -> Rating:
    """The rating everyone is shown. Past its date and not complete is red, whatever the lead last said.

    The day it is due is not yet late. A dropped action is neither late nor due. `shown_rag` below is the
    same rule for the database.
    """
    if status == Status.COMPLETE:
        return Rating(Rag.COMPLETE, _since(rated_on), rated_on)
    if status == Status.DROPPED:
        return Rating(Rag.NONE, _now("No longer pursued."), rated_on)
    said = _said(rag, rated_on)
    if due_on and due_on < today:
        late = _now("Overdue: it was due on %(date)s.") % {"date": date_format(due_on, "j F Y")}
        return Rating(Rag.RED, f"{late} {said}".strip(), due_on)
    return Rating(rag, said, rated_on)


def _since(day: date | None) -> str:
    return _now("Complete since %(date)s.") % {"date": date_format(day, "j F Y")} if day else ""


def _said(rag: str, rated_on: date | None) -> str:
    if not rated_on:
        return ""
    facts = {"rating": str(Rag(rag).label).lower(), "date": date_format(rated_on, "j F Y")}
    return _now("Last rated %(rating)s on %(date)s.") % facts


def shown_rag(today: date, prefix: str = "") -> models.Case:
    """`rate` as SQL, for filters and counts. `prefix` is the way to the action, such as "actions__"."""

    def when(code, **conditions):
        return models.When(
            **{f"{prefix}{k}": v for k, v in conditions.items()}, then=models.Value(code.value)
        )

    return models.Case(
        when(Rag.COMPLETE, status=Status.COMPLETE),
        when(Rag.NONE, status=Status.DROPPED),
        when(Rag.RED, due_on__lt=today),
        default=models.F(f"{prefix}rag"),
        output_field=models.CharField(),
    )
