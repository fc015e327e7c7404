"""Finding: full text first, then with misspelt words corrected, then by likeness of the whole title."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection

from .models import Audience
from .registry import fold, number_tokens, tokens, version

CAP = 1000  # counts stop here: "more than 1,000"
CANDIDATES = 1500  # how many matches are ranked
KEPT = 1000  # answers
NAMES_LIKE_THIS = "names like this"
NUMBER = re.compile(r"(?<![a-z0-9])([a-z]{0,2}\d[\d ]{3,}\d[a-z]?)(?:-\d{1,4})?(?![a-z0-9])")
POSTCODE = re.compile(r"^([a-z]{1,2}\d[a-z\d]?) ?(\d[a-z]{2})$")
OUTWARD = re.compile(r"^[a-z]{1,2}\d[a-z\d]?$")


@dataclass(frozen=True)
class Ask:
    """A question to search: words, kind, chosen facets by group, and who asks."""

    audience: Audience
    q: str = ""
    kind: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __hash__(self):
        return hash((self.audience, self.q, self.kind, frozenset(self.facets.items())))

    def where(self, *, leave_out: str = "") -> tuple[str, list]:
        """SQL conditions: any code within a group, all groups together."""
        sql, values = ["audience <= %s"], [int(self.audience)]
        if self.kind:
            sql.append("kind = %s")
            values.append(self.kind)
        chosen = [
            [f"{group}:{code}" for code in codes]
            for group, codes in sorted(self.facets.items())
            if codes and group != leave_out
        ]
        if single := [codes[0] for codes in chosen if len(codes) == 1]:
            sql.append("facets @> %s::varchar[]")  # all in one look at the index
            values.append(single)
        for several in (codes for codes in chosen if len(codes) > 1):
            sql.append("facets && %s::varchar[]")
            values.append(several)
        return " AND ".join(sql), values


@dataclass(frozen=True)
class Matches:
    """How the words were understood: a tsquery text, or likeness to a title when nothing else was found."""

    tsquery: str = ""
    like: str = ""
    corrected: str = ""  # what was searched instead, to be said on the page

    def where(self) -> tuple[str, list]:
        if self.tsquery:
            return "words @@ to_tsquery('simple', %s)", [self.tsquery]
        return ("%s <%% title_sort", [self.like]) if self.like else ("true", [])

    def rank(self) -> tuple[str, list]:
        if self.tsquery:
            return "ts_rank('{0.05,0.1,0.6,1.0}', words, to_tsquery('simple', %s), 1) + weight", [
                self.tsquery
            ]
        return "word_similarity(%s, title_sort) + weight", [self.like]


def understand(ask: Ask) -> Matches:
    """Decide how to match the words: the first reading of them that finds anything."""
    for matches in readings(ask):
        if not matches.tsquery or _any(ask, matches.tsquery):
            break
    return matches


def readings(ask: Ask) -> Iterator[Matches]:
    """Ways to match the words, best first: as typed, with misspelt ones corrected, by likeness to a title.

    What is near a word is looked up when the second is asked for.
    """
    text = fold(ask.q).replace("\x00", " ")[:200]
    words = list(dict.fromkeys(tokens(text)))[:8]
    if exact := _number_or_postcode(text, ask.audience):
        yield Matches(tsquery=exact)
    elif not words:
        yield Matches(like=text)
    else:
        weights = _weights(ask.audience)
        yield Matches(tsquery=" & ".join(f"{w}:*{weights}" for w in words))
        for corrected, said in _corrections(words, weights):
            yield Matches(corrected, corrected=said if said != " ".join(words) else NAMES_LIKE_THIS)
        yield Matches(like=" ".join(words), corrected=NAMES_LIKE_THIS)


def _weights(audience: Audience) -> str:
    """Which parts of an entry may answer: C, such as a private postcode, for council people only."""
    return "" if audience == Audience.COUNCIL else "ABD"


def _number_or_postcode(text: str, audience: Audience) -> str:
    if found := NUMBER.search(text):
        forms = number_tokens([found.group(1)])
        return " | ".join(f"{form}:B" for form in forms)
    if found := POSTCODE.match(text):
        return f"{found.group(1)}{found.group(2)}:{'BC' if audience == Audience.COUNCIL else 'B'}"
    if OUTWARD.match(text):
        return f"{text}:*B | {text}:A"  # U3A is a name
    return ""


def _any(ask: Ask, tsquery: str) -> bool:
    sql, values = ask.where()
    return bool(
        _rows(
            f"SELECT 1 FROM search_entry WHERE words @@ to_tsquery('simple', %s) AND {sql} LIMIT 1",
            [tsquery, *values],
        )
    )


# Words near w: sharing trigrams, or made of the same letters (two swapped). One slip in a short word, two in a
# middling, three in a long one; a swap counts as one. Nearest first, then likest and most usual.
NEAR = """
SELECT w, array(
    SELECT slips || ' ' || word FROM (
        SELECT word, titles, similarity(word, w) AS likeness,
            CASE WHEN letters = l THEN levenshtein(word, w) - 1 ELSE levenshtein(word, w) END AS slips
        FROM search_word WHERE word %% w OR letters = l
    ) near
    WHERE word <> w AND slips <= CASE WHEN length(w) < 5 THEN 1 WHEN length(w) < 9 THEN 2 ELSE 3 END
    ORDER BY slips, likeness + ln(titles + 1) / 60 DESC LIMIT 8)
FROM unnest(%s::varchar[], %s::varchar[]) AS asked(w, l)
WHERE %s OR NOT EXISTS (SELECT 1 FROM search_word WHERE word = w)
"""


def _corrections(words: list[str], weights: str) -> Iterator[tuple[str, str]]:
    """Tsqueries to try when nothing matches as typed, with the words to say instead.

    Words no title has are replaced by the nearest, then by all near them; at last every word is widened, for a
    slip can make another real word.
    """
    near = _near(words)
    said = " ".join(near[w][0][1] if w in near else w for w in words)
    tried = set()
    for widen in (_nearest, _every, _or_nearest):
        if widen is _or_nearest:
            near |= _near([w for w in words if w not in near], also_known=True)
        better = {w: widen(w, found) for w, found in near.items()}
        query = " & ".join(_either(better.get(w, [w]), weights) for w in words)
        if better and query not in tried:
            tried.add(query)
            yield query, said


def _near(words: list[str], *, also_known: bool = False) -> dict[str, list[tuple[str, str]]]:
    """Words of titles near those no title has, or near all: (slips, word), nearest first."""
    rows = _rows(NEAR, [words, ["".join(sorted(w)) for w in words], also_known]) if words else []
    return {w: [tuple(one.split(" ")) for one in found] for w, found in rows if found}


def _nearest(word: str, found: list[tuple[str, str]]) -> list[str]:
    return [near for slips, near in found if slips == found[0][0]]


def _every(word: str, found: list[tuple[str, str]]) -> list[str]:
    return [near for _, near in found]


def _or_nearest(word: str, found: list[tuple[str, str]]) -> list[str]:
    return [word, *_nearest(word, found)]


def _either(words: list[str], weights: str) -> str:
    return "(" + " | ".join(f"{word}:*{weights}" for word in words) + ")"


@dataclass
class Page:
    """One page of ids in order with their stamps, and where its neighbours begin."""

    ids: list[int]
    stamps: list[int]
    has_next: bool
    has_previous: bool
    first_key: str = ""
    last_key: str = ""


def by_title(ask: Ask, *, size: int, after: str = "", before: str = "", last: bool = False) -> Page:
    """A page in order of title, by keyset: page 3,000 costs what page 1 costs. Keys are "title|id"."""
    where, values = ask.where()
    backwards = last or bool(before)
    key = _key(before if before else after)
    if key:
        where += f" AND (title_sort, object_id) {'<' if backwards else '>'} (%s, %s)"
        values += key
    order = "DESC" if backwards else "ASC"
    rows = _rows(
        f"SELECT object_id, title_sort, stamp FROM search_entry WHERE {where}"
        f" ORDER BY kind {order}, title_sort {order}, object_id {order} LIMIT %s",
        [*values, size + 1],
    )
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    return Page(
        ids=[r[0] for r in rows],
        stamps=[r[2] for r in rows],
        has_next=bool(before) if backwards else more,
        has_previous=more if backwards else bool(after),
        first_key=f"{rows[0][1]}|{rows[0][0]}" if rows else "",
        last_key=f"{rows[-1][1]}|{rows[-1][0]}" if rows else "",
    )


def _key(text: str) -> list:
    title, _, number = text.rpartition("|")
    return [title[:250].replace("\x00", ""), int(number)] if number.isdecimal() and len(number) < 19 else []


def by_rank(ask: Ask, matches: Matches, *, size: int, offset: int = 0) -> Page:
    """A page of the best matches first, of the first 1,500. Ids of things within a kind, of entries across kinds."""
    wanted = "object_id" if ask.kind else "id"
    where, values = ask.where()
    match, match_values = matches.where()
    rank, rank_values = matches.rank()
    rows = _rows(
        f"SELECT {wanted}, stamp FROM (SELECT {wanted}, stamp, words, title_sort, weight FROM search_entry"
        f" WHERE {match} AND {where} LIMIT {CANDIDATES}) found"
        f" ORDER BY {rank} DESC, title_sort, {wanted} LIMIT %s OFFSET %s",
        [*match_values, *values, *rank_values, size + 1, offset],
    )
    ids, stamps = [r[0] for r in rows[:size]], [r[1] for r in rows[:size]]
    return Page(ids, stamps, has_next=len(rows) > size, has_previous=offset > 0)


def all_ids(ask: Ask) -> list[int]:
    """Ids of everything found within a kind, by title: for exports."""
    match, match_values = understand(ask).where() if ask.q else ("true", [])
    where, values = ask.where()
    rows = _rows(
        f"SELECT object_id FROM search_entry WHERE {match} AND {where} ORDER BY title_sort, object_id",
        [*match_values, *values],
    )
    return [pk for (pk,) in rows]


@dataclass
class Counts:
    """How many were found, and how many each facet would leave; no facet counts beyond the cap."""

    total: int
    is_capped: bool
    facets: dict[str, int]


def counts(ask: Ask, matches: Matches | None, groups: tuple[str, ...]) -> Counts:
    """One statement for the total and all groups, each counted without its own choice; kept until an entry changes."""
    return kept(version(ask.kind), count, ask, matches, groups)


@lru_cache(KEPT)
def kept(version: str, function: Callable, *question, **place):
    """What a function of this module finds, asked once in this process for each version of the entries."""
    return function(*question, **place)


def hash_of(*parts) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def count(ask: Ask, matches: Matches | None, groups: tuple[str, ...]) -> Counts:
    """What was found is looked through once for the total and all groups without a choice of their own."""
    chosen = [group for group in groups if ask.facets.get(group)]
    found, values = _first_found(ask, matches)
    parts = [
        "SELECT '', '', count(*) FROM found",
        "SELECT split_part(f, ':', 1), f, count(*) FROM found, unnest(facets) f"
        f" WHERE (SELECT count(*) FROM found) <= {CAP} GROUP BY f",
    ]
    for group in chosen:
        others, more = _first_found(ask, matches, leave_out=group)
        parts.append(
            f"SELECT %s, f, count(*) FROM ({others}) s, unnest(facets) f WHERE f LIKE %s"
            f" AND (SELECT count(*) FROM found) <= {CAP} GROUP BY f"
        )
        values += [f"{group} ", *more, f"{group}:%"]
    rows = _rows(f"WITH found AS MATERIALIZED ({found}) {' UNION ALL '.join(parts)}", values)
    total = next(n for group, _, n in rows if not group)
    said = {*(f"{group} " if group in chosen else group for group in groups)}
    return Counts(min(total, CAP), total > CAP, {f: n for group, f, n in rows if group in said})


def _first_found(ask: Ask, matches: Matches | None, **left_out) -> tuple[str, list]:
    """Facets of what was found, up to one more than is counted."""
    match, match_values = (matches or Matches()).where()
    where, where_values = ask.where(**left_out)
    return f"SELECT facets FROM search_entry WHERE {match} AND {where} LIMIT {CAP + 1}", [
        *match_values,
        *where_values,
    ]


def _rows(sql: str, values: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
