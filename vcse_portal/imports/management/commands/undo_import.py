from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import undo_now


class Command(BaseCommand):
    help = "Puts back what an import wrote. Records somebody has edited since are kept and listed."

    def add_arguments(self, parser):
        parser.add_argument("id", type=int, help="the number of the import, as its command or page shows it")

    def handle(self, *args, **options):
        try:
            run = undo_now(options["id"])
        except ImportRun.DoesNotExist as missing:
            raise CommandError(f"There is no import {options['id']}.") from missing
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if run.refusal:
            raise CommandError(run.refusal)
        self.stdout.write(f"{run.label}, import {run.pk}: {run.put_back:,} put back, {run.kept:,} kept.")
        for row in run.rows.exclude(kept=""):
            self.stdout.write(f"  Row {row.row_number} ({row.key}): {row.kept}")
