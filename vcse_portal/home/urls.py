from django.urls import path

from . import health, views

app_name = "home"
urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("what-needs-me/", views.what_needs_me, name="what_needs_me"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
