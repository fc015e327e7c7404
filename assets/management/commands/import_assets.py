"""Brings land and buildings onto the list from a file."""

from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import land and buildings from a file with the columns of the Transparency Code."
    kind = "land_and_buildings"
