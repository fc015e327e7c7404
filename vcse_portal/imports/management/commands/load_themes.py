from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Loads themes (code,name,description)."
    kind = "themes"
