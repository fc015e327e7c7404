"""Brings community interest companies and their like onto the register from Companies House."""

from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = (
        "Import community interest companies, companies limited by guarantee, registered societies and their like "
        "from Companies House's free company data: those with a registered office in the borough."
    )
    kind = "companies_house"
    file_help = "BasicCompanyData….csv, or the zip it comes in"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--all", action="store_true", help="wherever their office is, not only in wards we hold"
        )

    def options_from(self, options):
        return {"all": options["all"]}
