"""Which records may already be the organisation somebody is about to add."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from organisations.identifiers import normalise
from organisations.models import Identifier, Organisation
from vcse_portal.borough.postcodes import normalise_postcode
from vcse_portal.search.registry import fold, tokens

from .likeness import ALIKE, ALIKE_NEARBY, SAME_NAME, likeness

AT_MOST = 5
NEIGHBOURS = 300  # records looked at in one postcode
BEARERS = 4000  # titles looked at that share a rare word
WORDS = 6


@dataclass(frozen=True)
class Likely:
    """A record that may be the one described: how likely from 0 to 1, and why, in words."""

    record: Organisation
    score: float
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """The reasons as one sentence."""
        said = ", ".join(self.reasons)
        return said[:1].upper() + said[1:]


def likely(
    name: str = "", postcode: str = "", numbers: Iterable = (), exclude: int | None = None, *, user
) -> list[Likely]:
    """At most five records that may already be the organisation described, likeliest first.

    `numbers` are texts as typed or (scheme, text) pairs; `exclude` is a record's own id. Forgives spelling. Only
    what `user` may see; a masked address is compared for council people alone. At most five small queries.
    """
    postcode = normalise_postcode(postcode)
    name = fold(name).replace("\x00", "")[:250]
    held = _holders(numbers)
    near = _neighbours(postcode, user)
    alike = _alike(name, {*held, *near, *_bearers(name)}) if name else {}
    found = defaultdict(list)
    for pk, number in held.items():
        found[pk].append((1.0, number))
    for pk, how_much in alike.items():
        if reason := _of_name(how_much, is_near=pk in near):
            found[pk].append(reason)
    if not name and not numbers:
        found |= {pk: [(0.3, _("the same postcode"))] for pk in near}
    found.pop(exclude, None)
    return _records(found, user)


def _of_name(how_much: float, *, is_near: bool) -> tuple[float, str] | None:
    if how_much >= SAME_NAME:
        return (0.97, _("the same name in the same postcode")) if is_near else (0.85, _("the same name"))
    if is_near and how_much >= ALIKE_NEARBY:
        return 0.4 + how_much / 2, _("a name like this one in the same postcode")
    return (0.9 * how_much, _("a name like this one")) if how_much >= ALIKE else None


def _records(found: dict[int, list[tuple[float, str]]], user) -> list[Likely]:
    order = sorted(found, key=lambda pk: (-max(found[pk])[0], pk))[: AT_MOST * 4]
    seen = Organisation.objects.visible_to(user).exclude(status=Organisation.Status.MERGED)
    records = seen.select_related("ward").in_bulk(order)
    return [
        Likely(
            records[pk], max(found[pk])[0], tuple(words for _score, words in sorted(found[pk], reverse=True))
        )
        for pk in order
        if pk in records
    ][:AT_MOST]


def _holders(numbers: Iterable) -> dict[int, str]:
    """Who holds one of the numbers: {organisation: reason}. A bare text is tried under every scheme."""
    pairs = set()
    for given in numbers:
        schemes, text = (
            (Identifier.Scheme.values, given) if isinstance(given, str) else ([given[0]], given[1])
        )
        for scheme in schemes:
            try:
                pairs.add((scheme, normalise(scheme, text.replace("\x00", ""))))
            except ValidationError:
                continue
    if not pairs:
        return {}
    held = Identifier.objects.filter(
        scheme__in={scheme for scheme, _n in pairs}, number__in={number for _s, number in pairs}
    )
    return {i.organisation_id: _same(i) for i in held if (i.scheme, i.number) in pairs}


def _same(identifier: Identifier) -> str:
    label = identifier.get_scheme_display()
    return _("the same %(number)s") % {"number": label[:1].lower() + label[1:]}


def _neighbours(postcode: str, user) -> set[int]:
    """Records in the postcode whose address the person may know."""
    if not postcode:
        return set()
    there = Organisation.objects.filter(postcode=postcode)
    if not (user.is_authenticated and user.is_council):
        there = there.filter(is_address_public=True)
    return set(there.values_list("pk", flat=True)[:NEIGHBOURS])


# Each word of the name, how many titles have it, and words one or two slips away with theirs.
WORDS_SQL = """
SELECT w, coalesce((SELECT titles FROM search_word WHERE word = w), 0), array(
    SELECT word || ' ' || titles FROM search_word
    WHERE (word %% w OR letters = l) AND word <> w
    AND levenshtein_less_equal(word, w, 2) <= CASE WHEN letters = l THEN 2 WHEN length(w) < 5 THEN 1 ELSE 2 END
    ORDER BY levenshtein_less_equal(word, w, 2), similarity(word, w) DESC LIMIT 5)
FROM unnest(%s::varchar[], %s::varchar[]) AS asked(w, l)
"""
BEARERS_SQL = """
SELECT object_id FROM search_entry
WHERE kind = 'organisation' AND words @@ to_tsquery('simple', %s) LIMIT %s
"""


def _bearers(name: str) -> set[int]:
    """Records whose names share a rare word of this one, as it is written or with a slip."""
    words = [w[:60] for w in dict.fromkeys(tokens(name)) if len(w) > 1][:12]
    if not words:
        return set()
    forms_of = {}
    for word, titles, near in _rows(WORDS_SQL, [words, ["".join(sorted(w)) for w in words]]):
        forms = dict(one.split(" ") for one in near)
        forms_of[word] = titles + sum(map(int, forms.values())), _either([word, *forms])
    asked = _rarest(sorted(forms_of.values())[:WORDS])
    return {pk for (pk,) in _rows(BEARERS_SQL, [asked, BEARERS])}


def _rarest(words: list[tuple[int, str]]) -> str:
    """A tsquery for titles with one of the rarest words, few enough to look at; with all of them if none is rare.

    A word of no title may still be what something is known as.
    """
    total, rare = 0, []
    for titles, forms in words:
        total += titles
        if total <= BEARERS:
            rare.append(forms)
    known = [forms for titles, forms in words if titles]
    if known and not any(titles for titles, forms in words if forms in rare):
        rare.append(f"({' & '.join(known)})")
    return _either(rare)


def _either(words: list[str]) -> str:
    return f"({' | '.join(words)})"


ALIKE_SQL = f"""
SELECT id, greatest({likeness("name_sort", "%s")},
    CASE WHEN known_as = '' THEN 0 ELSE {likeness("lower(known_as)", "%s")} END) AS alike
FROM organisations_organisation
WHERE name_sort = %s OR (id = ANY(%s) AND (similarity(name_sort, %s) > 0.2 OR known_as <> ''))
ORDER BY alike DESC LIMIT 60
"""  # noqa: S608 the parts are our own constants


def _alike(name: str, candidates: set[int]) -> dict[int, float]:
    """How like this name theirs are, or what they are known as."""
    asked = [name] * ALIKE_SQL.count("%s")
    asked[-2] = list(candidates)
    return dict(_rows(ALIKE_SQL, asked))


def _rows(sql: str, values: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
