from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from vcse_portal.borough.boundaries import read_geojson
from vcse_portal.borough.operations import load_wards


class Command(BaseCommand):
    help = (
        "Loads wards and their boundaries from GeoJSON (WGS84). A ward of the same authority that the file no "
        "longer has is closed, not deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.geojson")

    def handle(self, *args, **options):
        try:
            loaded = load_wards(read_geojson(options["file"]))
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        self.stdout.write(f"Wards: {loaded}.")
