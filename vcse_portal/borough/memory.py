"""Small things nearly every page needs, kept in the process and read afresh when any of them was saved.

A version in the shared cache says whether what a process keeps is still true. It is looked up once a request, so
that a page which needs the council and three lists pays for one look, and every process sees an edit at once.
Without the cache nothing is kept and the database is asked.
"""

import threading
from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction

from vcse_portal.logs import request_id

VERSION = "borough.version"
WEEK = 7 * 24 * 60 * 60
T = TypeVar("T")
_here = threading.local()


def remember(key: str, make: Callable[[], T]) -> T:
    """What `make` gave when it was last asked since the last `forget`."""
    kept = _kept()
    if key not in kept:
        kept[key] = make()
    return kept[key]


def forget() -> None:
    """Have everything read afresh: now, and once what was written is committed."""
    _drop()
    transaction.on_commit(_drop)


def _drop() -> None:
    cache.delete(VERSION)
    _here.request = None


def _kept() -> dict:
    request = request_id.get()
    if not request or getattr(_here, "request", None) != request:
        version = cache.get(VERSION) or _new_version()
        if getattr(_here, "version", None) != version:
            _here.version, _here.kept = version, {}
        _here.request = request
    return _here.kept


def _new_version() -> str:
    version = uuid4().hex
    cache.set(VERSION, version, WEEK)
    return version
