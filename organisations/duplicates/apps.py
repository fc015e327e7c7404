from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DuplicatesConfig(AppConfig):
    name = "organisations.duplicates"

    def ready(self):
        """Let each app say what becomes of what it holds of an organisation, as Django finds admin.py."""
        from . import warning  # noqa: F401  asks before a new record is made

        autodiscover_modules("merging")
