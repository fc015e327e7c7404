from django.urls import path

from . import views

urlpatterns = [
    path("", views.circulars, name="circulars"),
    path("assemble/", views.circular_assemble, name="circular_assemble"),
    path("entries/<int:pk>/edit/", views.entry_edit, name="entry_edit"),
    path("entries/<int:pk>/move/", views.entry_move, name="entry_move"),
    path("entries/<int:pk>/drop/", views.entry_drop, name="entry_drop"),
    path("<slug:period>/", views.circular, name="circular"),
    path("<slug:period>/progress/", views.circular_progress, name="circular_progress"),
    path("<slug:period>/edit/", views.circular_edit, name="circular_edit"),
    path("<slug:period>/preview/", views.circular_preview, name="circular_preview"),
    path("<slug:period>/preview/html/", views.circular_preview_html, name="circular_preview_html"),
    path("<slug:period>/test/", views.circular_test, name="circular_test"),
    path("<slug:period>/gather/", views.circular_gather, name="circular_gather"),
    path("<slug:period>/approve/", views.circular_approve, name="circular_approve"),
]
