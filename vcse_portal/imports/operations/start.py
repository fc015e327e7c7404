"""A file arrives."""

import hashlib
from pathlib import Path

from django.core.files.base import File
from django.db import transaction

from vcse_portal import history
from vcse_portal.accounts.models import User

from .. import registry
from ..models import ImportRun
from ..readers.tables import read_header
from ..refusal import Refused


def start_import(
    file: File,
    *,
    file_name: str,
    kind: str = "",
    kinds: tuple[str, ...] = (),
    by: User | None = None,
    options=None,
) -> ImportRun:
    """Store a file and find out what kind it is: the one named, or the one its heading belongs to.

    `kinds` limits what it may be recognised as. Raises Refused when the file cannot be read as that kind.
    """
    digest, size = _digest(file)
    run = ImportRun(file_name=_tidy(file_name), sha256=digest, size=size, options=options or {}, by=by)
    run.file.save("", file, save=False)
    try:
        run.kind = _kind(run, kind, kinds, by)
        with transaction.atomic(), history.deed("started", by=by):
            run.save()
    except BaseException:
        run.file.delete(save=False)
        raise
    return run


def _kind(run: ImportRun, kind: str, kinds: tuple[str, ...], by: User | None) -> str:
    header = read_header(Path(run.file.path), run.file_name)
    if kind:
        importer = registry.importer_for(kind)
        if not importer.recognises(header):
            missing = ", ".join(importer.missing(header)) or "what we expect"
            raise Refused(f"This does not look like “{importer.label}”. Missing columns: {missing}.")
        return kind
    among = [registry.importer_for(k) for k in kinds] or (
        registry.importable_by(by) if by else registry.kinds()
    )
    return registry.recognise(header, among).kind


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
