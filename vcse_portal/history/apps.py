from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "vcse_portal.history"
    label = "portal_history"
