"""Facts of a record as they are kept in a proposal: as JSON, comparable, and in words.

Verified facts are those an officer has checked against a register: name, numbers, legal structure.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from organisations.models import Identifier, Organisation

NUMBERS = {"charity_number": Identifier.Scheme.CHARITY, "company_number": Identifier.Scheme.COMPANY}
VERIFIED = ("name", "known_as", "legal_structure", *NUMBERS)


def as_json(value):
    """Two equal facts give equal JSON: decimals lose their empty places, code lists are sorted."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value)
    return value


def stands(organisation: Organisation, names) -> dict:
    """The named facts as the register has them now."""
    numbers: dict[str, str] = {}
    for number in sorted(organisation.identifiers.all(), key=lambda one: one.pk):
        numbers.setdefault(number.scheme, number.number)  # the first of a kind, as `set_numbers` reads it
    return {
        name: numbers.get(NUMBERS[name], "") if name in NUMBERS else as_json(getattr(organisation, name))
        for name in names
    }


def changed(base: dict, said: dict) -> dict:
    """What was said that differs from what stands there."""
    said = {name: as_json(value) for name, value in said.items()}
    return {name: value for name, value in said.items() if (value or None) != (base[name] or None)}


def for_operation(facts: dict) -> dict:
    """Back from JSON into what `edit_organisation` takes: fields, and `numbers` where there are any."""
    plain = {name: _field(name).to_python(value) for name, value in facts.items() if name not in NUMBERS}
    numbers = {NUMBERS[name].value: value or "" for name, value in facts.items() if name in NUMBERS}
    return plain | ({"numbers": numbers} if numbers else {})


def fingerprint(facts: dict) -> str:
    """Short and the same for the same facts: what a form carries to say what its reader was shown."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Row:
    """One fact three ways: as it stood when proposed, as it stands, as proposed."""

    label: str
    base: str
    now: str
    proposed: str
    has_moved: bool


def rows(proposal, *, now: dict) -> list[Row]:
    return [
        Row(
            label(name),
            in_words(name, proposal.base.get(name)),
            in_words(name, now[name]),
            in_words(name, value),
            (proposal.base.get(name) or None) != (now[name] or None),
        )
        for name, value in proposal.facts.items()
    ]


def label(name: str) -> str:
    if name in NUMBERS:
        return str(NUMBERS[name].label)
    words = str(_field(name).verbose_name)
    return words[:1].upper() + words[1:]


def in_words(name: str, value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value in (None, "", []):
        return "Nothing"
    if name in NUMBERS:
        return value
    field = _field(name)
    if isinstance(value, list):
        labels = field.labels() if hasattr(field, "labels") else {}
        return ", ".join(str(labels.get(one, one)) for one in value)
    return str(dict(field.flatchoices).get(value, value))


def _field(name: str):
    return Organisation._meta.get_field(name)
