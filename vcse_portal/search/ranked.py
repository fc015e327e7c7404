"""A page of the best matches and their counts, out of one look at what was found."""

from .find import CANDIDATES, CAP, Ask, Counts, Matches, Page, _rows, readings

BEST = """
best AS (
    SELECT object_id, stamp, row_number() OVER (ORDER BY rank DESC, title_sort, object_id) AS place
    FROM (SELECT object_id, stamp, title_sort, {rank} AS rank FROM found
          ORDER BY rank DESC, title_sort, object_id LIMIT %s OFFSET %s) ranked
)"""
PAGE = "SELECT '' AS part, '' AS f, place AS n, object_id, stamp FROM best"
TOTAL = "SELECT 'total', '', count(*), 0, 0 FROM found"
FACETS = (
    "SELECT split_part(f, ':', 1), f, count(*), 0, 0 FROM {source}, unnest(facets) f"
    " WHERE (SELECT count(*) FROM found) <= %s AND split_part(f, ':', 1) = ANY(%s) GROUP BY f"
)


def answer(ask: Ask, groups: tuple[str, ...], *, size: int, offset: int = 0) -> tuple[Matches, Page, Counts]:
    """How the words of a question within a kind were understood, the page, and what each facet would leave.

    One statement for words spelt right, three for most that are not. Of very many matches the first 1,500 that
    come are ranked, and no facets counted.
    """
    for matches in readings(ask):
        page, counts = _look(ask, matches, groups, size, offset)
        if counts.total:
            break
    return matches, page, counts


def _look(ask: Ask, matches: Matches, groups: tuple[str, ...], size: int, offset: int) -> tuple[Page, Counts]:
    found, values = _found(ask, matches, CANDIDATES)
    rank, rank_values = matches.rank()
    open_groups = [group for group in groups if not ask.facets.get(group)]
    parts = [PAGE, TOTAL, FACETS.format(source="found")]
    values += [*rank_values, size + 1, offset, CAP, open_groups]
    for group in (group for group in groups if ask.facets.get(group)):  # counted without its own choice
        others, other_values = _found(ask, matches, CAP + 1, leave_out=group)
        parts.append(FACETS.format(source=f"({others}) others"))
        values += [*other_values, CAP, [group]]
    sql = f"WITH found AS MATERIALIZED ({found}), {BEST.format(rank=rank)} {' UNION ALL '.join(parts)}"
    rows = _rows(sql, values)
    best = sorted((n, pk, stamp) for part, _, n, pk, stamp in rows if not part)
    total = next(n for part, _, n, _, _ in rows if part == "total")
    shown = best[:size]
    return (
        Page([b[1] for b in shown], [b[2] for b in shown], len(best) > size, offset > 0),
        Counts(min(total, CAP), total > CAP, {f: n for part, f, n, _, _ in rows if part in groups}),
    )


def _found(ask: Ask, matches: Matches, most: int, **left_out) -> tuple[str, list]:
    match, match_values = matches.where()
    where, where_values = ask.where(**left_out)
    sql = (
        "SELECT object_id, stamp, facets, title_sort, words, weight"
        f" FROM search_entry WHERE {match} AND {where} LIMIT {most}"
    )
    return sql, [*match_values, *where_values]
