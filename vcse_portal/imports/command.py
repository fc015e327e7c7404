"""The shape of every import command: FILE [--preview], counts in words, one JSON line last."""

import json

from django.core.management.base import BaseCommand, CommandError

from .importer import Outcome
from .models import ImportRun
from .operations import run_now
from .refusal import Refused

SHOWN = 10


class ImportCommand(BaseCommand):
    """Set `kind`, or `kinds` when the heading decides which of several it is."""

    kind = ""
    kinds: tuple[str, ...] = ()
    file_help = "CSV, TSV, XLSX, or a zip that holds one of them"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=self.file_help)
        parser.add_argument("--preview", action="store_true", help="say what it would do, and change nothing")

    def options_from(self, options: dict) -> dict:
        """What else the importer is told; for commands with arguments of their own."""
        return {}

    def handle(self, *args, **options):
        try:
            run = run_now(
                options["file"],
                kind=self.kind,
                kinds=self.kinds,
                preview_only=options["preview"],
                options=self.options_from(options),
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        self.report(run)

    def report(self, run: ImportRun) -> None:
        done = "applied" if run.status == run.Status.APPLIED else "previewed, nothing changed"
        self.stdout.write(f"{run.label}, import {run.pk}: {run.total:,} rows {done}.")
        for outcome in Outcome:
            self.stdout.write(f"  {outcome.label + ':':<12}{run.counts[outcome.value]:>9,}")
        for sentence in run.remarks:
            self.stdout.write(f"  {sentence}")
        for row in run.rows.filter(outcome__in=[Outcome.SUSPICIOUS, Outcome.REJECTED])[:SHOWN]:
            self.stdout.write(f"  Row {row.row_number}, {row.outcome}: {' '.join(row.reasons)}")
        self.stdout.write(json.dumps({o.value: run.counts[o.value] for o in Outcome}, separators=(",", ":")))
