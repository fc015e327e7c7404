from django.urls import path

from . import views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("upload/", views.upload, name="upload"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/progress/", views.progress_of, name="progress"),
    path("<int:pk>/tick/", views.tick, name="tick"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
