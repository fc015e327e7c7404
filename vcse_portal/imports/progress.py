"""How far a run has come. Kept in the cache: the work itself is one transaction nobody can look into."""

import time

from django.core.cache import cache

KEEP = 3600


def report(run_id: int, done: int, total: int) -> None:
    cache.set(f"imports.progress.{run_id}", {"done": done, "total": max(total, done)}, KEEP)


def begin(run_id: int) -> None:
    cache.set(f"imports.began.{run_id}", time.time(), KEEP)


def of(run) -> dict:
    """{done, total, seconds_left}; zeros while nothing is known."""
    found = cache.get(f"imports.progress.{run.pk}") or {"done": 0, "total": run.total}
    began = cache.get(f"imports.began.{run.pk}")
    left = None
    if began and found["done"]:
        left = round((time.time() - began) / found["done"] * (found["total"] - found["done"]))
    return {**found, "seconds_left": left}


def forget(run_id: int) -> None:
    cache.delete_many([f"imports.progress.{run_id}", f"imports.began.{run_id}"])
