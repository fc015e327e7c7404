from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    name = "vcse_portal.search"

    def ready(self):
        autodiscover_modules("search")
