"""A deed names what a person did; every row written inside it carries that name and that person."""

from contextlib import contextmanager

import pghistory


@contextmanager
def deed(name: str, *, by=None, **facts):
    """Label all writes within as one deed (past tense: "published", "signed") by a user or by the portal.

    `facts` are small JSON values shown in the timeline, such as a reason.
    """
    with pghistory.context(deed=name, user=by.pk if by is not None else None, **facts):
        yield
