from django.urls import path

from . import meaning_views, views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("upload/", views.upload, name="upload"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/questions/", views.answer, name="answer"),
    path("<int:pk>/progress/", views.progress_of, name="progress"),
    path("<int:pk>/tick/", views.tick, name="tick"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("meanings/<slug:vocabulary>/", meaning_views.meanings, name="meanings"),
    path("meanings/<slug:vocabulary>/<slug:code>/", meaning_views.meaning_edit, name="meaning_edit"),
]
