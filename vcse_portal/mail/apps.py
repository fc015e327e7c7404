from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MailConfig(AppConfig):
    name = "vcse_portal.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self):
        """Let each app offer what the digest and the circular gather, as Django finds admin.py."""
        autodiscover_modules("digest", "circular")
