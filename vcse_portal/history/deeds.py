"""A deed names what a person did; every row written inside it carries that name and that person."""

import uuid
from contextlib import contextmanager

import pghistory
from pghistory import runtime


@contextmanager
def deed(name: str, *, by=None, **facts):
    """Label all writes within as one deed (past tense: "published", "signed") by a user or by the portal.

    `facts` are small JSON values shown in the timeline, such as a reason. A deed within a request or within
    another deed adds to what is known there (its person when `by` is nobody, address, import) and leaves it as
    it was.
    """
    person = {"user": by.pk} if by is not None else {}
    facts |= {"deed": name}
    around = getattr(runtime._tracker, "value", None)
    if around is None:
        with pghistory.context(**{"user": None} | person | facts):
            yield
        return
    # pghistory would give the outer context the inner one's facts, and so its name to whatever is written next
    runtime._tracker.value = around._replace(id=uuid.uuid4(), metadata=around.metadata | person | facts)
    try:
        yield
    finally:
        runtime._tracker.value = around
