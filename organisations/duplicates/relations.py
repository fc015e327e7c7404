"""What becomes of everything that points to an organisation when its record is merged into another.

Each app says so in its `merging.py`, one line a relation, named "app.Model.field" (for a many-to-many its through
model's field; for a generic relation the generic field). A merge refuses while one is not declared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from organisations.models import Organisation


class Fate(StrEnum):
    MOVES = "moves"
    MOVES_UNLESS_TAKEN = "moves unless taken"
    STAYS = "stays"


@dataclass(frozen=True)
class Relation:
    """How the rows of one relation fare.

    one, many   what people call a row: "signature of the Compact"
    but_not     (loser id, winner id) → Q of the rows that stay though others move
    ends        date field set where the winner has the like already; without it such a row stays with the loser
    first       (loser id, winner id) → ids of the winner's rows ended first, for the loser's are the stronger
    refuses     (loser id, winner id) → Q of rows that forbid the merge, with the sentence in `because`
    search      kind of search entry to be written anew for what moved
    """

    name: str
    fate: Fate
    one: str
    many: str
    but_not: Callable[[int, int], models.Q] | None = None
    ends: str = ""
    first: Callable[[int, int], list[int]] | None = None
    refuses: Callable[[int, int], models.Q] | None = None
    because: str = ""
    search: str = ""

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.name.rpartition(".")[0])

    @property
    def field(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def generic(self) -> GenericForeignKey | None:
        found = self.model._meta.get_field(self.field)
        return found if isinstance(found, GenericForeignKey) else None

    def rows_of(self, organisation_id: int) -> models.QuerySet:
        """What points to the organisation through this relation."""
        rows = self.model._base_manager.all()
        if not self.generic:
            return rows.filter(**{self.field: organisation_id})
        kind = ContentType.objects.get_for_model(Organisation)
        return rows.filter(**{self.generic.ct_field: kind.pk, self.pointer: organisation_id})

    @property
    def pointer(self) -> str:
        """The field that holds the organisation's id."""
        return self.generic.fk_field if self.generic else self.field

    def words(self, number: int) -> str:
        return f"{number:,} {self.one if number == 1 else self.many}"


declared: dict[str, Relation] = {}


def _declare(fate: Fate, name: str, one: str, many: str, **how) -> None:
    declared[name] = Relation(name, fate, one, many or f"{one}s", **how)


def moves(name: str, one: str, many: str = "", **how) -> None:
    """All rows go to the winner; nothing can be in their way."""
    _declare(Fate.MOVES, name, one, many, **how)


def moves_unless_taken(name: str, one: str, many: str = "", *, ends: str = "", **how) -> None:
    """Rows go to the winner unless it has the like already (a unique key says so).

    Those are ended today and then go, where `ends` names their end date; else they stay with the loser.
    """
    _declare(Fate.MOVES_UNLESS_TAKEN, name, one, many, ends=ends, **how)


def stays(name: str, one: str, many: str = "", **how) -> None:
    """Rows stay with the loser: they say what was, of the record it was."""
    _declare(Fate.STAYS, name, one, many, **how)


def of_the_project() -> dict[str, models.Field | GenericForeignKey]:
    """Every relation to an organisation there is, by name; the history's own tables apart, which never move."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.get_fields():
            points = getattr(field, "concrete", False) and field.related_model is Organisation
            if isinstance(field, GenericForeignKey) or (points and not field.many_to_many):
                found[f"{model._meta.label}.{field.name}"] = field
    return found


def unknown() -> list[str]:
    """Relations that nobody has declared."""
    return sorted(of_the_project().keys() - declared.keys())
