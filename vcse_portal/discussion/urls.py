from django.urls import path

from . import views

app_name = "discussion"
urlpatterns = [
    path("comments/<int:pk>/answer/", views.comment_answer, name="comment_answer"),
    path("comments/<int:pk>/hide/", views.comment_hide, name="comment_hide"),
]
