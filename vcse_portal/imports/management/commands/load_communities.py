from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Loads communities (code,name)."
    kind = "communities"
