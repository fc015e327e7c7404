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
        """Code → what it means here; a meaning without `pk` is guessed. Three queries."""
        kept = {one.code: one for one in Meaning.objects.filter(vocabulary=self.code)}
        offered = _offered()
        return {code: kept.get(code) or self._guess(code, offered) for code in self.words}

    def meaning(self, code: str) -> Meaning:
        kept = Meaning.objects.filter(vocabulary=self.code, code=code).first()
        return kept or self._guess(code, _offered())

    def _guess(self, code: str, offered: dict[str, list]) -> Meaning:
        """What current entries of ours sound alike."""
        hints = dict(zip(LISTS, self.hints.get(code, ((), ())), strict=True))
        found = {name: _like(offered[name], hints[name]) for name in LISTS}
        return Meaning(vocabulary=self.code, code=code, version=0, **found)


def _offered() -> dict[str, list[tuple[str, str]]]:
    return {name: codes.choices(kind) for name, kind in LISTS.items()}


def _like(entries: list[tuple[str, str]], beginnings: tuple[str, ...]) -> list[str]:
    return [
        code
        for code, name in entries
        if beginnings and any(w.startswith(beginnings) for w in re.findall(r"[a-z0-9]+", name.lower()))
    ]


vocabularies: dict[str, Vocabulary] = {}


def register(vocabulary: Vocabulary) -> Vocabulary:
    vocabularies[vocabulary.code] = vocabulary
    return vocabulary


def vocabularies_of(user) -> list[Vocabulary]:
    """Those whose meanings a person may decide."""
    return [one for one in vocabularies.values() if user.is_authenticated and user.has_role(*one.roles)]
