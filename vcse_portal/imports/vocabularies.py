"""Words of other people's lists, and what they mean in the borough's own themes and communities."""

import re
from dataclasses import dataclass, field

from vcse_portal.borough import codes

from .models import Meaning

LISTS = {"themes": "theme", "communities": "community"}


@dataclass(frozen=True)
class Vocabulary:
    """A list somebody else keeps. `hints` are beginnings of words by which one of our entries can be guessed."""

    code: str
    title: str
    about: str
    words: dict[str, str]
    hints: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    roles: tuple[str, ...] = ("partnerships", "administrator")

    def meanings(self) -> dict[str, Meaning]:
        """Code → what it means here; a meaning without `pk` is guessed. One query and the cached lists."""
        kept = {one.code: one for one in Meaning.objects.filter(vocabulary=self.code)}
        return {code: kept.get(code) or self.guess(code) for code in self.words}

    def meaning(self, code: str) -> Meaning:
        kept = Meaning.objects.filter(vocabulary=self.code, code=code).first()
        return kept or self.guess(code)

    def guess(self, code: str) -> Meaning:
        """What entries of ours sound alike."""
        hints = self.hints.get(code, ((), ()))
        found = {name: _like(kind, begin) for (name, kind), begin in zip(LISTS.items(), hints, strict=True)}
        return Meaning(vocabulary=self.code, code=code, version=0, **found)


def _like(kind: str, beginnings: tuple[str, ...]) -> list[str]:
    return [
        code
        for code, name in codes.names(kind).items()
        if beginnings and any(w.startswith(beginnings) for w in re.findall(r"[a-z0-9]+", name.lower()))
    ]


vocabularies: dict[str, Vocabulary] = {}


def register(vocabulary: Vocabulary) -> Vocabulary:
    vocabularies[vocabulary.code] = vocabulary
    return vocabulary


def vocabularies_of(user) -> list[Vocabulary]:
    """Those whose meanings a person may decide."""
    return [one for one in vocabularies.values() if user.is_authenticated and user.has_role(*one.roles)]
