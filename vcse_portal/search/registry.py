"""What each room offers to search. A room's `search.py` registers a source; operations call `index` and `forget`."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from secrets import randbits

from django.db import connection, transaction

from .models import Audience, Entry

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Document:
    """How one thing is to be found. `facets` are "group:code"; `weight` lifts it among equal matches."""

    object_id: int
    title: str
    url: str
    summary: str = ""
    also: str = ""  # other names, searched like the title
    numbers: tuple[str, ...] = ()  # as registered; found with or without leading zeros
    postcode: str = ""
    is_postcode_private: bool = False  # council people find it whole, others by its first half alone
    body: str = ""
    facets: tuple[str, ...] = ()
    audience: Audience = Audience.EVERYONE
    weight: float = 0.0


@dataclass(frozen=True)
class Source:
    kind: str
    label: str
    documents: Callable[[list[int] | None], Iterable[Document]]


sources: dict[str, Source] = {}


def source(kind: str, *, label: str):
    """Register a function (ids or None for all) → documents. Things it leaves out are forgotten."""

    def register(documents):
        sources[kind] = Source(kind, label, documents)
        return documents

    return register


def fold(text: str) -> str:
    """Lower case without accents: how titles are sorted and compared."""
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in text if not unicodedata.combining(c)).strip()


def tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text).replace("'", "").replace("\u2019", ""))


def number_tokens(numbers: Iterable[str]) -> list[str]:
    """Each number without separators, also without its linked part ("203460-1") and its leading zeros."""
    plain = ["".join(tokens(form)) for number in numbers for form in (number, number.split("-")[0])]
    return [form for n in plain for form in dict.fromkeys([n, n.lstrip("0")]) if form]


def index(kind: str, ids: Iterable[int]) -> None:
    """Bring the entries of these things up to date, inside the caller's transaction."""
    ids = list(ids)
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        found = _write(kind, sources[kind].documents(part))
        forget(kind, set(part) - found)
    _bump(kind)


def forget(kind: str, ids: Iterable[int]) -> None:
    """Take things out of search."""
    ids = list(ids)
    if ids:
        Entry.objects.filter(kind=kind, object_id__in=ids).delete()
        _bump(kind)


@transaction.atomic
def rebuild(kind: str) -> int:
    """Make all entries of a kind anew, streaming; returns how many."""
    Entry.objects.filter(kind=kind).delete()
    count = 0
    documents = iter(sources[kind].documents(None))
    while part := list(islice(documents, BATCH)):
        count += len(_write(kind, part))
    _bump(kind)
    return count


def rebuild_words() -> None:
    """Count anew the words of all titles. Cheap enough to run after every import."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_word")
        cursor.execute(
            "INSERT INTO search_word (word, letters, titles)"
            " SELECT word, (SELECT string_agg(c, '' ORDER BY c) FROM regexp_split_to_table(word, '') c), titles"
            " FROM (SELECT left(w, 60) AS word, count(*) AS titles"
            "       FROM search_entry, regexp_split_to_table(title_sort, '[^a-z0-9]+') w"
            "       WHERE length(w) > 2 GROUP BY 1) counted"
            # an edit may have brought the word since the deletion
            " ON CONFLICT (word) DO UPDATE SET titles = excluded.titles"
        )


def version(kind: str) -> str:
    """Text that differs as soon as an entry of the kind, or with "" any entry, was changed and committed.

    Part of the key of whatever is kept of a search. It never comes back, not even after a rollback or a restore.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(id::text, ' ' ORDER BY id) FROM search_change WHERE %s IN (kind, '')", [kind]
        )
        return cursor.fetchone()[0] or ""


def _bump(kind: str) -> None:
    """A new mark in place of those nobody else is just replacing: no writer waits for another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM search_change"
            " WHERE id IN (SELECT id FROM search_change WHERE kind = %s FOR UPDATE SKIP LOCKED)",
            [kind],
        )
        cursor.execute("INSERT INTO search_change (id, kind) VALUES (gen_random_uuid(), %s)", [kind])


UPSERT = """
INSERT INTO search_entry
    (stamp, kind, object_id, audience, title, title_sort, summary, url, facets, weight, words)
VALUES {rows}
ON CONFLICT (kind, object_id) DO UPDATE SET
    audience = excluded.audience, title = excluded.title, title_sort = excluded.title_sort,
    summary = excluded.summary, url = excluded.url, facets = excluded.facets, weight = excluded.weight,
    words = excluded.words, stamp = excluded.stamp
"""
ROW = (
    "(%s, %s, %s, %s, %s, %s, %s, %s, %s::varchar[], %s,"
    " setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B')"
    " || setweight(to_tsvector('simple', %s), 'C') || setweight(to_tsvector('simple', %s), 'D'))"
)


def _write(kind: str, documents: Iterable[Document]) -> set[int]:
    documents = list(documents)
    if not documents:
        return set()
    values: list = []
    stamp = randbits(62)
    for d in documents:
        values += stamp, *_values(kind, d)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT.format(rows=", ".join([ROW] * len(documents))), values)
        words = sorted({w[:60] for d in documents for w in tokens(d.title) if len(w) > 2})
        cursor.execute(
            "INSERT INTO search_word (word, letters, titles)"
            " SELECT unnest(%s::varchar[]), unnest(%s::varchar[]), 1 ON CONFLICT DO NOTHING",
            [words, ["".join(sorted(w)) for w in words]],
        )
    return {d.object_id for d in documents}


def _values(kind: str, d: Document) -> Iterator:
    """A in the vector is what the thing is called, B its numbers and postcode, C for the council only, D the rest."""
    codes, private = number_tokens(d.numbers), []
    if d.postcode:
        compact = "".join(tokens(d.postcode))
        if len(compact) > 4:
            codes.append(compact[:-3])
        (private if d.is_postcode_private and len(compact) > 4 else codes).append(compact)
    title = d.title[:250]
    yield from (kind, d.object_id, int(d.audience), title, fold(title)[:250])
    yield from (d.summary[:300], d.url, sorted(set(d.facets)), d.weight)
    yield from (" ".join(tokens(f"{d.title} {d.also}")), " ".join(codes), " ".join(private))
    yield " ".join(tokens(d.body[:5000]))
