from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Loads kinds of support that organisations want and offer (code,name,description)."
    kind = "support"
