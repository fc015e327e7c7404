"""A file arrives, or several that belong together."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.core.files.base import File
from django.db import transaction

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import registry
from ..importer import Importer
from ..models import ImportRun
from ..readers import bundles
from ..readers.tables import read_header
from ..refusal import Refused

STRANGERS = "These files do not belong together. Import one at a time."


def start_bundle(files: Iterable[tuple[str, BinaryIO]], *, file_name: str, **more) -> ImportRun:
    """Store several files that belong together, as one zip; otherwise as `start_import`."""
    with tempfile.TemporaryFile() as packed:
        bundles.pack(files, packed)
        packed.seek(0)
        return start_import(File(packed), file_name=file_name, **more)


def start_import(
    file: File,
    *,
    file_name: str,
    kind: str = "",
    kinds: tuple[str, ...] = (),
    by: User | None = None,
    options: dict | None = None,
) -> ImportRun:
    """Store a file and find out what kind it is: the one named, or the one its heading belongs to.

    `kinds` limits what it may be recognised as. Without `options` an importer that has questions asks them
    first. Quick, however large the file. Raises Refused when it cannot be read as that kind.
    """
    digest, size = _digest(file)
    run = ImportRun(file_name=_tidy(file_name), sha256=digest, size=size, options=options or {}, by=by)
    run.file.save("", file, save=False)
    try:
        importer, header = _importer(Path(run.file.path), kind, kinds, by)
        run.kind = importer.kind
        if importer.must_ask(header) and options is None:
            run.status, run.options = ImportRun.Status.ASKING, {"heading": header}
        with transaction.atomic(), history.deed("started", by=by):
            run.save()
    except BaseException:
        run.file.delete(save=False)
        raise
    return run


def _importer(path: Path, kind: str, kinds: tuple[str, ...], by) -> tuple[type[Importer], list[str]]:
    among = [registry.importer_for(k) for k in ([kind] if kind else kinds)]
    among = among or (registry.importable_by(by) if by else registry.kinds())
    names = bundles.names(path)
    if names and (importer := registry.recognise_bundle(names, among)):
        return importer, []
    if len(names) > 1 and not kind:
        raise Refused(f"A zip must hold exactly one file. {STRANGERS}")
    header = read_header(path)
    if not kind:
        return registry.recognise(header, among), header
    if not among[0].accepts(header):
        missing = ", ".join(among[0].missing(header)) or "what we expect"
        raise Refused(f"This does not look like “{among[0].label}”. Missing columns: {missing}.")
    return among[0], header


def _digest(file: File) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in file.chunks():
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.hexdigest(), size


def _tidy(file_name: str) -> str:
    name = "".join(c for c in Path(file_name.replace("\\", "/")).name if c.isprintable())
    return name[-200:] or "file"
