"""The facts of two records side by side: what can be chosen, what is united, and how it reads."""

from dataclasses import dataclass

from django.utils.functional import cached_property

from organisations.models import Organisation
from vcse_portal.ui.words import pounds


@dataclass(frozen=True)
class Group:
    """Facts that are chosen together, for one without the others would be untrue."""

    code: str
    fields: tuple[str, ...]
    is_list: bool = False

    @property
    def label(self) -> str:
        label = str(Organisation._meta.get_field(self.fields[0]).verbose_name)
        return label[:1].upper() + label[1:]

    @property
    def attributes(self) -> list[str]:
        """The fields as a record holds them: "ward_id" for the ward."""
        return [Organisation._meta.get_field(name).attname for name in self.fields]


def _one(*names: str) -> list[Group]:
    return [Group(name, (name,)) for name in names]


def _lists(*names: str) -> list[Group]:
    return [Group(name, (name,), is_list=True) for name in names]


GROUPS = [
    *_one("name", "known_as", "summary", "legal_structure"),
    Group("status", ("status", "status_reason")),
    *_one("registered_on"),
    *_lists("themes", "communities", "languages", "wards_worked"),
    Group("address", ("address", "postcode", "ward", "is_address_public")),
    *_one("website", "opening_text"),
    Group("income", ("income", "income_year_end", "income_source")),
    *_one("staff_fte", "volunteers", "trustees", "beneficiaries", "premises"),
    *_lists("support_wanted", "support_offered"),
    *_one(
        "support_needs",
        "is_equalities_led",
        "is_infrastructure",
        "is_anchor",
        "is_consortium",
        "is_faith_group",
        "is_public_body",
        "is_published",
        "confirmed_on",
    ),
]
# What belongs to a record and not to the organisation, or follows from other facts.
OWN = {
    *("id", "name_sort", "band", "source", "key", "merged_into", "next_confirmation_on"),
    *("created_at", "updated_at", "version"),
}
WINNER, LOSER, BOTH = "winner", "loser", "both"


@dataclass(frozen=True)
class Comparison:
    """One group of facts of both records that are not the same."""

    group: Group
    winner: Organisation
    loser: Organisation

    @property
    def label(self) -> str:
        return self.group.label

    @cached_property
    def winner_words(self) -> str:
        return words(self.winner, self.group)

    @cached_property
    def loser_words(self) -> str:
        return words(self.loser, self.group)

    @property
    def both_words(self) -> str:
        together = Organisation(**{self.group.fields[0]: union(self.winner, self.loser, self.group)})
        return words(together, self.group)

    @property
    def is_one_sided(self) -> bool:
        """Whether only one of the two says anything."""
        return is_empty(self.winner, self.group) or is_empty(self.loser, self.group)

    @property
    def proposed(self) -> str:
        """Lists are united; the winner's fact stands, unless it has none."""
        if self.group.is_list and not self.is_one_sided:
            return BOTH
        return LOSER if is_empty(self.winner, self.group) else WINNER


def compare(winner: Organisation, loser: Organisation) -> list[Comparison]:
    """The groups in which the two differ."""
    return [Comparison(g, winner, loser) for g in GROUPS if _facts(winner, g) != _facts(loser, g)]


def _facts(record: Organisation, group: Group) -> list:
    if group.is_list:
        return sorted(getattr(record, group.fields[0]))
    return [getattr(record, name) for name in group.attributes]


def is_empty(record: Organisation, group: Group) -> bool:
    """Whether the record says nothing of it; whether an unknown address is published says nothing either."""
    said = [name for name in group.attributes if name != "is_address_public"]
    return all(getattr(record, name) in (None, "", []) for name in said)


def union(winner: Organisation, loser: Organisation, group: Group) -> list:
    name = group.fields[0]
    return list(dict.fromkeys([*getattr(winner, name), *getattr(loser, name)]))


def chosen(winner: Organisation, loser: Organisation, choices: dict[str, str]) -> dict[str, object]:
    """Attribute → value the winner takes, for the groups of facts that change. What was not chosen is as proposed."""
    values = {}
    for one in compare(winner, loser):
        choice = choices.get(one.group.code, one.proposed)
        if choice == BOTH and one.group.is_list:
            values |= _united(one)
        elif choice == LOSER:
            values |= {name: getattr(loser, name) for name in one.group.attributes}
    return values


def _united(one: Comparison) -> dict[str, list]:
    name, united = one.group.fields[0], union(one.winner, one.loser, one.group)
    return {name: united} if united != getattr(one.winner, name) else {}


def words(record: Organisation, group: Group) -> str:
    """The facts of a group as people read them; "Not given" for none."""
    said = [text for name in group.fields if (text := _words(record, name))]
    return ", ".join(said) or "Not given"


def _words(record: Organisation, name: str) -> str:
    field, value = Organisation._meta.get_field(name), getattr(record, name)
    if name == "is_address_public":
        return "published" if value else "not published" if record.address or record.postcode else ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        labels = field.labels() if hasattr(field, "labels") else {}
        return ", ".join(str(labels.get(one, one)) for one in value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if name == "income":
        return pounds(value)
    return f"{value.day} {value:%B %Y}" if hasattr(value, "strftime") else str(value)
