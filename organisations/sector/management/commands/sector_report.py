"""The state of the sector as a PDF, as the public may have it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organisations.sector import operations
from organisations.sector.figures import count
from organisations.sector.paper import make


class Command(BaseCommand):
    help = "Write the state of the sector, from today's public directory, as a tagged PDF."

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, required=True, metavar="FILE.pdf")

    def handle(self, *args, **options):
        path, now = options["output"], timezone.now()
        if not path.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {path.absolute().parent}.")
        today = timezone.localdate(now)
        found = count(today)
        content = make(
            found,
            operations.figures_of_last_year(today),
            next_freeze=operations.next_freeze(today),
            now=now,
        )
        beside = path.with_name(f".{path.name}.part")
        try:
            beside.write_bytes(content)
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise CommandError(f"The report cannot be written to {path}: {error}") from error
        self.stdout.write(f"organisations={found['total']} bytes={len(content)}")
        self.stdout.write(str(path))
