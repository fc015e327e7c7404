from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Loads postcodes and the wards they lie in, from the national lookup or a plain file."
    kind = "postcodes"
