from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Loads directorates (code,name,director)."
    kind = "directorates"
