"""Questions asked on every page, whose SQL is written once: only their numbers and days differ.

Django writes a queryset's SQL anew each time, which takes longer than PostgreSQL takes to answer it. `Prepared` has
it written with marks for the values and afterwards puts the values in their place. Everything else, models and what
they are joined with, is made by Django as ever.
"""

import datetime as dt
from collections.abc import Callable
from copy import copy
from functools import cached_property

from django.db import connections
from django.db.models import QuerySet

MOST = 2**63  # what PostgreSQL holds
MARKS = {int: lambda n: 2**62 + n, dt.date: lambda n: dt.date(9999, 12, 31) - dt.timedelta(days=n)}


class Prepared:
    """`numbers_of = Prepared(lambda pk: Identifier.objects.filter(organisation=pk), int)`, then `numbers_of(3)`.

    The question must depend on nothing but the values given: not on who asks, the time or a setting. Raises
    ValueError where a value does not reach the database as it is, TypeError for values of other kinds.
    """

    def __init__(self, make: Callable[..., QuerySet], *kinds: type):
        self.make, self.kinds = make, kinds
        self.marks = [MARKS[kind](n) for n, kind in enumerate(kinds)]

    def __call__(self, *values) -> list:
        if tuple(map(type, values)) != self.kinds:
            raise TypeError(f"Asked with {values}, which are not {self.kinds}.")
        if any(type(value) is int and not -MOST <= value < MOST for value in values):
            return []  # no row has such a number
        queryset, compiler, sql, places = self._written
        params = tuple([values[known] if known is not None else fixed for known, fixed in places])
        asked, ready = queryset.all(), copy(compiler)
        ready.connection = connections[asked.db]  # this thread's own
        ready.as_sql = lambda *args, **kwargs: (sql, params)
        asked.query.get_compiler = lambda *args, **kwargs: ready
        return list(asked)

    @cached_property
    def _written(self) -> tuple:
        queryset = self.make(*self.marks)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        if queryset._prefetch_related_lookups or not set(self.marks) <= set(filter(_is_plain, params)):
            raise ValueError(
                "A value is not found in the SQL of this question, or it asks for more afterwards."
            )
        known = {mark: n for n, mark in enumerate(self.marks)}
        return queryset, compiler, sql, [(known.get(p) if _is_plain(p) else None, p) for p in params]


def _is_plain(value) -> bool:
    return type(value) in MARKS
