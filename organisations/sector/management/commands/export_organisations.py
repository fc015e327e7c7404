"""The register as a file, as the public may have it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organisations import export
from organisations.sector import openreferral
from vcse_portal.ui.csv import csv_lines


class Command(BaseCommand):
    help = (
        "Write the organisations of the public directory to a file, with what is published of each. With"
        " --with-private the whole register as officers know it, in CSV or JSON: keep such a file safe."
    )

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=("csv", "json", "oruk"), required=True)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument("--with-private", action="store_true", help="unpublished records and facts too")

    def handle(self, *args, **options):
        path, form, private = options["output"], options["format"], options["with_private"]
        if not path.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {path.absolute().parent}.")
        if form == "oruk" and private:
            raise CommandError("Open Referral UK is published data: it cannot be had with private facts.")
        chunks = Counted(export.all_of_the_register(is_published=not private))
        lines = {
            "csv": lambda: csv_lines(
                export.header(with_private=private), export.rows(chunks, with_private=private)
            ),
            "json": lambda: export.json_lines(chunks, with_private=private),
            "oruk": lambda: openreferral.package_lines(chunks),
        }[form]()
        size = write_whole(path, lines)
        self.stdout.write(f"organisations={chunks.number} bytes={size}")
        self.stdout.write(str(path))


class Counted:
    """Chunks of ids, and how many ids there were."""

    def __init__(self, chunks):
        self.chunks, self.number = chunks, 0

    def __iter__(self):
        for chunk in self.chunks:
            self.number += len(chunk)
            yield chunk


def write_whole(path: Path, lines) -> int:
    """Whole or not at all: written beside its place first, then put there."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CommandError(f"The file cannot be written to {path}: {error}") from error
    return path.stat().st_size
