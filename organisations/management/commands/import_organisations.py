"""Brings organisations onto the register from a file."""

from django.core.management.base import CommandError

from organisations.imports import columns
from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = (
        "Import organisations from a file; its headings tell which register it came from. The council's own list is "
        "known by headings like those of our own download."
    )
    kinds = ("charity_register", "find_that_charity", "organisation_list")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="THEIRS=OURS",
            help="what a column of the council's own list means, such as --column 'Who=Organisation name'; repeatable",
        )

    def options_from(self, options):
        if not options["column"]:
            return {}
        ours = {heading: name for name, heading in columns.HEADINGS.items()}
        chosen = dict(pair.rpartition("=")[::2] for pair in options["column"])
        if unknown := [meant for meant in chosen.values() if meant not in ours]:
            raise CommandError(f"Not a column of ours: {unknown[0]}. Ours are: {', '.join(ours)}.")
        return {"columns": {theirs: ours[meant] for theirs, meant in chosen.items()}}
