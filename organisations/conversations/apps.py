from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConversationsConfig(AppConfig):
    name = "organisations.conversations"
    label = "conversations"

    def ready(self):
        """Let each app say what belongs into an organisation's handover pack, as Django finds admin.py."""
        from . import sections  # noqa: F401  the register's own

        autodiscover_modules("handover")
