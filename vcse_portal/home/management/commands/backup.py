from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from vcse_portal.home.backups import Impossible, back_up


class Command(BaseCommand):
    help = "Writes database and uploaded files to one file. It holds everything: keep it as safe as the portal itself."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.tar", type=Path)

    def handle(self, *, file, **_options):
        if file.exists():
            raise CommandError(f"{file} is there already. Choose another name.")
        try:
            made = back_up(file)
        except Impossible as reason:
            raise CommandError(str(reason)) from reason
        size = file.stat().st_size / 1_000_000
        self.stdout.write(
            f"{file}: {made.rows:,} rows of {len(made.tables)} tables and {len(made.files):,} files, {size:,.1f} MB."
        )
