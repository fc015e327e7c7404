"""Brings the borough's charities onto the register from the Charity Commission's full extract."""

from django.core.management.base import CommandError

from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = (
        "Import the charities of a borough from the Charity Commission's public extract: a folder with the 13 files "
        "as they are downloaded (publicextract.charity….zip, text or JSON), or one zip of them."
    )
    kind = "charity_extract"
    file_help = "a folder of the downloaded zips, or one zip of them"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--area", metavar="NAME", default="", help="local authority, such as Trafford")
        parser.add_argument(
            "--by",
            choices=["either", "area", "postcode"],
            default="either",
            help="area of operation, registered postcode in a ward we hold, or either of them (the default)",
        )
        parser.add_argument(
            "--throughout",
            action="store_true",
            help="also those that work throughout London, England or Wales: some twenty thousand",
        )

    def options_from(self, options):
        if not options["area"] and options["by"] != "postcode":
            raise CommandError("Name the local authority: --area Trafford.")
        return {"area": options["area"], "within": options["by"], "throughout": options["throughout"]}
