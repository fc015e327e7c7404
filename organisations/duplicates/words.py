"""Merges in sentences: what changed, what moved, what stayed, what tells two records apart."""

from collections import Counter

from organisations.models import Organisation
from vcse_portal.ui.words import count_of, pounds

from .fields import GROUPS, words
from .models import Merge
from .relations import Fate, declared


def moved(merge: Merge) -> list[str]:
    """What went to the winner, by kind: "3 contacts"."""
    numbers: Counter = Counter()
    for step in merge.moved:
        numbers[declared[step["relation"]]] += len(step["ids"])
    return together(numbers)


def stayed(merge: Merge) -> list[str]:
    return together({declared[name]: number for name, number in merge.stayed.items() if name in declared})


def going(counts: dict[str, int]) -> list[str]:
    """What would go to the winner, by kind."""
    return together({declared[name]: number for name, number in counts.items()})


def may_be_taken(counts: dict[str, int]) -> bool:
    """Whether there is anything the winner may have the like of already."""
    return any(declared[name].fate == Fate.MOVES_UNLESS_TAKEN for name in counts)


def together(numbers) -> list[str]:
    """Counts in words, relations of one name as one: a tie has two ends."""
    by_name: Counter = Counter()
    for relation, number in numbers.items():
        by_name[relation.one, relation.many] += number
    return [f"{number:,} {one if number == 1 else many}" for (one, many), number in by_name.items()]


def changes(merge: Merge) -> list[tuple[str, str, str]]:
    """(fact, before, after) of the winner, a group of facts at a time."""
    before, after = (_as_record(merge, side) for side in (0, 1))
    return [
        (group.label, words(before, group), words(after, group))
        for group in GROUPS
        if merge.fields.keys() & set(group.attributes)
    ]


def _as_record(merge: Merge, side: int) -> Organisation:
    values = {
        name: Organisation._meta.get_field(name.removesuffix("_id")).to_python(pair[side])
        for name, pair in merge.fields.items()
    }
    return Organisation(**values)


def telling_apart(record: Organisation) -> str:
    """What an officer knows a record by, on one line."""
    numbers = [f"{i.get_scheme_display()} {i.number}" for i in record.identifiers.all()]
    people = len([m for m in record.memberships.all() if m.ends_on is None and m.confirmed_at])
    parts = [
        record.postcode or (record.ward.name if record.ward else "") or "no address",
        *(numbers or ["no numbers"]),
        f"income {pounds(record.income)}" if record.income is not None else "",
        f"{count_of(people, 'person', 'people')} speak{'s' if people == 1 else ''} for it" if people else "",
        f"on the register since {record.created_at:%-d %B %Y}",
        "" if record.is_published else "not published",
        record.get_status_display().lower() if record.status != Organisation.Status.ACTIVE else "",
    ]
    return " · ".join(part for part in parts if part)
