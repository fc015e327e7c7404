"""The kinds of file the portal can import, as the apps offer them."""

from .importer import Importer
from .refusal import Refused

_kinds: dict[str, type[Importer]] = {}


def register(importer: type[Importer]) -> type[Importer]:
    """Class decorator for an app's `imports.py`."""
    other = _kinds.setdefault(importer.kind, importer)
    if other is not importer and other.__qualname__ != importer.__qualname__:
        raise ValueError(f"Two importers are called {importer.kind}.")
    _kinds[importer.kind] = importer
    return importer


def forget(kind: str) -> None:
    _kinds.pop(kind, None)


def kinds() -> list[type[Importer]]:
    return sorted(_kinds.values(), key=lambda importer: importer.label)


def importer_for(kind: str) -> type[Importer]:
    if kind not in _kinds:
        raise Refused(f"There is no import called “{kind}”.")
    return _kinds[kind]


def importable_by(user) -> list[type[Importer]]:
    return [importer for importer in kinds() if importer.may_import(user)]


def recognise(header: list[str], among: list[type[Importer]]) -> type[Importer]:
    """The one importer this heading belongs to: of several, the one it fits best."""
    found = [importer for importer in among if importer.recognises(header)]
    most = max((importer.fit(header) for importer in found), default=0)
    found = [importer for importer in found if importer.fit(header) == most]
    if not found:
        shown = ", ".join(name for name in header[:8] if name)
        raise Refused(
            f"We do not know this kind of file. Its columns are: {shown or 'none'}. "
            "Check that the first row holds the column names."
        )
    if len(found) > 1:
        raise Refused(f"This file could be {' or '.join(i.label for i in found)}. Choose what it is.")
    return found[0]


def recognise_bundle(names: list[str], among: list[type[Importer]]) -> type[Importer] | None:
    """The importer that several files in one zip belong to."""
    return next((importer for importer in among if importer.recognises_bundle(names)), None)
