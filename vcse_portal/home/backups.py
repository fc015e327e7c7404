"""A copy of everything in one file, and the way back into an empty database and an empty folder.

The file is a tar of `database.dump` (pg_dump's own format), `manifest.json` (rows and content of every table, and
every file with its hash) and `media/`. PostgreSQL's own programs do the copying.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from vcse_portal.mail.operations import doubt_waiting

DUMP, MANIFEST, MEDIA = "database.dump", "manifest.json", "media"
PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt/postgresql")


class Impossible(Exception):
    """Said to whoever ran the command; nothing was changed."""


@dataclass
class Manifest:
    """What a backup holds: table → [rows, hash of their content], path → hash of the file."""

    made_at: str
    tables: dict[str, list] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(rows for rows, _content in self.tables.values())


def back_up(target: Path) -> Manifest:
    """Write everything to `target`, which appears only when it is whole. The portal goes on meanwhile.

    Rows and manifest are of one moment. Files are copied after it: what a row points to is there before the row is.
    """
    manifest = Manifest(made_at=timezone.now().isoformat())
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(target.name + ".part")
    try:
        with TemporaryDirectory(dir=target.parent) as folder, half.open("xb") as raw:
            os.fchmod(raw.fileno(), 0o600)  # it holds everything the council must keep to itself
            manifest.tables = _dump(Path(folder) / DUMP)
            with tarfile.open(fileobj=raw, mode="w") as tar:
                tar.add(Path(folder) / DUMP, DUMP)
                for path in _files():
                    manifest.files[str(path)] = _hash(_media() / path)
                    tar.add(_media() / path, f"{MEDIA}/{path}")
                (Path(folder) / MANIFEST).write_text(json.dumps(asdict(manifest)))
                tar.add(Path(folder) / MANIFEST, MANIFEST)
        half.replace(target)
    except FileExistsError:
        raise Impossible(
            f"{half} is there: another backup is being written, or one was broken off."
        ) from None
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    return manifest


def restore(source: Path) -> tuple[Manifest, int]:
    """Fill the empty database and media folder; return what was restored and how many mails are in doubt.

    Mails that waited when the backup was made may have left since: they are held as in doubt, for an officer to
    settle. Nobody stays signed in. Raises Impossible when anything is there already, or the file is not whole.
    """
    _refuse_unless_empty()
    _media().mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=_media()) as folder:
        manifest = _unpack(source, Path(folder))
        _run(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={_uri()}",
            Path(folder) / DUMP,
        )
        connection.close()
        _compare(manifest)
        for path in (Path(folder) / MEDIA).glob("*"):
            shutil.move(path, _media() / path.name)
    with transaction.atomic():
        Session.objects.all().delete()
        return manifest, doubt_waiting(
            f"Restored from the backup of {manifest.made_at[:16]}: may have been sent."
        )


# The database --------------------------------------------------------------------------------------------
def _dump(target: Path) -> dict[str, list]:
    """Dump the database and count it in the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            f"--file={target}",
            f"--dbname={_uri()}",
        )
        return _tables(cursor)


def _tables(cursor) -> dict[str, list]:
    """table → [rows, hash of their content in any order]."""
    tables = {}
    for name in sorted(connection.introspection.table_names(cursor)):
        quoted = connection.ops.quote_name(name)
        cursor.execute(
            f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {quoted} t"  # noqa: S608
        )
        tables[name] = list(cursor.fetchone())
    return tables


def _compare(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        found = _tables(cursor)
    wrong = sorted(
        name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name)
    )
    if wrong:
        raise Impossible(
            f"These tables are not what was backed up: {', '.join(wrong)}. Start again with an empty database."
        )


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise Impossible("The database is not empty. Restore into a new one, so that nothing is lost.")
    if _media().exists() and any(_media().iterdir()):
        raise Impossible(f"{_media()} is not empty. Restore into a new folder, so that nothing is lost.")


def _uri() -> str:
    known = connection.settings_dict
    user = known["USER"] or ""
    return f"postgresql://{user}@{known['HOST'] or ''}:{known['PORT'] or ''}/{known['NAME']}"


def _run(program: str, *arguments) -> None:
    environment = {**os.environ, "PGPASSWORD": connection.settings_dict["PASSWORD"] or ""}
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [_program(program), *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Impossible(f"{program}: {done.stderr.strip()[-500:] or 'failed'}")


def _program(name: str) -> str:
    """PostgreSQL's program: in PG_BINDIR, the newest of the distribution's, or on the path."""
    found = [Path(os.environ["PG_BINDIR"]) / name] if os.environ.get("PG_BINDIR") else []
    for place in PLACES:
        found += sorted(
            Path(place).glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(3), reverse=True
        )
    on_path = shutil.which(name)
    if not found and not on_path:
        raise Impossible(f"{name} is not installed. It comes with PostgreSQL's client programs.")
    return str(found[0]) if found else on_path


# Files ----------------------------------------------------------------------------------------------------
def _media() -> Path:
    return Path(settings.MEDIA_ROOT)


def _files() -> Iterator[Path]:
    root = _media()
    return (
        path.relative_to(root) for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Ordinary files only, and none outside `folder`."""
    target = (folder / member.name).resolve()
    if not member.isfile() or not target.is_relative_to(folder.resolve()):
        raise tarfile.TarError(member.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tar.extractfile(member) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)


def _unpack(source: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                _extract(tar, member, folder)
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
        has_dump = (folder / DUMP).is_file()
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise Impossible(f"{source} is not a whole backup of the portal.") from error
    found = {str(p.relative_to(folder / MEDIA)): _hash(p) for p in (folder / MEDIA).rglob("*") if p.is_file()}
    if not has_dump or found != manifest.files:
        raise Impossible(f"{source} is not a whole backup of the portal: files are missing or were changed.")
    return manifest
