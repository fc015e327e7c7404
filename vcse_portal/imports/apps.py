from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ImportsConfig(AppConfig):
    name = "vcse_portal.imports"

    def ready(self):
        autodiscover_modules("imports")
