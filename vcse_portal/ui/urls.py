"""The page of components, in development only."""

from django.urls import path

from . import styleguide

app_name = "ui"
urlpatterns = [
    path("", styleguide.components, name="styleguide"),
    path("forms/", styleguide.forms, name="styleguide_forms"),
    path("list/", styleguide.listing, name="styleguide_list"),
    path("progress/", styleguide.progress, name="styleguide_progress"),
    path("errors/<int:status>/", styleguide.error, name="styleguide_error"),
]
