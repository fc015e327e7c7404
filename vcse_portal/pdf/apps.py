from django.apps import AppConfig


class PdfConfig(AppConfig):
    name = "vcse_portal.pdf"
    label = "pdf"
    verbose_name = "Papers"
