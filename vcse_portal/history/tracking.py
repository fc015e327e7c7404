"""Puts the database triggers on a model that write each insert, change and deletion to its event table."""

import pghistory


def track(*, exclude: tuple[str, ...] = ()):
    """Class decorator: every write to the model is kept, whoever writes (ORM, bulk update, raw SQL).

    The event table is append-only: the database refuses to change or delete its rows.
    """
    return pghistory.track(
        pghistory.InsertEvent("created"),
        pghistory.UpdateEvent("changed"),
        pghistory.DeleteEvent("removed"),
        append_only=True,
        exclude=list(exclude) or None,
    )
