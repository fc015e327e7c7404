from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Loads common outcomes (code,name,description)."
    kind = "outcomes"
