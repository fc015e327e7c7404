from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from vcse_portal.home.backups import Impossible, restore


class Command(BaseCommand):
    help = "Fills an empty database and an empty MEDIA_ROOT from a file that `backup` wrote."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.tar", type=Path)

    def handle(self, *, file, **_options):
        try:
            made, in_doubt = restore(file)
        except Impossible as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(
            f"Restored {made.rows:,} rows and {len(made.files):,} files as they were at {made.made_at[:16]}."
        )
        if in_doubt:
            self.stdout.write(
                f"{in_doubt:,} mails waited then and may have left since. They are held as in doubt in the outbox."
            )
        self.stdout.write(
            "Everybody has to sign in again. Run `migrate` if the program is newer than the backup."
        )
